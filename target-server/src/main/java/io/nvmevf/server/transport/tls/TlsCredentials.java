package io.nvmevf.server.transport.tls;

import io.nvmevf.protocol.auth.TlsPskInterchange;
import java.util.List;

/** What handshakes need of the rest of the target. Any thread may call it. */
public interface TlsCredentials {

    /** What it takes to refuse everybody. */
    TlsCredentials NONE = new TlsCredentials() {
        @Override
        public List<TlsPskInterchange> psks(String hostNqn, String subsystemNqn) {
            return List.of();
        }

        @Override
        public boolean submit(Object address, Runnable job) {
            job.run();
            return true;
        }
    };

    /**
     * The PSKs that are valid now between this host and this subsystem, the newest first.
     *
     * @return at most two; none if there is no such subsystem, it takes no TLS, or the host is not allowed or has no key
     */
    List<TlsPskInterchange> psks(String hostNqn, String subsystemNqn);

    /**
     * Has a job of about a millisecond done off the event loops. Those who come from different addresses take turns.
     *
     * @param address where the host comes from
     * @param job must not throw
     * @return false if too many wait already: nothing is done then
     */
    boolean submit(Object address, Runnable job);
}
