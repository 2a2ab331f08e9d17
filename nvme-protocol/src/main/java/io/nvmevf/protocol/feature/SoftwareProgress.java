package io.nvmevf.protocol.feature;

/**
 * Software Progress Marker, FID 80h (NVMe Base 2.1 §5.1.25.1).
 *
 * <pre>
 *  7:0 PBSLC
 * </pre>
 *
 * @param pbslc pre-boot software load count, 0 to 255
 */
public record SoftwareProgress(int pbslc) {
    /** Refuses a value that its field cannot hold with {@link IllegalArgumentException}. */
    public SoftwareProgress {
        check("pbslc", pbslc, 0, 0xFF);
    }

    /** The fields of {@code dword}; reserved bits are ignored. */
    public static SoftwareProgress of(int dword) {
        return new SoftwareProgress((dword & 0xFF));
    }

    /** The fields in their places, the other bits zero. */
    public int dword() {
        return pbslc;
    }

    private static void check(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " " + value + " is outside " + min + " to " + max);
        }
    }
}
