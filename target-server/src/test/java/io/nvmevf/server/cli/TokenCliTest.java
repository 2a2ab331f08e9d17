package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.server.api.TestApi;
import io.nvmevf.server.api.TestCertificate;
import io.nvmevf.server.config.ApiConfig;
import io.nvmevf.server.control.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nvmevf token}, and how all commands reach a target that wants to know who they are. */
class TokenCliTest {
    private static final ApiConfig SOCKET = new ApiConfig("127.0.0.1", 0, true, null, ApiConfig.Socket.DEFAULT);

    @TempDir
    Path directory;

    private static Path write(Path file, String text) throws Exception {
        return Files.writeString(file, text + "\n");
    }

    @Test
    void takesATokenThroughItsLifeOverTheSocket() throws Exception {
        try (TestApi api = new TestApi(directory, SOCKET)) {
            TestCli cli = new TestCli("unix:" + api.socket());
            assertThat(cli.run("token", "create", "prometheus", "--role", "metrics", "--expires", "90d"))
                    .as(cli.err)
                    .isEqualTo(ExitCode.OK);
            assertThat(cli.out)
                    .contains("Name:    prometheus", "Expires: 2027-02-21T12:00:00Z", "printed this once")
                    .containsPattern("  nvmevf_[0-9A-Za-z]{49}\n");
            String token = cli.out.substring(cli.out.indexOf("nvmevf_")).strip();
            assertThat(cli.run("token", "list")).isEqualTo(ExitCode.OK);
            assertThat(cli.out).contains("prometheus", "metrics").doesNotContain("nvmevf_");
            assertThat(cli.run("token", "create", "ci", "--role", "read-only", "-o", "json"))
                    .isEqualTo(ExitCode.OK);
            assertThat(cli.json().path("secret").asText()).startsWith("nvmevf_");
            assertThat(cli.json().at("/token/expires").isNull()).isTrue();

            TestCli remote = new TestCli(api.url());
            remote.environment.put("NVMEVF_TOKEN", token);
            assertThat(remote.run("status")).isEqualTo(ExitCode.NOT_ALLOWED);
            assertThat(remote.err).contains("needs the role read-only, and metrics");
            assertThat(cli.run("token", "revoke", "prometheus")).isEqualTo(ExitCode.OK);
            assertThat(remote.run("status")).isEqualTo(ExitCode.NOT_ALLOWED);
            assertThat(remote.err).contains("revoked");
            assertThat(cli.run("token", "revoke", "prometheus")).isEqualTo(ExitCode.NOT_FOUND);
            assertThat(cli.run("token", "create", "x", "--role", "king")).isEqualTo(ExitCode.INVALID);
            assertThat(cli.run("token", "create", "x", "--role", "metrics", "--expires", "soon"))
                    .isEqualTo(ExitCode.USAGE);
            assertThat(cli.run("token", "create", "x")).isEqualTo(ExitCode.USAGE);
        }
    }

    @Test
    void takesATokenFromAFileOrTheEnvironmentButNotFromTheCommandLine() throws Exception {
        try (TestApi api = new TestApi(directory, TestApi.ASKING)) {
            TestCli cli = new TestCli(api.url());
            assertThat(cli.run("status")).isEqualTo(ExitCode.NOT_ALLOWED);
            assertThat(cli.err).contains("needs a token", "--token-file or NVMEVF_TOKEN");
            String token = api.makeToken("reader", Role.READ_ONLY);
            Path file = write(directory.resolve("token"), token);
            assertThat(cli.run("status", "--token-file", file.toString()))
                    .as(cli.err)
                    .isEqualTo(ExitCode.OK);
            cli.environment.put("NVMEVF_TOKEN", token);
            assertThat(cli.run("status")).isEqualTo(ExitCode.OK);
            for (String[] args : new String[][] {{"status", "--token", token}, {"status", "--token=" + token}}) {
                assertThat(cli.run(args)).isEqualTo(ExitCode.USAGE);
                assertThat(cli.err).contains("a token is no argument").doesNotContain(token);
            }
            cli.environment.put("NVMEVF_TOKEN", "a b");
            assertThat(cli.run("status")).isEqualTo(ExitCode.USAGE);
            assertThat(cli.err).contains("NVMEVF_TOKEN holds no token");
            assertThat(cli.run(
                            "status", "--token-file", directory.resolve("none").toString()))
                    .isEqualTo(ExitCode.USAGE);
        }
    }

