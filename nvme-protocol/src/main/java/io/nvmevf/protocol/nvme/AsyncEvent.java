package io.nvmevf.protocol.nvme;

/**
 * Dword 0 of the completion of an Asynchronous Event Request (NVMe Base 2.1 §5.1.2).
 *
 * <pre>
 *  23:16 LID   15:8 AEI   2:0 AET
 * </pre>
 *
 * @param aet event type: {@code TYPE_} values
 * @param aei event information, which depends on the type
 * @param lid log page that tells more, and that clears the event when it is read
 */
public record AsyncEvent(int aet, int aei, int lid) {
    /** AET: error. */
    public static final int TYPE_ERROR = 0;

    /** AET: SMART / health. */
    public static final int TYPE_SMART = 1;

    /** AET: notice. */
    public static final int TYPE_NOTICE = 2;

    /** AET: immediate. */
    public static final int TYPE_IMMEDIATE = 3;

    /** AET: one-shot. */
    public static final int TYPE_ONE_SHOT = 4;

    /** AET: specific to the I/O command set. */
    public static final int TYPE_IO_COMMAND_SET = 6;

    /** AET: vendor specific. */
    public static final int TYPE_VENDOR = 7;

    /** Diagnostic failure, dword 00010200h. */
    public static final AsyncEvent DIAGNOSTIC_FAILURE = new AsyncEvent(TYPE_ERROR, 0x02, 0x01);

    /** Persistent internal error, dword 00010300h. */
    public static final AsyncEvent PERSISTENT_ERROR = new AsyncEvent(TYPE_ERROR, 0x03, 0x01);

    /** Transient internal error, dword 00010400h. */
    public static final AsyncEvent TRANSIENT_ERROR = new AsyncEvent(TYPE_ERROR, 0x04, 0x01);

    /** NVM subsystem reliability has been compromised, dword 00020001h. */
    public static final AsyncEvent RELIABILITY = new AsyncEvent(TYPE_SMART, 0x00, 0x02);

    /** Temperature threshold, dword 00020101h. */
    public static final AsyncEvent TEMPERATURE = new AsyncEvent(TYPE_SMART, 0x01, 0x02);

    /** Spare below threshold, dword 00020201h. */
    public static final AsyncEvent SPARE = new AsyncEvent(TYPE_SMART, 0x02, 0x02);

    /** Attached namespace attribute changed, dword 00040002h. */
    public static final AsyncEvent NAMESPACE_ATTRIBUTE_CHANGED = new AsyncEvent(TYPE_NOTICE, 0x00, 0x04);

    /** Firmware activation starting, dword 00030102h. */
    public static final AsyncEvent FIRMWARE_ACTIVATION_STARTING = new AsyncEvent(TYPE_NOTICE, 0x01, 0x03);

    /** Asymmetric namespace access change, dword 000C0302h. */
    public static final AsyncEvent ANA_CHANGED = new AsyncEvent(TYPE_NOTICE, 0x03, 0x0C);

    /** Discovery log page change, dword 0070F002h. */
    public static final AsyncEvent DISCOVERY_LOG_CHANGED = new AsyncEvent(TYPE_NOTICE, 0xF0, 0x70);

    /** Reservation log page available, dword 00800006h. */
    public static final AsyncEvent RESERVATION_LOG_AVAILABLE = new AsyncEvent(TYPE_IO_COMMAND_SET, 0x00, 0x80);

    /** Sanitize operation completed, dword 00810106h. */
    public static final AsyncEvent SANITIZE_COMPLETED = new AsyncEvent(TYPE_IO_COMMAND_SET, 0x01, 0x81);

    /** Sanitize operation completed with unexpected deallocation, dword 00810206h. */
    public static final AsyncEvent SANITIZE_COMPLETED_UNEXPECTED_DEALLOCATION =
            new AsyncEvent(TYPE_IO_COMMAND_SET, 0x02, 0x81);

    /** Refuses a value that its field cannot hold with {@link IllegalArgumentException}. */
    public AsyncEvent {
        check("aet", aet, 0, 0x7);
        check("aei", aei, 0, 0xFF);
        check("lid", lid, 0, 0xFF);
    }

    /** The fields of {@code dword}; reserved bits are ignored. */
    public static AsyncEvent of(int dword) {
        return new AsyncEvent((dword & 0x7), (dword >>> 8 & 0xFF), (dword >>> 16 & 0xFF));
    }

    /** The fields in their places, the other bits zero. */
    public int dword() {
        return aet | aei << 8 | lid << 16;
    }

    private static void check(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " " + value + " is outside " + min + " to " + max);
        }
    }
}
