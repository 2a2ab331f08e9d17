package io.nvmevf.server.subsystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.server.control.HostKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long a PSK that a host generated is good, for what, and how many there are. */
class GeneratedPsksTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String HOST = "nqn.2026-01.x:host";
    private static final String OTHER = "nqn.2026-01.x:other";
    private static final HostKey.Pair PAIR =
            new HostKey.Pair(DhchapSecret.generate(RANDOM, 32, DhchapHash.SHA_256), null);
    private static final HostKey KEY = key(HOST, PAIR);
    private static final long START = Long.MAX_VALUE - 5;
    private static final long LIFE = TimeUnit.SECONDS.toNanos(GeneratedPsks.NEW_SECONDS);

    private final GeneratedPsks psks = new GeneratedPsks();
    private final Object controller = new Object();

    private static HostKey key(String host, HostKey.Pair... pairs) {
        return new HostKey("vf", host, List.of(pairs), null, null);
    }

    private static TlsPsk psk(String host) {
        byte[] secret = new byte[32];
        RANDOM.nextBytes(secret);
        return TlsPsk.generated(secret, DhchapHash.SHA_256, host, "nqn.2026-01.x:vf");
    }

    private TlsPsk added(String host, long now) {
        TlsPsk psk = psk(host);
        psks.add(psk, host, PAIR, now);
        return psk;
    }

    private @Nullable TlsPsk find(TlsPsk psk, long now) {
        return psks.find(psk.identity(), KEY, now);
    }

    @Test
    void aHostHasItsTimeToComeBackAndNotMore() {
        TlsPsk psk = added(HOST, START);
        assertThat(find(psk, START + LIFE)).isEqualTo(psk);
        assertThat(find(psk, START + LIFE + 1)).isNull();
        assertThat(psks.claim(psk.identity(), HOST, controller)).isFalse();
        assertThat(psks.size()).isZero();
    }

    @Test
    void oneControllerHasItForAllItsLifeAndNobodyElse() {
        TlsPsk psk = added(HOST, START);
        assertThat(psks.claim(psk.identity(), OTHER, controller)).isFalse();
        assertThat(psks.claim(psk.identity(), HOST, controller)).isTrue();
        assertThat(psks.claim(psk.identity(), HOST, new Object())).isFalse();
        assertThat(psks.isOf(psk.identity(), controller)).isTrue();
        assertThat(psks.isOf(psk.identity(), new Object())).isFalse();
        added(HOST, START + 10 * LIFE);
        assertThat(find(psk, START + 10 * LIFE)).isEqualTo(psk);
        assertThat(psks.ended(new Object())).isFalse();
        assertThat(psks.ended(controller)).isTrue();
        assertThat(find(psk, START + 1)).isNull();
        assertThat(psks.isOf(psk.identity(), controller)).isFalse();
    }

    @Test
    void itIsWorthAsMuchAsTheSecretThatProvedTheHost() {
        TlsPsk psk = added(HOST, START);
        HostKey.Pair next = new HostKey.Pair(DhchapSecret.generate(RANDOM, 32, null), null);
        assertThat(psks.find(psk.identity(), key(HOST, next, PAIR), START)).isEqualTo(psk);
        assertThat(psks.find(psk.identity(), key(HOST, next), START)).isNull();
        assertThat(psks.find(psk.identity(), key(OTHER, PAIR), START)).isNull();
    }

    @Test
    void theNextOneOfAnAssociationTakesThePlaceOfTheOneBefore() {
        TlsPsk first = added(HOST, START);
        psks.claim(first.identity(), HOST, controller);
        TlsPsk second = psk(HOST);
        psks.replace(second, HOST, PAIR, controller);
        assertThat(find(first, START)).isNull();
        assertThat(find(second, START + 10 * LIFE)).isEqualTo(second);
        assertThat(psks.isOf(second.identity(), controller)).isTrue();
        assertThat(psks.claim(second.identity(), HOST, new Object())).isFalse();
        psks.ended(controller);
        psks.replace(psk(HOST), HOST, PAIR, controller);
        assertThat(psks.size()).as("of a controller that has ended").isZero();
    }

    @Test
    void aHostThatMakesManyForgetsItsOldestAndNobodyElses() {
        TlsPsk others = added(OTHER, START);
        TlsPsk used = added(HOST, START);
        psks.claim(used.identity(), HOST, controller);
        List<TlsPsk> made = new ArrayList<>();
        for (int i = 0; i < 3 * GeneratedPsks.NEW_OF_A_HOST; i++) {
            made.add(added(HOST, START + i));
            assertThat(psks.size()).isLessThanOrEqualTo(GeneratedPsks.NEW_OF_A_HOST + 2);
        }
        assertThat(psks.find(others.identity(), key(OTHER, PAIR), START)).isEqualTo(others);
        assertThat(find(used, START)).isEqualTo(used);
        int forgotten = made.size() - GeneratedPsks.NEW_OF_A_HOST;
        assertThat(made.subList(0, forgotten)).allMatch(psk -> find(psk, START + 100) == null);
        assertThat(made.subList(forgotten, made.size())).allMatch(psk -> find(psk, START + 100) != null);
        added(OTHER, START + 2 * LIFE);
        assertThat(psks.size()).as("what is over is forgotten").isEqualTo(2);
    }
}
