package io.nvmevf.bench.load;

import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to connect to and what to do there.
 *
 * @param nsid namespace, 0 for the first one
 * @param blockSize bytes of one I/O
 * @param depth commands in flight on each queue
 * @param queues I/O queues, that is connections, over all threads
 * @param threads threads; each serves its share of the queues
 * @param flowControl SQ flow control as Linux has it unless told otherwise; without it a read may end without a response
 *     capsule
 * @param region bytes from the namespace's start that are used, 0 for all
 * @param spin whether threads poll their sockets without ever sleeping
 * @param tls the PSK between this host and the subsystem, for TLS; null: without TLS
 * @param tlsIdentity version of the PSK's identity: 1 as Linux has it, or 0 as SPDK has it
 */
public record LoadOptions(
        String host,
        int port,
        String subnqn,
        String hostnqn,
        int nsid,
        Workload workload,
        int blockSize,
        int depth,
        int queues,
        int threads,
        Duration duration,
        Duration warmUp,
        boolean hdgst,
        boolean ddgst,
        boolean flowControl,
        long region,
        boolean spin,
        long seed,
        @Nullable TlsPskInterchange tls,
        int tlsIdentity) {

    /** What a connection is protected with; null: nothing. */
    @Nullable
    TlsPsk psk() {
        return tls == null
                ? null
                : TlsPsk.retained(tls, tlsIdentity, tls.suiteHash(), hostnqn, subnqn, TlsPsk.Derivation.RFC_8446);
    }
}
