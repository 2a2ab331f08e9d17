package io.nvmevf.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.annotation.Blocking;
import com.linecorp.armeria.server.annotation.Get;
import com.linecorp.armeria.server.annotation.Put;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.logging.LogLine;
import io.nvmevf.server.logging.Logging;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** The routes of the log: what it writes, and its last lines. */
@Blocking
final class LogResources {
    /** Lines of one answer at most, which is all that are kept. */
    private static final int MAX_LINES = 500;

    private final TargetService service;
    private final Logging logging;

    /** What the log writes. */
    record Log(Logging.Format format, List<Logging.LoggerLevel> loggers) {}

    /** {@code level} null: as the logger above. */
    record NewLevel(@Nullable String logger, @Nullable Level level) {}

    /** {@link LogLine}. */
    record Line(
            String time,
            String level,
            String logger,
            String thread,
            String message,
            Map<String, String> fields,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String trace) {

        static Line of(LogLine line) {
            return new Line(
                    line.time().toString(),
                    line.level(),
                    line.logger(),
                    line.thread(),
                    line.message(),
                    line.fields(),
                    line.trace());
        }
    }

    LogResources(TargetService service, Logging logging) {
        this.service = service;
        this.logging = logging;
    }

    @Get("/v1/logging")
    public HttpResponse log() {
        return Json.response(HttpStatus.OK, new Log(logging.format(), logging.loggers()));
    }

    @Put("/v1/logging")
    public HttpResponse setLevel(AggregatedHttpRequest request) throws ControlException, ProblemException {
        NewLevel wanted = Json.read(request, NewLevel.class);
        String logger = wanted.logger() == null ? Logging.ROOT : wanted.logger();
        Logging.LoggerLevel before = logging.level(logger);
        if (before == null || !logging.set(logger, wanted.level())) {
            throw new ControlException(
                    ControlException.Reason.NOT_FOUND,
                    "there is no logger of this name whose level can be changed; GET /v1/logging ('nvmevf log level') lists them."
                            + " Libraries are not among them, because they would log what they send and receive, secrets too");
        }
        Logging.LoggerLevel after = logging.level(logger);
        if (!before.equals(after) && after != null) {
            service.noteLogLevel(before.logger(), shown(before), shown(after));
        }
        return log();
    }

    private static String shown(Logging.LoggerLevel level) {
        return level.own() ? level.level() : "inherited";
    }

    @Get("/v1/logging/lines")
    public HttpResponse lines(QueryParams params) throws ProblemException {
        int max = (int) Query.of(params, "max").number("max", MAX_LINES, 1, MAX_LINES);
        return Json.response(
                HttpStatus.OK,
                new Views.Items<>(logging.recent(max).stream().map(Line::of).toList()),
                HttpHeaderNames.CACHE_CONTROL,
                "no-store");
    }
}
