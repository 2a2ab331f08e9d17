package io.nvmevf.protocol.nvme;

/**
 * Status codes (NVMe Base 2.1 §4.2.3, NVM Command Set 1.1 §3.1.2, NVMe over Fabrics in Base 2.1 §4.2.3.2).
 *
 * <p>A status is an {@code int} as it stands in a completion without the phase tag: SC in 7:0, SCT in 10:8, CRD in 12:11,
 * M (more) in 13, DNR (do not retry) in 14. The constants are written SCT and SC together, as the field does: {@code 0x105}
 * is status code type 1, status code 05h.
 */
public final class Status {
    /** Do Not Retry: the same command would fail again. */
    public static final int DNR = 1 << 14;
    /** More: the error information log has an entry for this. */
    public static final int MORE = 1 << 13;

    public static final int SUCCESS = 0x000;
    public static final int INVALID_OPCODE = 0x001;
    public static final int INVALID_FIELD = 0x002;
    public static final int COMMAND_ID_CONFLICT = 0x003;
    public static final int DATA_TRANSFER_ERROR = 0x004;
    public static final int INTERNAL_ERROR = 0x006;
    public static final int ABORT_REQUESTED = 0x007;
    public static final int ABORTED_SQ_DELETION = 0x008;
    public static final int ABORTED_FAILED_FUSED = 0x009;
    public static final int ABORTED_MISSING_FUSED = 0x00A;
    public static final int INVALID_NAMESPACE = 0x00B;
    public static final int COMMAND_SEQUENCE_ERROR = 0x00C;
    public static final int SGL_DATA_LENGTH_INVALID = 0x00F;
    public static final int SGL_DESCRIPTOR_TYPE_INVALID = 0x011;
    public static final int ATOMIC_WRITE_UNIT_EXCEEDED = 0x014;
    public static final int SGL_OFFSET_INVALID = 0x016;
    public static final int HOST_ID_INCONSISTENT = 0x018;
    public static final int KEEP_ALIVE_INVALID = 0x01A;
    public static final int SANITIZE_FAILED = 0x01C;
    public static final int SANITIZE_IN_PROGRESS = 0x01D;
    public static final int NAMESPACE_WRITE_PROTECTED = 0x020;
    public static final int COMMAND_INTERRUPTED = 0x021;
    public static final int TRANSIENT_TRANSPORT_ERROR = 0x022;
    public static final int LBA_OUT_OF_RANGE = 0x080;
    public static final int CAPACITY_EXCEEDED = 0x081;
    public static final int NAMESPACE_NOT_READY = 0x082;
    public static final int FORMAT_IN_PROGRESS = 0x084;

    public static final int INVALID_QUEUE_ID = 0x101;
    public static final int ABORT_LIMIT_EXCEEDED = 0x103;
    public static final int ASYNC_EVENT_LIMIT_EXCEEDED = 0x105;
    public static final int INVALID_LOG_PAGE = 0x109;
    public static final int INVALID_FORMAT = 0x10A;
    public static final int FEATURE_NOT_SAVEABLE = 0x10D;
    public static final int FEATURE_NOT_CHANGEABLE = 0x10E;
    public static final int FEATURE_NOT_NAMESPACE_SPECIFIC = 0x10F;
    public static final int NAMESPACE_INSUFFICIENT_CAPACITY = 0x115;
    public static final int NAMESPACE_IDENTIFIER_UNAVAILABLE = 0x116;
    public static final int NAMESPACE_ALREADY_ATTACHED = 0x118;
    public static final int NAMESPACE_IS_PRIVATE = 0x119;
    public static final int NAMESPACE_NOT_ATTACHED = 0x11A;
    public static final int THIN_PROVISIONING_NOT_SUPPORTED = 0x11B;
    public static final int CONTROLLER_LIST_INVALID = 0x11C;
    public static final int INVALID_CONTROLLER_IDENTIFIER = 0x11F;
    public static final int INVALID_SECONDARY_CONTROLLER_STATE = 0x120;
    public static final int INVALID_NUMBER_OF_CONTROLLER_RESOURCES = 0x121;
    public static final int INVALID_RESOURCE_IDENTIFIER = 0x122;
    public static final int NAMESPACE_ATTACHMENT_LIMIT_EXCEEDED = 0x127;
    public static final int IO_COMMAND_SET_NOT_SUPPORTED = 0x129;
    public static final int CONFLICTING_ATTRIBUTES = 0x180;
    public static final int INVALID_PROTECTION_INFORMATION = 0x181;
    public static final int READ_ONLY_RANGE = 0x182;
    public static final int COMMAND_SIZE_LIMIT_EXCEEDED = 0x183;

    /** Connect (fabrics): the values share their numbers with those of the NVM command set above. */
    public static final int CONNECT_INCOMPATIBLE_FORMAT = 0x180;

    public static final int CONNECT_CONTROLLER_BUSY = 0x181;
    public static final int CONNECT_INVALID_PARAMETERS = 0x182;
    public static final int CONNECT_INVALID_HOST = 0x184;
    public static final int INVALID_QUEUE_TYPE = 0x185;
    public static final int DISCOVERY_RESTART = 0x190;
    public static final int AUTHENTICATION_REQUIRED = 0x191;

