package io.nvmevf.protocol.fabrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NqnTest {
    private static final String UUID_FORM = Nqn.UUID_PREFIX + "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

    @ParameterizedTest
    @ValueSource(
            strings = {
                Nqn.DISCOVERY,
                UUID_FORM,
                "nqn.2014-08.com.example:nvme:nvm-subsystem-sn-d78432",
                "nqn.2014-12.com.example:nvme.host.sys.xyz",
                "nqn.2026-01.io.nvmevf:vf:größe 1",
                "nqn.2026-01.io",
                "nqn.2014-08.org.nvmexpress:other"
            })
    void takesBothForms(String name) {
        assertThat(Nqn.problem(name)).isNull();
        assertThat(Nqn.isValid(name)).isTrue();
        assertThat(Nqn.require(name)).isSameAs(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nqn",
                "nqn.",
                "iqn.2014-08.com.example:x",
                "NQN.2014-08.com.example:x",
                " nqn.2014-08.com.example:x",
                "nqn.psk-test-host",
                "nqn.2014-00.com.example:x",
                "nqn.2014-13.com.example:x",
                "nqn.2014-8.com.example:x",
                "nqn.14-08.com.example:x",
                "nqn.2014-08com.example:x",
                "nqn.2014-08.",
                "nqn.2014-08.:x",
                "nqn.2014-08..example:x",
                "nqn.2014-08.com.:x",
                "nqn.2014-08.-com.example:x",
                "nqn.2014-08.com.exa mple:x",
                "nqn.2014-08.com.example:",
                "nqn.2014-08.com.example:a\0b",
                "nqn.2014-08.com.example:a\nb",
                Nqn.UUID_PREFIX,
                Nqn.UUID_PREFIX + "f81d4fae-7dec-11d0-a765-00a0c91e6bf",
                Nqn.UUID_PREFIX + "f81d4fae7dec11d0a76500a0c91e6bf6",
                Nqn.UUID_PREFIX + "g81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                UUID_FORM + "x"
            })
    void refusesWhatHasNeitherForm(String name) {
        assertThat(Nqn.isValid(name)).isFalse();
        assertThatThrownBy(() -> Nqn.require(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(Nqn.problem(name));
    }

    @Test
    void refusesHalfOfASurrogatePair() {
        assertThat(Nqn.problem("nqn.2014-08.com.example:\ud800")).isNotNull();
        assertThat(Nqn.problem("nqn.2014-08.com.example:\ud83d\ude00")).isNull();
    }

    @Test
    void countsBytesAndNotCharacters() {
        String start = "nqn.2014-08.com.example:";
        assertThat(Nqn.problem(start + "x".repeat(223 - start.length()))).isNull();
        assertThat(Nqn.problem(start + "x".repeat(224 - start.length()))).contains("224");
        assertThat(Nqn.problem(start + "é".repeat(100))).contains("224");
    }
}
