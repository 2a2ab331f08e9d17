package io.nvmevf.protocol.fabrics;

/**
 * Controller Configuration, property 14h (NVMe Base 2.1 §3.1.4.5).
 *
 * <pre>
 *  24 CRIME  23:20 IOCQES  19:16 IOSQES  15:14 SHN  13:11 AMS  10:7 MPS  6:4 CSS  0 EN
 * </pre>
 *
 * @param value the property as it goes over the wire
 */
public record Cc(int value) {
    /** CSS: the NVM Command Set. */
    public static final int CSS_NVM = 0;

    /** CSS: all command sets that are supported. */
    public static final int CSS_ALL = 6;

    /** CSS: admin commands only. */
    public static final int CSS_ADMIN_ONLY = 7;

    /** SHN: no shutdown. */
    public static final int SHN_NONE = 0;

    /** SHN: normal shutdown. */
    public static final int SHN_NORMAL = 1;

    /** SHN: abrupt shutdown. */
    public static final int SHN_ABRUPT = 2;

    /** Whether the controller is enabled; 1 to 0 is a controller reset. */
    public boolean en() {
        return (value & 1) != 0;
    }

    /** This value with another {@link #en()}. */
    public Cc en(boolean on) {
        return with(0, 1, on ? 1 : 0);
    }

    /** Command set in use: {@code CSS_} values. */
    public int css() {
        return value >>> 4 & 0x7;
    }

    /** This value with another {@link #css()}, 0 to 7. */
    public Cc css(int field) {
        return with(4, 3, field);
    }

    /** Memory page size as 2^(12 + this); 0 over fabrics. */
    public int mps() {
        return value >>> 7 & 0xF;
    }

    /** This value with another {@link #mps()}, 0 to 15. */
    public Cc mps(int field) {
        return with(7, 4, field);
    }

    /** Arbitration mechanism; 0 is round robin. */
    public int ams() {
        return value >>> 11 & 0x7;
    }

    /** This value with another {@link #ams()}, 0 to 7. */
    public Cc ams(int field) {
        return with(11, 3, field);
    }

    /** Shutdown notification: {@code SHN_} values. */
    public int shn() {
        return value >>> 14 & 0x3;
    }

    /** This value with another {@link #shn()}, 0 to 3. */
    public Cc shn(int field) {
        return with(14, 2, field);
    }

    /** I/O submission queue entry size as a power of two: 6. */
    public int iosqes() {
        return value >>> 16 & 0xF;
    }

    /** This value with another {@link #iosqes()}, 0 to 15. */
    public Cc iosqes(int field) {
        return with(16, 4, field);
    }

    /** I/O completion queue entry size as a power of two: 4. */
    public int iocqes() {
        return value >>> 20 & 0xF;
    }

    /** This value with another {@link #iocqes()}, 0 to 15. */
    public Cc iocqes(int field) {
        return with(20, 4, field);
    }

    /** Whether "controller ready independent of media" is enabled. */
    public boolean crime() {
        return (value >>> 24 & 1) != 0;
    }

    /** This value with another {@link #crime()}. */
    public Cc crime(boolean on) {
        return with(24, 1, on ? 1 : 0);
    }

    private Cc with(int shift, int width, int field) {
        if (field >>> width != 0) {
            throw new IllegalArgumentException(field + " does not fit into " + width + " bits");
        }
        int mask = ((1 << width) - 1) << shift;
        return new Cc((value & ~mask) | field << shift);
    }
}
