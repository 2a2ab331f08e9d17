package io.nvmevf.server.transport;

import java.time.Duration;

/**
 * What a connection may do.
 *
 * @param icReqTimeout from accepting to a whole ICReq
 * @param connectTimeout from ICReq to a successful Connect, and to the end of the authentication that it may call for
 * @param pduTimeout how long a PDU that has begun, or data that was asked for, may make no progress
 * @param maxH2cData MAXH2CDATA: data bytes of one H2CData; 4096 to 1 MiB, a multiple of 4096
 * @param inCapsuleData in-capsule data of an I/O command, 0 to 65,536 bytes, a multiple of 16; admin and fabrics commands
 *     may always have 8192 (NVMe/TCP 1.1 §3.3.1)
 * @param cpda alignment of data that hosts send: multiples of (cpda + 1) × 4 bytes; Linux connects only with 0
 * @param queueMemory bytes of data buffers that one queue may hold; commands beyond it wait
 */
public record TransportLimits(
        Duration icReqTimeout,
        Duration connectTimeout,
        Duration pduTimeout,
        int maxH2cData,
        int inCapsuleData,
        int cpda,
        int queueMemory) {

    public static final TransportLimits DEFAULT = new TransportLimits(
            Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(30), 256 << 10, 8192, 0, 8 << 20);

    /** In-capsule data that admin and fabrics commands may have. */
    public static final int ADMIN_IN_CAPSULE_DATA = 8192;

    /** In-capsule data of one command, by the kind of its queue. */
    int inCapsuleData(boolean adminOrFabrics) {
        return adminOrFabrics ? ADMIN_IN_CAPSULE_DATA : inCapsuleData;
    }
}
