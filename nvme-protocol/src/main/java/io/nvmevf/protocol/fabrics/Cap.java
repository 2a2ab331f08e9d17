package io.nvmevf.protocol.fabrics;

/**
 * Controller Capabilities, property 0h (NVMe Base 2.1 §3.1.4.1). Immutable: {@code new Cap(0).mqes(127).cqr(true)}.
 *
 * <pre>
 *  61 NSSES  60:59 CRMS  58 NSSS  57 CMBS  56 PMRS  55:52 MPSMAX  51:48 MPSMIN  47:46 CPS  45 BPS  44:37 CSS
 *  36 NSSRS  35:32 DSTRD  31:24 TO  18:17 AMS  16 CQR  15:0 MQES
 * </pre>
 *
 * @param value the property as it goes over the wire
 */
public record Cap(long value) {
    /** CSS: the NVM Command Set. */
    public static final int CSS_NVM = 1;

    /** CSS: one or more command sets, chosen by CSI. */
    public static final int CSS_CSI = 1 << 6;

    /** CSS: no I/O command set. */
    public static final int CSS_ADMIN_ONLY = 1 << 7;

    /** Entries of the largest I/O queue, 0's based; at least 1. */
    public int mqes() {
        return (int) (value & 0xFFFF);
    }

    /** This value with another {@link #mqes()}, 0 to 65535. */
    public Cap mqes(int field) {
        return with(0, 16, field);
    }

    /** Whether queues must be contiguous; set over fabrics. */
    public boolean cqr() {
        return (value >>> 16 & 1) != 0;
    }

    /** This value with another {@link #cqr()}. */
    public Cap cqr(boolean on) {
        return with(16, 1, on ? 1 : 0);
    }

    /** Arbitration mechanisms beyond round robin. */
    public int ams() {
        return (int) (value >>> 17 & 0x3);
    }

    /** This value with another {@link #ams()}, 0 to 3. */
    public Cap ams(int field) {
        return with(17, 2, field);
    }

    /** Longest time to become ready in units of 500 ms. */
    public int to() {
        return (int) (value >>> 24 & 0xFF);
    }

    /** This value with another {@link #to()}, 0 to 255. */
    public Cap to(int field) {
        return with(24, 8, field);
    }

    /** Doorbell stride; 0 over fabrics. */
    public int dstrd() {
        return (int) (value >>> 32 & 0xF);
    }

    /** This value with another {@link #dstrd()}, 0 to 15. */
    public Cap dstrd(int field) {
        return with(32, 4, field);
    }

    /** Whether NVM subsystem reset is supported. */
    public boolean nssrs() {
        return (value >>> 36 & 1) != 0;
    }

    /** This value with another {@link #nssrs()}. */
    public Cap nssrs(boolean on) {
        return with(36, 1, on ? 1 : 0);
    }

    /** Command sets: {@code CSS_} bits. */
    public int css() {
        return (int) (value >>> 37 & 0xFF);
    }

    /** This value with another {@link #css()}, 0 to 255. */
    public Cap css(int field) {
        return with(37, 8, field);
    }

    /** Whether boot partitions are supported. */
    public boolean bps() {
        return (value >>> 45 & 1) != 0;
    }

    /** This value with another {@link #bps()}. */
    public Cap bps(boolean on) {
        return with(45, 1, on ? 1 : 0);
    }

    /** Controller power scope. */
    public int cps() {
        return (int) (value >>> 46 & 0x3);
    }

    /** This value with another {@link #cps()}, 0 to 3. */
    public Cap cps(int field) {
        return with(46, 2, field);
    }

    /** Smallest memory page as 2^(12 + this); the unit of MDTS. */
    public int mpsmin() {
        return (int) (value >>> 48 & 0xF);
    }

    /** This value with another {@link #mpsmin()}, 0 to 15. */
    public Cap mpsmin(int field) {
        return with(48, 4, field);
    }

    /** Largest memory page as 2^(12 + this). */
    public int mpsmax() {
        return (int) (value >>> 52 & 0xF);
    }

    /** This value with another {@link #mpsmax()}, 0 to 15. */
    public Cap mpsmax(int field) {
        return with(52, 4, field);
    }

    /** Whether there is a persistent memory region. */
    public boolean pmrs() {
        return (value >>> 56 & 1) != 0;
    }

    /** This value with another {@link #pmrs()}. */
    public Cap pmrs(boolean on) {
        return with(56, 1, on ? 1 : 0);
    }

    /** Whether there is a controller memory buffer. */
    public boolean cmbs() {
        return (value >>> 57 & 1) != 0;
    }

    /** This value with another {@link #cmbs()}. */
    public Cap cmbs(boolean on) {
        return with(57, 1, on ? 1 : 0);
    }

    /** Whether NVM subsystem shutdown is supported. */
    public boolean nsss() {
        return (value >>> 58 & 1) != 0;
    }

    /** This value with another {@link #nsss()}. */
    public Cap nsss(boolean on) {
        return with(58, 1, on ? 1 : 0);
    }

    /** Whether "controller ready with media" is supported. */
    public boolean crwms() {
        return (value >>> 59 & 1) != 0;
    }

    /** This value with another {@link #crwms()}. */
    public Cap crwms(boolean on) {
        return with(59, 1, on ? 1 : 0);
    }

    /** Whether "controller ready independent of media" is supported. */
    public boolean crims() {
        return (value >>> 60 & 1) != 0;
    }

    /** This value with another {@link #crims()}. */
    public Cap crims(boolean on) {
        return with(60, 1, on ? 1 : 0);
    }

    /** Whether NVM subsystem shutdown has the enhancements of revision 2.1. */
    public boolean nsses() {
        return (value >>> 61 & 1) != 0;
    }

    /** This value with another {@link #nsses()}. */
    public Cap nsses(boolean on) {
        return with(61, 1, on ? 1 : 0);
    }

    private Cap with(int shift, int width, int field) {
        if (field >>> width != 0) {
            throw new IllegalArgumentException(field + " does not fit into " + width + " bits");
        }
        long mask = ((1L << width) - 1) << shift;
        return new Cap((value & ~mask) | (long) field << shift);
    }
}
