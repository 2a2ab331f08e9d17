package io.nvmevf.server.transport.tls;

import io.nvmevf.protocol.auth.TlsPskInterchange;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a TLS connection: the host and the subsystem that the identity of its PSK names. It may connect
 * as this host and to this subsystem, and as no other and to no other.
 *
 * @param identity of the PSK
 * @param psk what it has proved to know, and an operator configured; the key may be taken away while the connection is there.
 *     Null: DH-HMAC-CHAP generated the PSK
 * @param suite name of the cipher suite, for logs
 */
public record TlsHost(
        String hostNqn,
        String subsystemNqn,
        String identity,
        @Nullable TlsPskInterchange psk,
        String suite) {

    /** Whether DH-HMAC-CHAP generated the PSK: the host has authenticated by it. */
    public boolean isGenerated() {
        return psk == null;
    }
}
