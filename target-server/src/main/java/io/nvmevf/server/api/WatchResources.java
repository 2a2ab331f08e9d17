package io.nvmevf.server.api;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.stream.StreamMessage;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.annotation.Blocking;
import com.linecorp.armeria.server.annotation.Get;
import com.linecorp.armeria.server.annotation.Param;
import com.linecorp.armeria.server.annotation.Post;
import io.nvmevf.server.audit.AuditLog;
import io.nvmevf.server.control.Apply;
import io.nvmevf.server.control.ApplyDocument;
import io.nvmevf.server.control.ApplyPlan;
import io.nvmevf.server.control.ApplyStep;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.Operation;
import io.nvmevf.server.control.OperationState;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.metrics.DataPlaneStats;
import io.nvmevf.server.metrics.DataPlaneStats.VfStats;
import io.nvmevf.server.metrics.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** The routes that concern all of the target: operations, audit log, apply, counters, health, and this API itself. */
@Blocking
final class WatchResources {
    private static final int MAX_WAIT_SECONDS = 60;
    private static final Duration EXPORT_TIMEOUT = Duration.ofMinutes(10);
    private static final MediaType NDJSON = MediaType.create("application", "x-ndjson");

    private final TargetService service;
    private final DataPlaneStats stats;
    private final AuditLog audit;
    private final Metrics metrics;
    private final long startNanos = System.nanoTime();

    WatchResources(TargetService service, DataPlaneStats stats, AuditLog audit, Metrics metrics) {
        this.service = service;
        this.stats = stats;
        this.audit = audit;
        this.metrics = metrics;
    }

    // ---- operations ----------------------------------------------------------------------------------------------

    @Get("/v1/operations")
    public HttpResponse operations(QueryParams params) throws ProblemException {
        OperationState only = Query.of(params, "state").choice("state", OperationState.class);
        return ok(new Views.Items<>(service.operations().stream()
                .filter(op -> only == null || op.state() == only)
                .map(this::view)
                .toList()));
    }

    /** No thread waits: the answer comes when the operation ends, or when the time is over. */
    @Get("/v1/operations/{id}")
    public CompletableFuture<HttpResponse> operation(ServiceRequestContext ctx, @Param String id, QueryParams params)
            throws ControlException, ProblemException {
        long wait = Query.of(params, "wait").number("wait", 0, 0, MAX_WAIT_SECONDS);
        Operation now = service.operation(id);
        if (wait == 0 || !now.isRunning()) {
            return CompletableFuture.completedFuture(ok(view(now)));
        }
        return service.ended(id)
                .copy()
                .completeOnTimeout(now, wait, TimeUnit.SECONDS)
                .thenApplyAsync(
                        then -> ok(view(service.state().operation(id).orElse(then))), ctx.blockingTaskExecutor());
    }

    private Views.Op view(Operation operation) {
        return Views.Op.of(operation, service.progress(operation));
    }

    // ---- audit log -----------------------------------------------------------------------------------------------

