package io.nvmevf.protocol.nvme;

import io.netty.buffer.ByteBuf;

/**
 * Fabrics commands (NVMe Base 2.1 §6): opcode 7Fh, told apart by FCTYPE in the byte where others have their NSID.
 *
 * <pre>
 *   Connect       40..41 RECFMT | 42..43 QID | 44..45 SQSIZE (0's based) | 46 CATTR | 48..51 KATO, ms
 *   Property Get  40 ATTRIB (bit 0: 8 bytes) | 44..47 OFST
 *   Property Set  40 ATTRIB | 44..47 OFST | 48..55 VALUE
 *   Disconnect    40..41 RECFMT
 * </pre>
 */
public final class FabricsCommand {
    public static final int OPCODE = 0x7F;
    public static final int FCTYPE_OFFSET = 4;

    public static final int PROPERTY_SET = 0x00;
    public static final int CONNECT = 0x01;
    public static final int PROPERTY_GET = 0x04;
    public static final int AUTHENTICATION_SEND = 0x05;
    public static final int AUTHENTICATION_RECEIVE = 0x06;
    public static final int DISCONNECT = 0x08;

    public static final int RECFMT_OFFSET = 40;
    public static final int QID_OFFSET = 42;
    public static final int SQSIZE_OFFSET = 44;
    public static final int CATTR_OFFSET = 46;
    public static final int KATO_OFFSET = 48;
    public static final int ATTRIB_OFFSET = 40;
    public static final int OFST_OFFSET = 44;
    public static final int VALUE_OFFSET = 48;

    /** CATTR: the host does not use SQ flow control on this queue. */
    public static final int CATTR_DISABLE_SQ_FLOW_CONTROL = 1 << 2;

    /** Connect response DW0 on an invalid parameter: the offset is one into the data, not into the SQE (IATTR). */
    public static final int IATTR_DATA = 1 << 16;

    /** Connect response DW0 on success: the host has to authenticate this queue before it does anything else (ATR). */
    public static final int ATR = 1 << 17;
    /**
     * Connect response DW0 on success: the host has to authenticate, and to go on over a secure channel that the
     * authentication makes the key of (ASCR).
     */
    public static final int ASCR = 1 << 18;

    private FabricsCommand() {}

    public static int fctype(ByteBuf b, int at) {
        return b.getUnsignedByte(at + FCTYPE_OFFSET);
    }

    public static int recfmt(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + RECFMT_OFFSET);
    }

    public static int qid(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + QID_OFFSET);
    }

    /** Entries of the submission queue, from 1. */
    public static int sqsize(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + SQSIZE_OFFSET) + 1;
    }

    public static int cattr(ByteBuf b, int at) {
        return b.getUnsignedByte(at + CATTR_OFFSET);
    }

    /** Keep alive timeout in milliseconds, 0 for none. */
    public static long kato(ByteBuf b, int at) {
        return b.getUnsignedIntLE(at + KATO_OFFSET);
    }

    /** Bytes of the property: 4 or 8; 0 for a reserved size. */
    public static int propertySize(ByteBuf b, int at) {
        return switch (b.getByte(at + ATTRIB_OFFSET) & 0x7) {
            case 0 -> 4;
            case 1 -> 8;
            default -> 0;
        };
    }

    /** Byte offset of the property. */
    public static int ofst(ByteBuf b, int at) {
        return b.getIntLE(at + OFST_OFFSET);
    }

    public static long value(ByteBuf b, int at) {
        return b.getLongLE(at + VALUE_OFFSET);
    }

    /** For people: the name where it is known, else the number. */
    public static String name(int fctype) {
        return switch (fctype) {
            case PROPERTY_SET -> "Property Set";
            case CONNECT -> "Connect";
            case PROPERTY_GET -> "Property Get";
            case AUTHENTICATION_SEND -> "Authentication Send";
            case AUTHENTICATION_RECEIVE -> "Authentication Receive";
            case DISCONNECT -> "Disconnect";
            default -> "fabrics command type %02Xh".formatted(fctype);
        };
    }
}