    @Test
    void sendsNoTokenWhereItCouldBeRead() {
        TestCli cli = new TestCli("http://192.0.2.1:9420");
        cli.environment.put("NVMEVF_TOKEN", "nvmevf_x");
        assertThat(cli.run("status")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err).contains("the token was not sent", "https://");
    }

    @Test
    void usesTheMachinesSocketIfItIsThere() throws Exception {
        try (TestApi api = new TestApi(directory, SOCKET)) {
            TestCli cli = new TestCli(api.url());
            cli.systemSocket = api.socket();
            assertThat(cli.bare("status")).as(cli.err).isEqualTo(ExitCode.OK);
            // (What is said wins.)
            cli.environment.put("NVMEVF_API", api.url());
            assertThat(cli.bare("status")).isEqualTo(ExitCode.NOT_ALLOWED);
            assertThat(cli.bare("status", "--api", "unix:" + api.socket())).isEqualTo(ExitCode.OK);
            assertThat(cli.bare("status", "--api", "unix:" + directory.resolve("none")))
                    .isEqualTo(ExitCode.UNREACHABLE);
            assertThat(cli.err).contains("no target answers at unix:" + directory.resolve("none"));
        }
    }

    @Test
    void trustsATargetByTheCertificateThatItIsGiven() throws Exception {
        TestCertificate one = TestCertificate.make(directory, "one");
        TestCertificate two = TestCertificate.make(directory, "two");
        Files.setPosixFilePermissions(one.key(), PosixFilePermissions.fromString("rw-------"));
        ApiConfig config = new ApiConfig(
                "127.0.0.1", 0, true, new ApiConfig.Tls(one.certificate(), one.key()), ApiConfig.Socket.OFF);
        try (TestApi api = new TestApi(directory, config)) {
            TestCli cli = new TestCli(api.url());
            cli.environment.put("NVMEVF_TOKEN", api.makeToken("reader", Role.READ_ONLY));
            assertThat(cli.run("status", "--ca-file", one.certificate().toString()))
                    .as(cli.err)
                    .isEqualTo(ExitCode.OK);
            cli.environment.put("NVMEVF_CA_FILE", one.certificate().toString());
            assertThat(cli.run("status")).isEqualTo(ExitCode.OK);
            assertThat(cli.run("status", "--ca-file", two.certificate().toString()))
                    .isEqualTo(ExitCode.UNREACHABLE);
            assertThat(cli.err).contains("no TLS connection", "--ca-file");
            assertThat(cli.run("status", "--ca-file", one.key().toString())).isEqualTo(ExitCode.USAGE);
            // (Its name is not in the certificate.)
            assertThat(cli.bare("status", "--api", api.url().replace("127.0.0.1", "127.0.0.2")))
                    .isEqualTo(ExitCode.UNREACHABLE);
            assertThat(cli.bare("status", "--api", api.url().replace("https", "http")))
                    .isNotEqualTo(ExitCode.OK);
        }
    }

    @Test
    void showsWhoDidWhat() throws Exception {
        try (TestApi api = new TestApi(directory, SOCKET)) {
            TestCli cli = new TestCli("unix:" + api.socket());
            cli.run("vf", "create", "vf1");
            TestCli remote = new TestCli(api.url());
            remote.environment.put("NVMEVF_TOKEN", api.makeToken("admin", Role.OPERATOR));
            remote.run("vf", "offline", "vf1");
            assertThat(cli.run("audit", "list")).isEqualTo(ExitCode.OK);
            assertThat(cli.out
                            .lines()
                            .filter(line -> line.contains("vf-created"))
                            .toList())
                    .singleElement()
                    .asString()
                    .contains("user:" + System.getProperty("user.name"));
            assertThat(cli.out
                            .lines()
                            .filter(line -> line.contains("vf-offline"))
                            .toList())
                    .singleElement()
                    .asString()
                    .containsPattern("token:admin\\(tok-[0-9a-f]{8}\\)");
            assertThat(cli.out
                            .lines()
                            .filter(line -> line.contains("token-created"))
                            .toList())
                    .singleElement()
                    .asString()
                    .contains("system");
            cli.run("audit", "list", "-o", "json");
            assertThat(cli.json().at("/items/1/fields/who/kind").asText()).isEqualTo("user");
        }
    }
}