    @Get("/v1/audit")
    public HttpResponse audit(QueryParams params) throws ProblemException {
        Query query = Query.of(params, "after", "max");
        long after = query.number("after", 0, 0, Long.MAX_VALUE);
        int max = (int) query.number("max", 100, 1, AuditLog.MAX_ENTRIES);
        try {
            return ok(new Views.Items<>(audit.entries(after, max).stream()
                    .map(e -> new Views.Entry(
                            e.seq(), e.time().toString(), e.type(), e.fields(), e.prev(), e.hash(), e.signature()))
                    .toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Get("/v1/audit/export")
    public HttpResponse exportAudit(ServiceRequestContext ctx) throws IOException {
        ctx.setRequestTimeout(EXPORT_TIMEOUT);
        InputStream log = audit.export();
        return HttpResponse.of(
                ResponseHeaders.of(HttpStatus.OK, HttpHeaderNames.CONTENT_TYPE, NDJSON),
                StreamMessage.fromOutputStream(
                        out -> {
                            try (log;
                                    out) {
                                log.transferTo(out);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        ctx.blockingTaskExecutor()));
    }

    // ---- apply ---------------------------------------------------------------------------------------------------

    @Get("/v1/apply")
    public HttpResponse document() {
        return ok(ApplyDocument.of(service.state()));
    }

    @Post("/v1/apply")
    public HttpResponse apply(AggregatedHttpRequest request, QueryParams params)
            throws ControlException, ProblemException {
        Query query = Query.of(params, "dryRun", "prune", "allowWipe");
        boolean dryRun = query.flag("dryRun");
        boolean prune = query.flag("prune");
        boolean allowWipe = query.flag("allowWipe");
        ApplyDocument document = Json.read(request, ApplyDocument.class);
        if (dryRun) {
            return ok(new Views.Applied(true, steps(Apply.plan(service, document, prune)), List.of()));
        }
        Apply.Result result = Apply.run(service, document, prune, allowWipe);
        List<Views.Op> operations = result.operations().stream().map(this::view).toList();
        return Json.response(
                operations.isEmpty() ? HttpStatus.OK : HttpStatus.ACCEPTED,
                new Views.Applied(false, steps(result.plan()), operations));
    }

    private static List<Views.Step> steps(ApplyPlan plan) {
        return plan.steps().stream().map(WatchResources::step).toList();
    }

    private static Views.Step step(ApplyStep step) {
        return new Views.Step(
                Views.word(step.action()),
                String.valueOf(step.action().sign()),
                step.subject(),
                step.changes().stream()
                        .map(c -> new Views.Change(c.field(), c.from(), c.to()))
                        .toList(),
                step.destroysData());
    }

    // ---- counters ------------------------------------------------------------------------------------------------

    /** One virtual function only, with its latency buckets; or all, without, as these are many numbers. */
    @Get("/v1/stats")
    public HttpResponse stats(QueryParams params) throws ControlException, ProblemException {
        String only = Query.of(params, "vf").text("vf");
        List<Views.VfStats> all = new ArrayList<>();
        for (VirtualFunction vf : only == null ? service.state().vfs() : List.of(service.vf(only))) {
            VfStats counted = stats.vf(vf.name());
            if (counted != null) {
                all.add(new Views.VfStats(
                        vf.name(),
                        vf.state(),
                        new TreeSet<>(counted.hosts()),
                        numbers(counted::commands),
                        numbers(counted::errors),
                        numbers(counted::bytes),
                        throttled(counted),
                        latency(counted, only != null)));
            }
        }
        return ok(new Views.Stats((System.nanoTime() - startNanos) / 1e9, all));
    }

    private static Map<String, Long> numbers(ToLongFunction<DataPlaneStats.Operation> counter) {
        Map<String, Long> all = new LinkedHashMap<>();
        for (DataPlaneStats.Operation operation : DataPlaneStats.Operation.values()) {
            all.put(Views.word(operation), counter.applyAsLong(operation));
        }
        return all;
    }

    private static Map<String, Double> throttled(VfStats counted) {
        Map<String, Double> all = new LinkedHashMap<>();
        for (DataPlaneStats.Throttle limit : DataPlaneStats.Throttle.values()) {
            all.put(Views.word(limit), counted.throttledSeconds(limit));
        }
        return all;
    }

    private static Map<String, Views.VfLatency> latency(VfStats counted, boolean withBuckets) {
        Map<String, Views.VfLatency> all = new LinkedHashMap<>();
        for (DataPlaneStats.Operation operation :
                List.of(DataPlaneStats.Operation.READ, DataPlaneStats.Operation.WRITE)) {
            all.put(Views.word(operation), Views.VfLatency.of(counted.latency(operation), withBuckets));
        }
        return all;
    }

    @Get("/healthz")
    public HttpResponse health() {
        return ok(new Views.Health("ok", new TreeSet<>(stats.notReady())));
    }

    @Get("/metrics")
    public HttpResponse metrics() {
        ByteBuffer page = metrics.scrape();
        return HttpResponse.of(
                HttpStatus.OK,
                MediaType.parse(Metrics.CONTENT_TYPE),
                HttpData.wrap(page.array(), page.arrayOffset(), page.remaining()));
    }

    @Get("/v1/openapi.json")
    public HttpResponse openApi() {
        try (InputStream in = Objects.requireNonNull(WatchResources.class.getResourceAsStream("openapi.json"))) {
            return HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, HttpData.wrap(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("openapi.json is not in the jar", e);
        }
    }

    private static HttpResponse ok(Object value) {
        return Json.response(HttpStatus.OK, value);
    }
}
