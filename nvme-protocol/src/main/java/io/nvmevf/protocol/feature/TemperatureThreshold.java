package io.nvmevf.protocol.feature;

/**
 * Temperature Threshold, FID 04h (NVMe Base 2.1 §5.1.25.1.3).
 *
 * <pre>
 *  24:22 TMPTHH   21:20 THSEL   19:16 TMPSEL   15:0 TMPTH
 * </pre>
 *
 * @param tmpth threshold in kelvins
 * @param tmpsel sensor: 0 composite, 1 to 8 the sensor, {@link #TMPSEL_ALL} all (Set Features only)
 * @param thsel {@link #THSEL_OVER} or {@link #THSEL_UNDER}
 * @param tmpthh hysteresis in kelvins
 */
public record TemperatureThreshold(int tmpth, int tmpsel, int thsel, int tmpthh) {
    /** TMPSEL: the composite temperature. */
    public static final int TMPSEL_COMPOSITE = 0;

    /** TMPSEL: all sensors that the controller has. */
    public static final int TMPSEL_ALL = 0xF;

    /** THSEL: over temperature threshold. */
    public static final int THSEL_OVER = 0;

    /** THSEL: under temperature threshold. */
    public static final int THSEL_UNDER = 1;

    /** Refuses a value that its field cannot hold with {@link IllegalArgumentException}. */
    public TemperatureThreshold {
        check("tmpth", tmpth, 0, 0xFFFF);
        check("tmpsel", tmpsel, 0, 0xF);
        check("thsel", thsel, 0, 0x3);
        check("tmpthh", tmpthh, 0, 0x7);
    }

    /** The fields of {@code dword}; reserved bits are ignored. */
    public static TemperatureThreshold of(int dword) {
        return new TemperatureThreshold(
                (dword & 0xFFFF), (dword >>> 16 & 0xF), (dword >>> 20 & 0x3), (dword >>> 22 & 0x7));
    }

    /** The fields in their places, the other bits zero. */
    public int dword() {
        return tmpth | tmpsel << 16 | thsel << 20 | tmpthh << 22;
    }

    private static void check(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " " + value + " is outside " + min + " to " + max);
        }
    }
}
