package io.nvmevf.protocol.auth;

import io.netty.buffer.ByteBuf;

/**
 * What Authentication Send and Authentication Receive have in their submission queue entries besides what all Fabrics
 * commands have (NVMe Base 2.1 §6.1 and §6.2, §8.3.4.3). An offset is also what the Error Information log reports for
 * an Invalid Field.
 *
 * <pre>
 *   40 reserved | 41 SPSP0 | 42 SPSP1 | 43 SECP | 44..47 TL (Send: bytes that are sent) or AL (Receive: bytes that fit)
 * </pre>
 */
public final class AuthCommand {
    public static final int SPSP0_OFFSET = 41;
    public static final int SPSP1_OFFSET = 42;
    public static final int SECP_OFFSET = 43;
    public static final int LENGTH_OFFSET = 44;

    /** SECP: NVMe over Fabrics in-band authentication. */
    public static final int SECP_NVME = 0xE9;

    /** SPSP0 and SPSP1 of authentication. */
    public static final int SPSP_AUTHENTICATION = 0x01;

    private AuthCommand() {}

    /** Security protocol: {@link #SECP_NVME}. */
    public static int secp(ByteBuf b, int at) {
        return b.getUnsignedByte(at + SECP_OFFSET);
    }

    /** Security protocol specific, low byte: {@link #SPSP_AUTHENTICATION}. */
    public static int spsp0(ByteBuf b, int at) {
        return b.getUnsignedByte(at + SPSP0_OFFSET);
    }

    /** Security protocol specific, high byte: {@link #SPSP_AUTHENTICATION}. */
    public static int spsp1(ByteBuf b, int at) {
        return b.getUnsignedByte(at + SPSP1_OFFSET);
    }

    /** TL or AL in bytes, 0 to FFFFFFFFh as the host says. */
    public static long length(ByteBuf b, int at) {
        return b.getUnsignedIntLE(at + LENGTH_OFFSET);
    }

    /** Writes the fields (what a host sends); {@code length} is TL or AL. */
    public static void write(ByteBuf b, int at, int length) {
        b.setByte(at + SPSP0_OFFSET, SPSP_AUTHENTICATION);
        b.setByte(at + SPSP1_OFFSET, SPSP_AUTHENTICATION);
        b.setByte(at + SECP_OFFSET, SECP_NVME);
        b.setIntLE(at + LENGTH_OFFSET, length);
    }
}
