package io.nvmevf.protocol.auth;

import io.netty.buffer.ByteBuf;

/**
 * AUTH_Failure1 (from the controller) and AUTH_Failure2 (from the host): the transaction is over, and so is the
 * connection (NVMe Base 2.1 §8.3.4.4.2).
 *
 * <pre>
 *   0 AUTH_TYPE 00h | 1 AUTH_ID F1h or F0h | 2..3 reserved | 4..5 T_ID | 6 reason code | 7 reason code explanation
 * </pre>
 *
 * @param fromHost whether it is AUTH_Failure2
 * @param tid transaction identifier, 0 to FFFFh
 * @param reason reason code: {@link #AUTHENTICATION_FAILURE}, the only one that is defined
 * @param explanation reason code explanation
 */
public record AuthFailure(boolean fromHost, int tid, int reason, int explanation) implements AuthMessage {
    public static final int SIZE = 8;
    public static final int ID_FAILURE1 = 0xF1;
    public static final int ID_FAILURE2 = 0xF0;
    public static final int REASON_OFFSET = 6;
    public static final int EXPLANATION_OFFSET = 7;

    /** Reason code. */
    public static final int AUTHENTICATION_FAILURE = 0x01;

    /** Explanation: the other side is not who it says it is. */
    public static final int FAILED = 0x01;
    /** Explanation: no protocol that the host offers is good enough. */
    public static final int PROTOCOL_UNUSABLE = 0x02;
    /** Explanation: the host's SC_C is not what the controller wants. */
    public static final int SCC_MISMATCH = 0x03;
    /** Explanation: no hash function that the host offers is good enough. */
    public static final int HASH_UNUSABLE = 0x04;
    /** Explanation: no DH group that the host offers is good enough. */
    public static final int DH_GROUP_UNUSABLE = 0x05;
    /** Explanation: a field of a message is wrong. */
    public static final int INCORRECT_PAYLOAD = 0x06;
    /** Explanation: a message that must not come now, or is unknown. */
    public static final int INCORRECT_MESSAGE = 0x07;

    /** Refuses a value that its field cannot hold with {@link IllegalArgumentException}. */
    public AuthFailure {
        MessageHeader.check("tid", tid, 0xFFFF);
        MessageHeader.check("reason", reason, 0xFF);
        MessageHeader.check("explanation", explanation, 0xFF);
    }

    /** What a controller sends. */
    public static AuthFailure failure1(int tid, int explanation) {
        return new AuthFailure(false, tid, AUTHENTICATION_FAILURE, explanation);
    }

    /** What a host sends. */
    public static AuthFailure failure2(int tid, int explanation) {
        return new AuthFailure(true, tid, AUTHENTICATION_FAILURE, explanation);
    }

    /** Reads the message from the {@code length} bytes at {@code at}; what follows it is ignored. */
    public static AuthFailure parse(ByteBuf b, int at, int length) throws AuthMessageException {
        int id = MessageHeader.id(b, at, length);
        MessageHeader.require(b, at, length, TYPE_COMMON, id == ID_FAILURE2 ? ID_FAILURE2 : ID_FAILURE1, SIZE);
        return new AuthFailure(
                id == ID_FAILURE2,
                MessageHeader.tid(b, at),
                b.getUnsignedByte(at + REASON_OFFSET),
                b.getUnsignedByte(at + EXPLANATION_OFFSET));
    }

    @Override
    public int size() {
        return SIZE;
    }

    @Override
    public int write(ByteBuf b, int at) {
        MessageHeader.write(b, at, SIZE, TYPE_COMMON, fromHost ? ID_FAILURE2 : ID_FAILURE1, tid);
        b.setByte(at + REASON_OFFSET, reason);
        b.setByte(at + EXPLANATION_OFFSET, explanation);
        return SIZE;
    }

    /** What an explanation says; an unknown one as a number. */
    public static String describe(int explanation) {
        return switch (explanation) {
            case FAILED -> "authentication failed";
            case PROTOCOL_UNUSABLE -> "authentication protocol not usable";
            case SCC_MISMATCH -> "secure channel concatenation mismatch";
            case HASH_UNUSABLE -> "hash function not usable";
            case DH_GROUP_UNUSABLE -> "DH group not usable";
            case INCORRECT_PAYLOAD -> "incorrect payload";
            case INCORRECT_MESSAGE -> "incorrect protocol message";
            default -> "explanation %02Xh".formatted(explanation);
        };
    }
}
