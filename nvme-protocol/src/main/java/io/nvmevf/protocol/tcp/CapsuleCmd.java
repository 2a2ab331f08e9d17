package io.nvmevf.protocol.tcp;

/**
 * Command capsule, host to controller: header with the submission queue entry, then in-capsule data (NVMe/TCP 1.1
 * §3.6.2.5).
 *
 * <pre>
 *   0..7 common header | 8..71 SQE | [HDGST 4] [PAD] [DATA] [DDGST 4]
 * </pre>
 */
public final class CapsuleCmd {
    /** HLEN. */
    public static final int HEADER = 72;

    public static final int SQE_OFFSET = 8;

    private CapsuleCmd() {}
}
