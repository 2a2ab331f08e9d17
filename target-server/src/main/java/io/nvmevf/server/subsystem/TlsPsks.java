package io.nvmevf.server.subsystem;

import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.protocol.auth.TlsPskIdentity;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import io.nvmevf.server.control.TlsKey;
import io.nvmevf.server.control.TlsMode;
import io.nvmevf.server.transport.tls.TlsCredentials;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The PSKs of TLS, as the control plane published them last and as hosts generated them, and the workers that compute
 * handshakes.
 */
public final class TlsPsks implements TlsCredentials {
    private final Subsystems subsystems;

    public TlsPsks(Subsystems subsystems) {
        this.subsystems = subsystems;
    }

    @Override
    public List<TlsPskInterchange> psks(String hostNqn, String subsystemNqn) {
        Subsystem subsystem = subsystems.find(subsystemNqn);
        if (subsystem == null || subsystem.access().tls() == TlsMode.OFF || !subsystem.allows(hostNqn)) {
            return List.of();
        }
        TlsKey key = subsystem.tlsKey(hostNqn);
        return key == null ? List.of() : key.psks();
    }

    @Override
    public @Nullable TlsPsk generated(TlsPskIdentity identity) {
        Subsystem subsystem = subsystems.find(identity.subsystemNqn());
        return subsystem == null ? null : subsystem.generatedPsk(identity.hostNqn(), identity.text());
    }

    @Override
    public boolean submit(Object address, Runnable job) {
        // (Which virtual function it will be about is not known yet: all handshakes together are one owner.)
        return subsystems.authentication().submit(this, address, job);
    }
}
