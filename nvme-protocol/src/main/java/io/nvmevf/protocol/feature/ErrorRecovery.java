package io.nvmevf.protocol.feature;

/**
 * Error Recovery, FID 05h (NVM Command Set 1.1 §4.1.3.2).
 *
 * <pre>
 *  16 DULBE   15:0 TLER
 * </pre>
 *
 * @param tler time limited error recovery in units of 100 ms; 0: no limit
 * @param dulbe whether a read of a deallocated or unwritten block is an error
 */
public record ErrorRecovery(int tler, boolean dulbe) {
    /** Refuses a value that its field cannot hold with {@link IllegalArgumentException}. */
    public ErrorRecovery {
        check("tler", tler, 0, 0xFFFF);
    }

    /** The fields of {@code dword}; reserved bits are ignored. */
    public static ErrorRecovery of(int dword) {
        return new ErrorRecovery((dword & 0xFFFF), (dword & 1 << 16) != 0);
    }

    /** The fields in their places, the other bits zero. */
    public int dword() {
        return tler | (dulbe ? 1 << 16 : 0);
    }

    private static void check(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " " + value + " is outside " + min + " to " + max);
        }
    }
}
