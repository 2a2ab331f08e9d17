package io.nvmevf.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code api} of nvmevf.yaml. */
class ApiSectionTest {
    private static final Path FILE = Path.of("/etc/nvmevf/nvmevf.yaml");

    private static ApiConfig api(String yaml) throws ConfigException {
        return TargetConfig.parse("api:\n" + yaml.indent(2), FILE).api();
    }

    private static void refused(String yaml, String why) {
        assertThatThrownBy(() -> api(yaml)).isInstanceOf(ConfigException.class).hasMessageContaining(why);
    }

    @Test
    void loopbackAsksNobodyUnlessItIsTold() throws Exception {
        assertThat(api("port: 1").authentication()).isFalse();
        assertThat(api("address: '::1'").authentication()).isFalse();
        assertThat(api("authentication: off").authentication()).isFalse();
        assertThat(api("authentication: required").authentication()).isTrue();
        refused("authentication: maybe", "allowed is off, required");
    }

    @Test
    void otherAddressesNeedTokensAndTls() throws Exception {
        ApiConfig api = api("""
                address: 0.0.0.0
                tls:
                  certificate: tls/cert.pem
                  key: /etc/ssl/private/key.pem
                """);
        assertThat(api.authentication()).isTrue();
        assertThat(api.tls())
                .isEqualTo(new ApiConfig.Tls(Path.of("/etc/nvmevf/tls/cert.pem"), Path.of("/etc/ssl/private/key.pem")));
        refused("address: 0.0.0.0", "api.address: is '0.0.0.0', which other machines may reach");
        refused("address: 0.0.0.0\nauthentication: required", "only with authentication: required and tls");
        refused(
                "address: '::'\nauthentication: off\ntls: {certificate: c, key: k}",
                "authentication: required and tls");
        refused("address: 192.0.2.1\ntls: {certificate: c}", "api.tls.key: is missing");
        refused("tls: {key: k}", "api.tls.certificate: is missing");
        refused("tls: {key: k, certificate: c, ca: x}", "is no known key");
    }

    @Test
    void theSocketIsThereUnlessItIsTurnedOff() throws Exception {
        assertThat(api("port: 1").socket()).isEqualTo(ApiConfig.Socket.DEFAULT);
        assertThat(api("socket: off").socket()).isEqualTo(ApiConfig.Socket.OFF);
        assertThat(api("socket: run/s").socket().path()).isEqualTo(Path.of("/etc/nvmevf/run/s"));
        assertThat(api("""
                socket: /run/nvmevf/api.sock
                socket-group: nvmevf
                socket-users:
                  operator: [alice, '1001']
                  read-only: [bob]
                  metrics: [prometheus]
                """).socket())
                .isEqualTo(new ApiConfig.Socket(
                        true,
                        Path.of("/run/nvmevf/api.sock"),
                        "nvmevf",
                        List.of("alice", "1001"),
                        List.of("bob"),
                        List.of("prometheus")));
        refused("socket: off\nsocket-group: nvmevf", "is off");
        refused("socket-users: {admin: [alice]}", "is no known key");
        refused("socket-users: {operator: ['a b']}", "name or number of a user");
        refused("socket: /" + "x".repeat(107), "too long");
    }
}
