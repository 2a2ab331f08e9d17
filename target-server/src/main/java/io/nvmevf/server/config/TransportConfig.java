package io.nvmevf.server.config;

import io.nvmevf.server.transport.ConnectionLimits;
import java.time.Duration;

/**
 * {@code transport}: NVMe/TCP, and what one connection may use.
 *
 * @param io {@code io}: {@code auto} (io_uring, epoll, nio, the first that works; default), {@code io_uring},
 *     {@code epoll} or {@code nio}
 * @param eventLoops {@code event-loops}: threads that serve connections, 1 to 256; default: the number of processors, but no
 *     more than one for each 64MiB of direct memory that the JVM may take
 * @param connections {@code max-connections}: TCP connections at a time, 1 to 65535, default 4096; and {@code connections}: who may have how
 *     many of them, and how fast they may come: {@code pending}, {@code per-address}, {@code per-host}, {@code per-host-and-subsystem} (1 to {@code max-connections};
 *     default 3/4 of it, per host and subsystem 1040 if it is less), {@code accept-rate}, {@code rate} and {@code connect-rate} (a second, 1 to 1000000, default 250, 1000 and
 *     10), {@code accept-burst} (1 to 65535, default {@code max-connections}), {@code burst} and {@code connect-burst} (1 to 65535, default 1105 and 1040), {@code max-delay} (1ms to 5s, default 2s),
 *     {@code failed-authentications} (1 to 1000, default 32) and {@code failed-authentication-interval} (100ms to 10m, default 5s)
 * @param icreqTimeout {@code icreq-timeout}: from the TCP connection to the ICReq, 100ms to 10m, default 10s
 * @param connectTimeout {@code connect-timeout}: from the ICReq until the host is connected, and authenticated if it has a key, 100ms to 10m, default 10s
 * @param maxH2cData {@code max-h2c-data}: MAXH2CDATA, data bytes of one H2CData PDU, 4KiB to 1MiB in steps of 4KiB,
 *     default 128KiB
 * @param inCapsuleData {@code in-capsule-data}: data bytes within an I/O command capsule, 0 to 64KiB in steps of 16
 *     bytes, default 8KiB
 * @param cpda {@code cpda}: alignment of data that hosts send, in dwords, 0's based: 0 (4 bytes, default) to 31 (128)
 * @param queueMemory {@code queue-memory}: bytes of data buffers that one queue may hold, 2MiB to 1GiB, default 8MiB
 * @param totalMemory {@code total-memory}: bytes of data buffers that all queues together may hold, 16MiB to 1TiB,
 *     default 512MiB, or a third of the direct memory that the JVM may take if that is less; at least {@code queue-memory}
 */
public record TransportConfig(
        Io io,
        int eventLoops,
        ConnectionLimits connections,
        Duration icreqTimeout,
        Duration connectTimeout,
        int maxH2cData,
        int inCapsuleData,
        int cpda,
        long queueMemory,
        long totalMemory) {

    /** How sockets are served. */
    public enum Io {
        AUTO,
        IO_URING,
        EPOLL,
        NIO
    }
}
