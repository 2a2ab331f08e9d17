package io.nvmevf.protocol.feature;

/**
 * Asynchronous Event Configuration, FID 0Bh (NVMe Base 2.1 §5.1.25.1.5): a dword in which each bit that is set lets the
 * controller send that event. Bits 7:0 are the critical warnings of the SMART log page; from bit 8 on they are the bits
 * of OAES in Identify Controller.
 */
public final class AsyncEventConfiguration {
    /** Mask of the critical warnings: the {@code CW_} bits of the SMART / Health log page. */
    public static final int SMART_MASK = 0xFF;

    /** Attached namespace attribute notices. */
    public static final int NAMESPACE_ATTRIBUTE = 1 << 8;
    /** Firmware activation notices. */
    public static final int FIRMWARE_ACTIVATION = 1 << 9;
    /** Telemetry log notices. */
    public static final int TELEMETRY = 1 << 10;
    /** Asymmetric namespace access change notices. */
    public static final int ANA_CHANGE = 1 << 11;
    /** Predictable latency event aggregate notices. */
    public static final int PREDICTABLE_LATENCY = 1 << 12;
    /** LBA status information alert notices. */
    public static final int LBA_STATUS = 1 << 13;
    /** Endurance group event aggregate notices. */
    public static final int ENDURANCE_GROUP = 1 << 14;
    /** Normal NVM subsystem shutdown. */
    public static final int NORMAL_SHUTDOWN = 1 << 15;
    /** Discovery log page change notices; the sign bit. */
    public static final int DISCOVERY_CHANGE = 1 << 31;

    private AsyncEventConfiguration() {}

    /** Whether {@code dword} lets the event of {@code bit}, one of the constants here, be sent. */
    public static boolean isEnabled(int dword, int bit) {
        return (dword & bit) != 0;
    }
}
