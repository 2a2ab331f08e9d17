package io.nvmevf.protocol.nvme;

/**
 * Command dword 10 of Format NVM, opcode 80h (NVMe Base 2.1 §5.1.10).
 *
 * <pre>
 *  13:12 LBAFU   11:9 SES   8 PIL   7:5 PI   4 MSET   3:0 LBAFL
 * </pre>
 *
 * @param lbaf index of the LBA format, 0 to 63: LBAFU above LBAFL
 * @param mset metadata is transferred at the end of the data
 * @param pi protection information type, 0 for none, to 7
 * @param pil protection information is the first bytes of the metadata
 * @param ses secure erase settings, 0 to 7: {@code SES_} values
 */
public record FormatNvm(int lbaf, boolean mset, int pi, boolean pil, int ses) {
    /** SES: no secure erase was asked for. */
    public static final int SES_NONE = 0;

    /** SES: user data erase. */
    public static final int SES_USER_DATA = 1;

    /** SES: cryptographic erase. */
    public static final int SES_CRYPTOGRAPHIC = 2;

    /** Refuses a value that its field cannot hold with {@link IllegalArgumentException}. */
    public FormatNvm {
        check("lbaf", lbaf, 0, 0x3F);
        check("pi", pi, 0, 0x7);
        check("ses", ses, 0, 0x7);
    }

    /** The fields of {@code dword}; reserved bits are ignored. */
    public static FormatNvm of(int dword) {
        return new FormatNvm(
                (dword >>> 8 & 0x30) | (dword & 0xF),
                (dword & 1 << 4) != 0,
                dword >>> 5 & 0x7,
                (dword & 1 << 8) != 0,
                dword >>> 9 & 0x7);
    }

    /** The fields in their places, the other bits zero. */
    public int dword() {
        return (lbaf & 0xF) | (mset ? 1 << 4 : 0) | pi << 5 | (pil ? 1 << 8 : 0) | ses << 9 | (lbaf & 0x30) << 8;
    }

    private static void check(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " " + value + " is outside " + min + " to " + max);
        }
    }
}
