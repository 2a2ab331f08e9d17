package io.nvmevf.protocol.log;

/**
 * Log page identifiers: the LID field, bits 7:0 of CDW10 of Get Log Page (NVMe Base 2.1 §5.1.12.1).
 */
public final class LogPageId {
    /** Supported Log Pages. */
    public static final int SUPPORTED_LOG_PAGES = 0x00;

    /** Error Information. */
    public static final int ERROR_INFORMATION = 0x01;

    /** SMART / Health Information. */
    public static final int SMART_HEALTH = 0x02;

    /** Firmware Slot Information. */
    public static final int FIRMWARE_SLOT = 0x03;

    /** Changed Attached Namespace List. */
    public static final int CHANGED_NAMESPACES = 0x04;

    /** Commands Supported and Effects. */
    public static final int COMMAND_EFFECTS = 0x05;

    /** Device Self-test. */
    public static final int SELF_TEST = 0x06;

    /** Telemetry Host-Initiated. */
    public static final int TELEMETRY_HOST = 0x07;

    /** Telemetry Controller-Initiated. */
    public static final int TELEMETRY_CONTROLLER = 0x08;

    /** Endurance Group Information. */
    public static final int ENDURANCE_GROUP = 0x09;

    /** Predictable Latency Per NVM Set. */
    public static final int PREDICTABLE_LATENCY = 0x0A;

    /** Predictable Latency Event Aggregate. */
    public static final int PREDICTABLE_LATENCY_EVENTS = 0x0B;

    /** Asymmetric Namespace Access. */
    public static final int ANA = 0x0C;

    /** Persistent Event Log. */
    public static final int PERSISTENT_EVENT = 0x0D;

    /** LBA Status Information. */
    public static final int LBA_STATUS = 0x0E;

    /** Endurance Group Event Aggregate. */
    public static final int ENDURANCE_GROUP_EVENTS = 0x0F;

    /** Media Unit Status. */
    public static final int MEDIA_UNIT_STATUS = 0x10;

    /** Supported Capacity Configuration List. */
    public static final int CAPACITY_CONFIGURATIONS = 0x11;

    /** Feature Identifiers Supported and Effects. */
    public static final int FEATURE_EFFECTS = 0x12;

    /** NVMe-MI Commands Supported and Effects. */
    public static final int MI_COMMAND_EFFECTS = 0x13;

    /** Command and Feature Lockdown. */
    public static final int LOCKDOWN = 0x14;

    /** Boot Partition. */
    public static final int BOOT_PARTITION = 0x15;

    /** Rotational Media Information. */
    public static final int ROTATIONAL_MEDIA = 0x16;

    /** Discovery. */
    public static final int DISCOVERY = 0x70;

    /** Host Discovery. */
    public static final int HOST_DISCOVERY = 0x71;

    /** AVE Discovery. */
    public static final int AVE_DISCOVERY = 0x72;

    /** Reservation Notification. */
    public static final int RESERVATION_NOTIFICATION = 0x80;

    /** Sanitize Status. */
    public static final int SANITIZE_STATUS = 0x81;

    private LogPageId() {}

    /** The name of {@code id} for people; a value that is not known gives its class and number, never an exception. */
    public static String name(int id) {
        return switch (id) {
            case SUPPORTED_LOG_PAGES -> "Supported Log Pages";
            case ERROR_INFORMATION -> "Error Information";
            case SMART_HEALTH -> "SMART / Health Information";
            case FIRMWARE_SLOT -> "Firmware Slot Information";
            case CHANGED_NAMESPACES -> "Changed Attached Namespace List";
            case COMMAND_EFFECTS -> "Commands Supported and Effects";
            case SELF_TEST -> "Device Self-test";
            case TELEMETRY_HOST -> "Telemetry Host-Initiated";
            case TELEMETRY_CONTROLLER -> "Telemetry Controller-Initiated";
            case ENDURANCE_GROUP -> "Endurance Group Information";
            case PREDICTABLE_LATENCY -> "Predictable Latency Per NVM Set";
            case PREDICTABLE_LATENCY_EVENTS -> "Predictable Latency Event Aggregate";
            case ANA -> "Asymmetric Namespace Access";
            case PERSISTENT_EVENT -> "Persistent Event Log";
            case LBA_STATUS -> "LBA Status Information";
            case ENDURANCE_GROUP_EVENTS -> "Endurance Group Event Aggregate";
            case MEDIA_UNIT_STATUS -> "Media Unit Status";
            case CAPACITY_CONFIGURATIONS -> "Supported Capacity Configuration List";
            case FEATURE_EFFECTS -> "Feature Identifiers Supported and Effects";
            case MI_COMMAND_EFFECTS -> "NVMe-MI Commands Supported and Effects";
            case LOCKDOWN -> "Command and Feature Lockdown";
            case BOOT_PARTITION -> "Boot Partition";
            case ROTATIONAL_MEDIA -> "Rotational Media Information";
            case DISCOVERY -> "Discovery";
            case HOST_DISCOVERY -> "Host Discovery";
            case AVE_DISCOVERY -> "AVE Discovery";
            case RESERVATION_NOTIFICATION -> "Reservation Notification";
            case SANITIZE_STATUS -> "Sanitize Status";
            default -> (id >= 0xC0 ? "Vendor Specific " : "Reserved ") + String.format("%02Xh", id);
        };
    }
}
