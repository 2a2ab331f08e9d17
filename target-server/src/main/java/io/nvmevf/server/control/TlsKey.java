package io.nvmevf.server.control;

import io.nvmevf.protocol.auth.TlsPskInterchange;
import java.util.List;
import java.util.Objects;

/**
 * What a host and one subsystem protect their connections with (TLS 1.3 with a pre-shared key, NVMe/TCP Transport 1.1
 * §3.6.1). It may be there before the host is allowed to connect. At the discovery subsystem it holds for both of its NQNs:
 * the identity of the PSK names the one that the host connects to.
 *
 * @param subsystem name of a virtual function, {@link HostKey#PF} or {@link HostKey#DISCOVERY}
 * @param hostNqn NQN of the host
 * @param psks what is valid, the newest first: one PSK, or two during a rotation
 */
public record TlsKey(String subsystem, String hostNqn, List<TlsPskInterchange> psks) {

    /** PSKs that are valid during a rotation. */
    static final int MAX_PSKS = 2;

    public TlsKey {
        Objects.requireNonNull(subsystem);
        Objects.requireNonNull(hostNqn);
        psks = List.copyOf(psks);
        if (psks.isEmpty() || psks.size() > MAX_PSKS) {
            throw new IllegalArgumentException("a host has 1 or 2 PSKs, not " + psks.size());
        }
    }

    /** What the host is to use from now on. */
    public TlsPskInterchange newest() {
        return psks.getFirst();
    }

    /** Whether an older PSK is still valid. */
    public boolean isRotating() {
        return psks.size() > 1;
    }

    /** The same, but with these PSKs. */
    TlsKey with(List<TlsPskInterchange> next) {
        return new TlsKey(subsystem, hostNqn, next);
    }
}