    public static final int WRITE_FAULT = 0x280;
    public static final int UNRECOVERED_READ_ERROR = 0x281;
    public static final int COMPARE_FAILURE = 0x285;
    public static final int DEALLOCATED_BLOCK = 0x287;

    private Status() {}

    /** Status code type and status code, without CRD, M and DNR. */
    public static int code(int status) {
        return status & 0x7FF;
    }

    /** For people: the name where it is known, else the number. */
    public static String describe(int status) {
        String name = switch (code(status)) {
            case SUCCESS -> "success";
            case INVALID_OPCODE -> "invalid command opcode";
            case INVALID_FIELD -> "invalid field in command";
            case COMMAND_ID_CONFLICT -> "command ID conflict";
            case DATA_TRANSFER_ERROR -> "data transfer error";
            case INTERNAL_ERROR -> "internal error";
            case ABORT_REQUESTED -> "command abort requested";
            case ABORTED_SQ_DELETION -> "aborted due to SQ deletion";
            case ABORTED_FAILED_FUSED -> "aborted due to failed fused command";
            case ABORTED_MISSING_FUSED -> "aborted due to missing fused command";
            case INVALID_NAMESPACE -> "invalid namespace or format";
            case COMMAND_SEQUENCE_ERROR -> "command sequence error";
            case SGL_DATA_LENGTH_INVALID -> "data SGL length invalid";
            case SGL_DESCRIPTOR_TYPE_INVALID -> "SGL descriptor type invalid";
            case ATOMIC_WRITE_UNIT_EXCEEDED -> "atomic write unit exceeded";
            case SGL_OFFSET_INVALID -> "SGL offset invalid";
            case HOST_ID_INCONSISTENT -> "host identifier inconsistent format";
            case KEEP_ALIVE_INVALID -> "keep alive timeout invalid";
            case SANITIZE_FAILED -> "sanitize failed";
            case SANITIZE_IN_PROGRESS -> "sanitize in progress";
            case NAMESPACE_WRITE_PROTECTED -> "namespace is write protected";
            case COMMAND_INTERRUPTED -> "command interrupted";
            case TRANSIENT_TRANSPORT_ERROR -> "transient transport error";
            case LBA_OUT_OF_RANGE -> "LBA out of range";
            case CAPACITY_EXCEEDED -> "capacity exceeded";
            case NAMESPACE_NOT_READY -> "namespace not ready";
            case FORMAT_IN_PROGRESS -> "format in progress";
            case INVALID_QUEUE_ID -> "invalid queue identifier";
            case ABORT_LIMIT_EXCEEDED -> "abort command limit exceeded";
            case ASYNC_EVENT_LIMIT_EXCEEDED -> "asynchronous event request limit exceeded";
            case INVALID_LOG_PAGE -> "invalid log page";
            case INVALID_FORMAT -> "invalid format";
            case FEATURE_NOT_SAVEABLE -> "feature identifier not saveable";
            case FEATURE_NOT_CHANGEABLE -> "feature not changeable";
            case FEATURE_NOT_NAMESPACE_SPECIFIC -> "feature not namespace specific";
            case NAMESPACE_INSUFFICIENT_CAPACITY -> "namespace insufficient capacity";
            case NAMESPACE_IDENTIFIER_UNAVAILABLE -> "namespace identifier unavailable";
            case NAMESPACE_ALREADY_ATTACHED -> "namespace already attached";
            case NAMESPACE_IS_PRIVATE -> "namespace is private";
            case NAMESPACE_NOT_ATTACHED -> "namespace not attached";
            case THIN_PROVISIONING_NOT_SUPPORTED -> "thin provisioning not supported";
            case CONTROLLER_LIST_INVALID -> "controller list invalid";
            case INVALID_CONTROLLER_IDENTIFIER -> "invalid controller identifier";
            case INVALID_SECONDARY_CONTROLLER_STATE -> "invalid secondary controller state";
            case INVALID_NUMBER_OF_CONTROLLER_RESOURCES -> "invalid number of controller resources";
            case INVALID_RESOURCE_IDENTIFIER -> "invalid resource identifier";
            case NAMESPACE_ATTACHMENT_LIMIT_EXCEEDED -> "namespace attachment limit exceeded";
            case IO_COMMAND_SET_NOT_SUPPORTED -> "I/O command set not supported";
            case CONFLICTING_ATTRIBUTES -> "conflicting attributes or incompatible connect format";
            case INVALID_PROTECTION_INFORMATION -> "invalid protection information or controller busy";
            case CONNECT_INVALID_PARAMETERS -> "connect invalid parameters";
            case COMMAND_SIZE_LIMIT_EXCEEDED -> "command size limit exceeded";
            case CONNECT_INVALID_HOST -> "connect invalid host";
            case DISCOVERY_RESTART -> "discovery restart";
            case AUTHENTICATION_REQUIRED -> "authentication required";
            case WRITE_FAULT -> "write fault";
            case UNRECOVERED_READ_ERROR -> "unrecovered read error";
            case COMPARE_FAILURE -> "compare failure";
            case DEALLOCATED_BLOCK -> "deallocated or unwritten logical block";
            default -> "status";
        };
        return "%s (%Xh%s)".formatted(name, code(status), (status & DNR) != 0 ? ", do not retry" : "");
    }
}
