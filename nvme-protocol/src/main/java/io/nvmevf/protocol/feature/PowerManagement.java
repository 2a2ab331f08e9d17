package io.nvmevf.protocol.feature;

/**
 * Power Management, FID 02h (NVMe Base 2.1 §5.1.25.1.2).
 *
 * <pre>
 *  7:5 WH   4:0 PS
 * </pre>
 *
 * @param ps power state, 0 to NPSS
 * @param wh workload hint, 0 to 7; 0: none
 */
public record PowerManagement(int ps, int wh) {
    /** Refuses a value that its field cannot hold with {@link IllegalArgumentException}. */
    public PowerManagement {
        check("ps", ps, 0, 0x1F);
        check("wh", wh, 0, 0x7);
    }

    /** The fields of {@code dword}; reserved bits are ignored. */
    public static PowerManagement of(int dword) {
        return new PowerManagement((dword & 0x1F), (dword >>> 5 & 0x7));
    }

    /** The fields in their places, the other bits zero. */
    public int dword() {
        return ps | wh << 5;
    }

    private static void check(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " " + value + " is outside " + min + " to " + max);
        }
    }
}
