package io.nvmevf.protocol.tcp;

import io.netty.buffer.ByteBuf;

/**
 * Response capsule, controller to host: header with the completion queue entry, no data (NVMe/TCP 1.1 §3.6.2.6).
 *
 * <pre>
 *   0..7 common header | 8..23 CQE | [HDGST 4]
 * </pre>
 */
public final class CapsuleResp {
    /** HLEN. */
    public static final int HEADER = 24;

    public static final int CQE_OFFSET = 8;

    private CapsuleResp() {}

    /** Writes the common header; {@code hdgst} is 0 or {@link Pdu#DIGEST}. */
    public static void header(ByteBuf b, int at, int hdgst) {
        Pdu.header(b, at, Pdu.CAPSULE_RESP, hdgst == 0 ? 0 : Pdu.HDGSTF, HEADER, 0, HEADER + hdgst);
    }
}
