package io.nvmevf.protocol.feature;

/**
 * Volatile Write Cache, FID 06h (NVMe Base 2.1 §5.1.25.1.4).
 *
 * <pre>
 *  0 WCE
 * </pre>
 *
 * @param wce whether the volatile write cache is enabled
 */
public record VolatileWriteCache(boolean wce) {
    /** The fields of {@code dword}; reserved bits are ignored. */
    public static VolatileWriteCache of(int dword) {
        return new VolatileWriteCache((dword & 1) != 0);
    }

    /** The fields in their places, the other bits zero. */
    public int dword() {
        return (wce ? 1 : 0);
    }
}
