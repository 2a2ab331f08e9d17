package io.nvmevf.protocol.feature;

/**
 * Arbitration, FID 01h (NVMe Base 2.1 §5.1.25.1.1).
 *
 * <pre>
 *  31:24 HPW   23:16 MPW   15:8 LPW   2:0 AB
 * </pre>
 *
 * @param ab arbitration burst as a power of two, 0 to 7; {@link #AB_NO_LIMIT}: no limit
 * @param lpw low priority weight in commands, 1 to 256
 * @param mpw medium priority weight in commands, 1 to 256
 * @param hpw high priority weight in commands, 1 to 256
 */
public record Arbitration(int ab, int lpw, int mpw, int hpw) {
    /** AB: no limit on how many commands are taken from a queue in one turn. */
    public static final int AB_NO_LIMIT = 7;

    /** Refuses a value that its field cannot hold with {@link IllegalArgumentException}. */
    public Arbitration {
        check("ab", ab, 0, 0x7);
        check("lpw", lpw, 1, 0x100);
        check("mpw", mpw, 1, 0x100);
        check("hpw", hpw, 1, 0x100);
    }

    /** The fields of {@code dword}; reserved bits are ignored. */
    public static Arbitration of(int dword) {
        return new Arbitration(
                (dword & 0x7), (dword >>> 8 & 0xFF) + 1, (dword >>> 16 & 0xFF) + 1, (dword >>> 24 & 0xFF) + 1);
    }

    /** The fields in their places, the other bits zero. */
    public int dword() {
        return ab | (lpw - 1) << 8 | (mpw - 1) << 16 | (hpw - 1) << 24;
    }

    private static void check(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " " + value + " is outside " + min + " to " + max);
        }
    }
}
