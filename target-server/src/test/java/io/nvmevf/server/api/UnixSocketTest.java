package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nvmevf.server.config.ApiConfig;
import io.nvmevf.server.control.NewApiToken;
import io.nvmevf.server.control.Role;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Unix domain socket: its file, and what the user at its other end may do. Others than ours are processes of other users. */
class UnixSocketTest {
    /** No user of this machine, as far as anybody knows. */
    private static final int STRANGER = 64321;

    private static final int GROUP = 64322;

    @TempDir
    Path directory;

    @BeforeEach
    void letOthersIn() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static ApiConfig with(ApiConfig.Socket socket) {
        return new ApiConfig("127.0.0.1", 0, true, null, socket);
    }

    private static ApiConfig.Socket socket(@Nullable Path path) {
        return new ApiConfig.Socket(true, path, null, List.of(), List.of(), List.of());
    }

    private static String ask(TestApi api, String method, String path) throws IOException {
        return SocketProbe.ask(api.socket().toString(), method, path);
    }

    /** The same as another user. */
    private String askAs(int uid, List<Integer> groups, TestApi api, String method, String path) throws Exception {
        Path classes = Files.createDirectories(directory.resolve("probe/io/nvmevf/server/api"));
        Path file = classes.resolve("SocketProbe.class");
        if (!Files.exists(file)) {
            try (InputStream in = Objects.requireNonNull(SocketProbe.class.getResourceAsStream("SocketProbe.class"))) {
                Files.copy(in, file);
            }
        }
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=" + uid, "--regid=" + uid));
        command.add(groups.isEmpty() ? "--clear-groups" : "--groups=" + groups.getFirst());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                directory.resolve("probe").toString(),
                SocketProbe.class.getName(),
                api.socket().toString(),
                method,
                path));
        Process probe = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String answer = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(probe.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return answer;
        } finally {
            probe.destroyForcibly();
        }
    }

    private static void assumeRoot() throws IOException {
        assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "only root can start processes of other users");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv (util-linux)");
        Path java = Path.of(System.getProperty("java.home")).toRealPath();
        for (Path part = java; part != null; part = part.getParent()) {
            assumeTrue(
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(part))
                            .endsWith("x"),
                    "other users cannot run the Java of this test: " + part);
        }
    }

    // ---- who -----------------------------------------------------------------------------------------------------

    @Test
    void whoStartedTheTargetIsAnOperatorWithoutAToken() throws Exception {
        try (TestApi api = new TestApi(directory, with(ApiConfig.Socket.DEFAULT))) {
            assertThat(api.send("GET", "/v1/pf", "").statusCode()).isEqualTo(401);
            assertThat(ask(api, "GET", "/v1/pf")).startsWith("HTTP/1.1 200");
            assertThat(ask(api, "POST", "/v1/pf/offline")).startsWith("HTTP/1.1 200");
            assertThat(ask(api, "GET", "/v1/tokens")).startsWith("HTTP/1.1 200");
            api.service().createToken(new NewApiToken("t", Role.METRICS, null));
            assertThat(ask(api, "DELETE", "/v1/tokens/t")).startsWith("HTTP/1.1 204");
            int self = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            assertThat(api.lastEntry().type()).isEqualTo("token-revoked");
            assertThat(api.lastEntry().fields().get("who"))
                    .isEqualTo(Map.of("kind", "user", "uid", (long) self, "name", System.getProperty("user.name")));
        }
    }

    @Test
    void aUserThatNobodyNamedCannotEvenOpenIt() throws Exception {
        assumeRoot();
        try (TestApi api = new TestApi(directory, with(ApiConfig.Socket.DEFAULT))) {
            assertThat(askAs(STRANGER, List.of(), api, "GET", "/v1/pf")).contains("Permission denied");
        }
    }

    @Test
    void usersHaveTheRoleThatTheyAreNamedWith() throws Exception {
        assumeRoot();
        ApiConfig.Socket socket = new ApiConfig.Socket(
                true, null, null, List.of(), List.of("nobody"), List.of(Integer.toString(STRANGER)));
        try (TestApi api = new TestApi(directory, with(socket))) {
            int nobody = 65534;
            assertThat(askAs(nobody, List.of(), api, "GET", "/v1/pf")).startsWith("HTTP/1.1 200");
            assertThat(askAs(nobody, List.of(), api, "POST", "/v1/pf/offline"))
                    .startsWith("HTTP/1.1 403")
                    .contains("needs the role operator, and read-only is what this user has");
            assertThat(api.lastEntry().type()).isEqualTo("change-refused");
            assertThat(String.valueOf(api.lastEntry().fields().get("who"))).contains("uid=65534");
            assertThat(askAs(STRANGER, List.of(), api, "GET", "/metrics")).startsWith("HTTP/1.1 200");
            assertThat(askAs(STRANGER, List.of(), api, "GET", "/v1/pf")).startsWith("HTTP/1.1 403");
            assertThat(askAs(STRANGER + 1, List.of(), api, "GET", "/healthz")).startsWith("HTTP/1.1 200");
            assertThat(askAs(STRANGER + 1, List.of(), api, "GET", "/v1/pf"))
                    .startsWith("HTTP/1.1 403")
                    .contains("api.socket-users");
        }
    }

    @Test
    void membersOfTheGroupAreOperators() throws Exception {
        assumeRoot();
        // (Java gives a file to a group by its name or number.)
        ApiConfig.Socket socket =
                new ApiConfig.Socket(true, null, Integer.toString(GROUP), List.of(), List.of(), List.of());
        try (TestApi api = new TestApi(directory, with(socket))) {
            assertThat(Files.getAttribute(api.socket(), "unix:gid")).isEqualTo(GROUP);
            assertThat(askAs(STRANGER, List.of(GROUP), api, "POST", "/v1/pf/offline"))
                    .startsWith("HTTP/1.1 200");
            assertThat(askAs(GROUP, List.of(), api, "POST", "/v1/pf/offline")).startsWith("HTTP/1.1 200");
            assertThat(askAs(STRANGER, List.of(), api, "GET", "/v1/pf")).contains("Permission denied");
            // (Even if somebody lets all open it.)
            Files.setPosixFilePermissions(api.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
            assertThat(askAs(STRANGER, List.of(), api, "GET", "/v1/pf")).startsWith("HTTP/1.1 403");
        }
    }

    // ---- the file ------------------------------------------------------------------------------------------------

    @Test
    void itIsForOwnerAndGroupAndGoesWithTheTarget() throws Exception {
        Path file;
        try (TestApi api = new TestApi(directory, with(ApiConfig.Socket.DEFAULT))) {
            file = api.socket();
            assertThat(file).isEqualTo(directory.resolve("api.sock"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-rw----");
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void whatAKilledTargetLeftIsReplaced() throws Exception {
        Path file = directory.resolve("s");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(file));
        }
        assertThat(file).exists();
        try (TestApi api = new TestApi(directory, with(socket(file)))) {
            assertThat(ask(api, "GET", "/healthz")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aSocketThatIsInUseOrAnotherFileStopsTheStart() throws Exception {
        Path file = directory.resolve("s");
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(file));
            assertThatThrownBy(() -> new TestApi(directory, with(socket(file))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another target listens there");
        }
        Path text = Files.writeString(directory.resolve("notes.txt"), "mine");
        assertThatThrownBy(() -> new TestApi(directory, with(socket(text))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("something else is there");
        assertThat(text).hasContent("mine");
    }

    @Test
    void usersThatDoNotExistStopTheStart() {
        assertThatThrownBy(() -> new TestApi(
                        directory,
                        with(new ApiConfig.Socket(
                                true, null, null, List.of("no-such-user-here"), List.of(), List.of()))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no user 'no-such-user-here'");
        assertThat(directory.resolve("api.sock")).doesNotExist();
    }

    @Test
    void theRunDirectoryIsUsedIfItIsThere() throws Exception {
        Path run = Files.createDirectory(directory.resolve("run"));
        assertThat(UnixSocket.prepare(ApiConfig.Socket.DEFAULT, directory, run)).isEqualTo(run.resolve("api.sock"));
        assertThat(UnixSocket.prepare(ApiConfig.Socket.DEFAULT, directory, directory.resolve("none")))
                .isEqualTo(directory.resolve("api.sock"));
        assertThat(UnixSocket.prepare(ApiConfig.Socket.OFF, directory, run)).isNull();
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(run.resolve("api.sock")));
            assertThat(UnixSocket.prepare(ApiConfig.Socket.DEFAULT, directory, run))
                    .isEqualTo(directory.resolve("api.sock"));
        }
        assertThat(UnixSocket.prepare(
                        ApiConfig.Socket.DEFAULT, directory.resolve("x".repeat(100)), directory.resolve("none")))
                .isNull();
    }
}
