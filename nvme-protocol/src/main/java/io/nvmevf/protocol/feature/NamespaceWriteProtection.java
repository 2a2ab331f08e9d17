package io.nvmevf.protocol.feature;

/**
 * Write protection states of a namespace, FID 84h (NVMe Base 2.1 §5.1.25.1 and §8.1.16): bits 2:0 of the feature's dword.
 */
public enum NamespaceWriteProtection {
    /** Not write protected. */
    NONE,
    /** Write protected until a host changes it. */
    PROTECTED,
    /** Write protected until the next power cycle. */
    UNTIL_POWER_CYCLE,
    /** Write protected for ever. */
    PERMANENT;

    private static final int WPS_MASK = 7;
    private static final NamespaceWriteProtection[] STATES = values();

    /**
     * The state in bits 2:0 of {@code dword}; the other bits are ignored.
     *
     * @throws IllegalArgumentException when the state is one of the reserved ones, 4 to 7
     */
    public static NamespaceWriteProtection of(int dword) {
        int wps = dword & WPS_MASK;
        if (wps >= STATES.length) {
            throw new IllegalArgumentException("write protection state " + wps + " is reserved");
        }
        return STATES[wps];
    }

    /** The state in bits 2:0, the other bits zero. */
    public int dword() {
        return switch (this) {
            case NONE -> 0;
            case PROTECTED -> 1;
            case UNTIL_POWER_CYCLE -> 2;
            case PERMANENT -> 3;
        };
    }
}
