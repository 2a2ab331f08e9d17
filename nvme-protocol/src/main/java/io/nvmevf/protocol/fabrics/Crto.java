package io.nvmevf.protocol.fabrics;

/**
 * Controller Ready Timeouts, property 68h (NVMe Base 2.1 §3.1.4.21).
 *
 * <pre>
 *  31:16 CRIMT  15:0 CRWMT
 * </pre>
 *
 * @param value the property as it goes over the wire
 */
public record Crto(int value) {
    /** Longest time to become ready with media in units of 500 ms. */
    public int crwmt() {
        return value & 0xFFFF;
    }

    /** This value with another {@link #crwmt()}, 0 to 65535. */
    public Crto crwmt(int field) {
        return with(0, 16, field);
    }

    /** Longest time to become ready independent of media in units of 500 ms. */
    public int crimt() {
        return value >>> 16 & 0xFFFF;
    }

    /** This value with another {@link #crimt()}, 0 to 65535. */
    public Crto crimt(int field) {
        return with(16, 16, field);
    }

    private Crto with(int shift, int width, int field) {
        if (field >>> width != 0) {
            throw new IllegalArgumentException(field + " does not fit into " + width + " bits");
        }
        int mask = ((1 << width) - 1) << shift;
        return new Crto((value & ~mask) | field << shift);
    }
}
