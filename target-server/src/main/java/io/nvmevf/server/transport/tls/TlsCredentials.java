package io.nvmevf.server.transport.tls;

import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.protocol.auth.TlsPskIdentity;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What handshakes need of the rest of the target. Any thread may call it. */
public interface TlsCredentials {

    /** What it takes to refuse everybody. */
    TlsCredentials NONE = new TlsCredentials() {
        @Override
        public List<TlsPskInterchange> psks(String hostNqn, String subsystemNqn) {
            return List.of();
        }

        @Override
        public @Nullable TlsPsk generated(TlsPskIdentity identity) {
            return null;
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
     * The PSK that DH-HMAC-CHAP generated and that is valid now under this identity.
     *
     * @return null if there is none, or the subsystem takes no TLS, or the host is not allowed any more
     */
    @Nullable
    TlsPsk generated(TlsPskIdentity identity);

    /**
     * Has a job of about a millisecond done off the event loops. Those who come from different addresses take turns.
     *
     * @param address where the host comes from
     * @param job must not throw
     * @return false if too many wait already: nothing is done then
     */
    boolean submit(Object address, Runnable job);
}
