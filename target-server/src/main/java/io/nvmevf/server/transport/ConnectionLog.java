package io.nvmevf.server.transport;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The log lines about one connection. Each carries, as fields, what tells it apart from the lines of others, as far as that is
 * known by then:
 *
 * <pre>
 * connection  a number that no other connection of this run has
 * remote      address and port of the host
 * host        host NQN
 * subsystem   NQN of the subsystem that the host connects to
 * vf          name of the virtual function which that is
 * controller  CNTLID
 * queue       QID
 * </pre>
 *
 * What the host says of itself is set on its event loop; any thread may log.
 */
public final class ConnectionLog {
    private static final About NOBODY = new About(null, null, null, -1, -1);

    private final HostLog log;
    private final long connection;
    private final Supplier<String> remote;
    private volatile About about = NOBODY;

    /** @param controller -1: none yet */
    private record About(
            @Nullable String host,
            @Nullable String subsystem,
            @Nullable String vf,
            int controller,
            int queue) {}

    ConnectionLog(HostLog log, Supplier<String> remote) {
        this.log = log;
        this.remote = remote;
        connection = log.nextConnection();
    }

    /**
     * Whom the host says it is, and what it wants to connect to.
     *
     * @param vf null: it is no virtual function's
     */
    public void of(String hostNqn, String subsystemNqn, @Nullable String vf) {
        about = new About(hostNqn, subsystemNqn, vf, -1, -1);
    }

    /** Connect was accepted. */
    public void accepted(int controller, int queue) {
        About now = about;
        about = new About(now.host, now.subsystem, now.vf, controller, queue);
    }

    /** Something that the host brought about. */
    public void connection(String format, Object... arguments) {
        log.line(Level.INFO, this, null, format, arguments);
    }

    /** A step that goes well: only for who follows one host. */
    public void detail(String format, Object... arguments) {
        log.line(Level.DEBUG, this, null, format, arguments);
    }

    /** A fault of ours that the host brought to light. */
    public void internal(String message, Throwable cause) {
        log.line(Level.ERROR, this, cause, message);
    }

    /** The line with these fields. */
    LoggingEventBuilder with(LoggingEventBuilder line) {
        About now = about;
        LoggingEventBuilder more = line.addKeyValue("connection", connection).addKeyValue("remote", remote.get());
        more = with(more, "host", now.host);
        more = with(more, "subsystem", now.subsystem);
        more = with(more, "vf", now.vf);
        return now.controller < 0
                ? more
                : more.addKeyValue("controller", now.controller).addKeyValue("queue", now.queue);
    }

    private static LoggingEventBuilder with(LoggingEventBuilder line, String key, @Nullable String value) {
        return value == null ? line : line.addKeyValue(key, value);
    }
}
