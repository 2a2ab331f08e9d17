package io.nvmevf.protocol.fabrics;

/**
 * Offsets of the controller properties that exist over fabrics (NVMe Base 2.1 §3.1.4): the OFST field of Property Get and
 * Property Set. CAP is 8 bytes, the others 4.
 */
public final class Properties {
    /** Controller Capabilities, 8 bytes, read only: {@link Cap}. */
    public static final int CAP = 0x00;

    /** Version, read only. */
    public static final int VS = 0x08;

    /** Controller Configuration: {@link Cc}. */
    public static final int CC = 0x14;

    /** Controller Status, read only but for NSSRO: {@link Csts}. */
    public static final int CSTS = 0x1C;

    /** NVM Subsystem Reset; {@link #NSSR_RESET} starts one. */
    public static final int NSSR = 0x20;

    /** NVM Subsystem Shutdown. */
    public static final int NSSD = 0x64;

    /** Controller Ready Timeouts, read only: {@link Crto}. */
    public static final int CRTO = 0x68;

    /** VS of NVMe Base 2.1: major in bits 31:16, minor in 15:8, tertiary in 7:0. */
    public static final int VS_2_1 = 0x0002_0100;

    /** What is written to NSSR to reset the subsystem: "NVMe". */
    public static final int NSSR_RESET = 0x4E56_4D65;

    private Properties() {}

    /** Size in bytes of the property at {@code offset}: 8 for CAP, 4 for the others here, 0 when there is none. */
    public static int size(int offset) {
        return switch (offset) {
            case CAP -> 8;
            case VS, CC, CSTS, NSSR, NSSD, CRTO -> 4;
            default -> 0;
        };
    }

    /** The name of the property at {@code offset}, or its number where there is none. */
    public static String name(int offset) {
        return switch (offset) {
            case CAP -> "CAP";
            case VS -> "VS";
            case CC -> "CC";
            case CSTS -> "CSTS";
            case NSSR -> "NSSR";
            case NSSD -> "NSSD";
            case CRTO -> "CRTO";
            default -> String.format("%Xh", offset);
        };
    }
}
