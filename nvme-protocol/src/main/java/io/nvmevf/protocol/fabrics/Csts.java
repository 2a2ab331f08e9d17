package io.nvmevf.protocol.fabrics;

/**
 * Controller Status, property 1Ch (NVMe Base 2.1 §3.1.4.6).
 *
 * <pre>
 *  6 ST  5 PP  4 NSSRO  3:2 SHST  1 CFS  0 RDY
 * </pre>
 *
 * @param value the property as it goes over the wire
 */
public record Csts(int value) {
    /** SHST: normal operation. */
    public static final int SHST_NONE = 0;

    /** SHST: shutdown in progress. */
    public static final int SHST_OCCURRING = 1;

    /** SHST: shutdown complete. */
    public static final int SHST_COMPLETE = 2;

    /** Whether the controller is ready. */
    public boolean rdy() {
        return (value & 1) != 0;
    }

    /** This value with another {@link #rdy()}. */
    public Csts rdy(boolean on) {
        return with(0, 1, on ? 1 : 0);
    }

    /** Whether a fatal error has happened. */
    public boolean cfs() {
        return (value >>> 1 & 1) != 0;
    }

    /** This value with another {@link #cfs()}. */
    public Csts cfs(boolean on) {
        return with(1, 1, on ? 1 : 0);
    }

    /** Shutdown status: {@code SHST_} values. */
    public int shst() {
        return value >>> 2 & 0x3;
    }

    /** This value with another {@link #shst()}, 0 to 3. */
    public Csts shst(int field) {
        return with(2, 2, field);
    }

    /** Whether a subsystem reset has occurred. */
    public boolean nssro() {
        return (value >>> 4 & 1) != 0;
    }

    /** This value with another {@link #nssro()}. */
    public Csts nssro(boolean on) {
        return with(4, 1, on ? 1 : 0);
    }

    /** Whether processing is paused. */
    public boolean pp() {
        return (value >>> 5 & 1) != 0;
    }

    /** This value with another {@link #pp()}. */
    public Csts pp(boolean on) {
        return with(5, 1, on ? 1 : 0);
    }

    /** Whether SHST is about the subsystem (set) or the controller (cleared). */
    public boolean st() {
        return (value >>> 6 & 1) != 0;
    }

    /** This value with another {@link #st()}. */
    public Csts st(boolean on) {
        return with(6, 1, on ? 1 : 0);
    }

    private Csts with(int shift, int width, int field) {
        if (field >>> width != 0) {
            throw new IllegalArgumentException(field + " does not fit into " + width + " bits");
        }
        int mask = ((1 << width) - 1) << shift;
        return new Csts((value & ~mask) | field << shift);
    }
}
