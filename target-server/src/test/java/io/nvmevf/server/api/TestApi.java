package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.IoEventLoop;
import io.nvmevf.server.audit.AuditEntry;
import io.nvmevf.server.calibrate.Calibrator;
import io.nvmevf.server.config.ApiConfig;
import io.nvmevf.server.control.Access;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.FakeDataPlane;
import io.nvmevf.server.control.FakeEraser;
import io.nvmevf.server.control.FakePool;
import io.nvmevf.server.control.NewApiToken;
import io.nvmevf.server.control.PhysicalFunction;
import io.nvmevf.server.control.Role;
import io.nvmevf.server.control.StateFile;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.TestService;
import io.nvmevf.server.logging.Logging;
import io.nvmevf.storage.StoragePool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** An API over a real service, whose data plane is a fake and whose erasures end when the test says so. */
public final class TestApi implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Few queues, so that they can be too few. */
    private static final PhysicalFunction PF =
            new PhysicalFunction("nqn.2026-01.io.nvmevf:test:pf", Access.NOBODY, 4, 100, 2, 1 << 20);

    /** TCP on a free port of loopback, where nobody is asked who he is. */
    public static final ApiConfig LOOPBACK = new ApiConfig("127.0.0.1", 0, false, null, ApiConfig.Socket.OFF);
    /** The same, but everybody is asked. */
    public static final ApiConfig ASKING = new ApiConfig("127.0.0.1", 0, true, null, ApiConfig.Socket.OFF);

    /** When it is. */
    volatile Instant now = TestService.CLOCK.instant();
    /** Nanoseconds, for what is forgotten after a while. */
    final AtomicLong time = new AtomicLong();
    /** Sent as bearer token; empty: none. */
    String token = "";

    final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final FakeEraser eraser;
    private final TestService parts;
    private final Calibrator calibrator;
    private final ApiServer api;

    public TestApi(Path directory) throws Exception {
        this(directory, new FakePool(1L << 30));
    }

    private TestApi(Path directory, FakePool pool) throws Exception {
        this(directory, pool, new FakeEraser(pool), List.of(), () -> 0);
    }

    /** Over a pool and event loops that do I/O, at a time that the test decides. */
    public TestApi(Path directory, StoragePool pool, List<IoEventLoop> loops, LongSupplier nanos) throws Exception {
        this(directory, pool, new FakeEraser(new FakePool(0)), loops, nanos);
    }

    private TestApi(Path directory, StoragePool pool, FakeEraser eraser, List<IoEventLoop> loops, LongSupplier nanos)
            throws Exception {
        this(directory, pool, eraser, loops, nanos, LOOPBACK);
    }

    /** With this configuration; the socket is in {@code directory}. */
    public TestApi(Path directory, ApiConfig config) throws Exception {
        this(directory, new FakePool(1L << 30), config);
    }

    private TestApi(Path directory, FakePool pool, ApiConfig config) throws Exception {
        this(directory, pool, new FakeEraser(pool), List.of(), () -> 0, config);
    }

    private TestApi(
            Path directory,
            StoragePool pool,
            FakeEraser eraser,
            List<IoEventLoop> loops,
            LongSupplier nanos,
            ApiConfig config)
            throws Exception {
        this.eraser = eraser;
        FakeDataPlane plane = new FakeDataPlane(pool);
        parts = TestService.start(directory, StateFile.open(directory), PF, pool, plane, eraser);
        calibrator = new Calibrator(parts.service(), loops, nanos);
        api = start(directory, config, plane);
    }

    private ApiServer start(Path directory, ApiConfig config, FakeDataPlane plane) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try {
            return ApiServer.start(
                    config,
                    directory,
                    directory.resolve("no-run-directory"),
                    new ApiServer.Parts(
                            parts.service(),
                            plane,
                            parts.audit(),
                            calibrator,
                            List.of(new InetSocketAddress(loopback, 4420), new InetSocketAddress(loopback, 4421)),
                            Logging.ofProcess(),
                            () -> now,
                            time::get));
        } catch (IOException | RuntimeException e) {
            calibrator.close();
            parts.close();
            throw e;
        }
    }

    public TargetService service() {
        return parts.service();
    }

    public FakeEraser eraser() {
        return eraser;
    }

    public String url() {
        return (api.isTls() ? "https" : "http") + "://127.0.0.1:"
                + api.address().getPort();
    }

    /** Makes a token, and returns what its bearer sends. */
    public String makeToken(String name, Role role) throws ControlException {
        return service().createToken(new NewApiToken(name, role, null)).text();
    }

    /** The last entry of the audit log. */
    AuditEntry lastEntry() throws IOException {
        return entries().getLast();
    }

    List<AuditEntry> entries() throws IOException {
        return parts.audit().entries(0, 1000);
    }

    /** Where the Unix domain socket is. */
    public Path socket() {
        return Objects.requireNonNull(api.socket());
    }

    ApiServer server() {
        return api;
    }

    HttpRequest.Builder request(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body.isEmpty()) {
            return request.method(method, BodyPublishers.noBody());
        }
        return request.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(body));
    }

    HttpResponse<String> send(String method, String path, String body) throws Exception {
        return http.send(request(method, path, body).build(), BodyHandlers.ofString());
    }

    /** The body of the answer, which has this status. */
    JsonNode answer(int status, String method, String path, String body) throws Exception {
        HttpResponse<String> response = send(method, path, body);
        assertThat(response.statusCode())
                .as(method + " " + path + ": " + response.body())
                .isEqualTo(status);
        if (status >= 400) {
            assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
        }
        return JSON.readTree(response.body().isEmpty() ? "{}" : response.body());
    }

    JsonNode get(String path) throws Exception {
        return answer(200, "GET", path, "");
    }

    JsonNode post(int status, String path, String body) throws Exception {
        return answer(status, "POST", path, body);
    }

    /** What is wrong, for people; its reason is looked at, too. */
    String refused(int status, String reason, String method, String path, String body) throws Exception {
        JsonNode problem = answer(status, method, path, body);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("reason").asText()).as(problem.toString()).isEqualTo(reason);
        return problem.path("detail").asText();
    }

    /** The same, where HTTP itself or the form of the request is wrong. */
    String problem(int status, String method, String path, String body) throws Exception {
        return refused(status, "", method, path, body);
    }

    /** Stops to listen. */
    public void closeApi() {
        api.close();
    }

    @Override
    public void close() throws IOException {
        api.close();
        calibrator.close();
        parts.close();
        http.close();
    }
}
