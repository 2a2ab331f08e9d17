package io.nvmevf.protocol.nvme;

/** Opcodes of the admin command set (NVMe Base 2.1 §5, Figure 142) that this project names. */
public final class AdminOpcode {
    public static final int GET_LOG_PAGE = 0x02;
    public static final int IDENTIFY = 0x06;
    public static final int ABORT = 0x08;
    public static final int SET_FEATURES = 0x09;
    public static final int GET_FEATURES = 0x0A;
    public static final int ASYNC_EVENT_REQUEST = 0x0C;
    public static final int NAMESPACE_MANAGEMENT = 0x0D;
    public static final int NAMESPACE_ATTACHMENT = 0x15;
    public static final int KEEP_ALIVE = 0x18;
    public static final int VIRTUALIZATION_MANAGEMENT = 0x1C;
    public static final int FORMAT_NVM = 0x80;
    public static final int SANITIZE = 0x84;
    /** Of a later revision than 2.1. */
    public static final int SANITIZE_NAMESPACE = 0x8C;

    private AdminOpcode() {}

    /** For people: the name where it is known, else the number. */
    public static String name(int opc) {
        return switch (opc) {
            case GET_LOG_PAGE -> "Get Log Page";
            case IDENTIFY -> "Identify";
            case ABORT -> "Abort";
            case SET_FEATURES -> "Set Features";
            case GET_FEATURES -> "Get Features";
            case ASYNC_EVENT_REQUEST -> "Asynchronous Event Request";
            case NAMESPACE_MANAGEMENT -> "Namespace Management";
            case NAMESPACE_ATTACHMENT -> "Namespace Attachment";
            case KEEP_ALIVE -> "Keep Alive";
            case VIRTUALIZATION_MANAGEMENT -> "Virtualization Management";
            case FORMAT_NVM -> "Format NVM";
            case SANITIZE -> "Sanitize";
            case SANITIZE_NAMESPACE -> "Sanitize Namespace";
            case FabricsCommand.OPCODE -> "Fabrics";
            default -> "admin opcode %02Xh".formatted(opc);
        };
    }
}
