package io.nvmevf.protocol.nvme;

/**
 * Command dwords 10 and 11 of Virtualization Management, opcode 1Ch (NVMe Base 2.1 §5.2.6). Dword 0 of the completion is
 * the number of controller resources that were modified (NRM).
 *
 * <pre>
 *  CDW10: 31:16 CNTLID   10:8 RT   3:0 ACT
 *  CDW11: 15:0 NR
 * </pre>
 *
 * @param act action, 0 to 15: {@code ACT_} values
 * @param rt resource type, 0 to 7: {@link #RT_VQ} or {@link #RT_VI}
 * @param cntlid controller that the action is about
 * @param nr number of controller resources, 0 to FFFFh
 */
public record VirtualizationManagement(int act, int rt, int cntlid, int nr) {
    /** ACT: flexible resources of the primary controller, from its next reset. */
    public static final int ACT_PRIMARY_FLEXIBLE = 1;

    /** ACT: takes a secondary controller offline. */
    public static final int ACT_SECONDARY_OFFLINE = 7;

    /** ACT: assigns resources to a secondary controller that is offline. */
    public static final int ACT_SECONDARY_ASSIGN = 8;

    /** ACT: takes a secondary controller online. */
    public static final int ACT_SECONDARY_ONLINE = 9;

    /** RT: VQ resources. */
    public static final int RT_VQ = 0;

    /** RT: VI resources. */
    public static final int RT_VI = 1;

    /** Refuses a value that its field cannot hold with {@link IllegalArgumentException}. */
    public VirtualizationManagement {
        check("act", act, 0, 0xF);
        check("rt", rt, 0, 0x7);
        check("cntlid", cntlid, 0, 0xFFFF);
        check("nr", nr, 0, 0xFFFF);
    }

    /** The fields of the two dwords; reserved bits are ignored. */
    public static VirtualizationManagement of(int cdw10, int cdw11) {
        return new VirtualizationManagement(cdw10 & 0xF, cdw10 >>> 8 & 0x7, cdw10 >>> 16, cdw11 & 0xFFFF);
    }

    /** Command dword 10: the fields in their places, the other bits zero. */
    public int cdw10() {
        return act | rt << 8 | cntlid << 16;
    }

    /** For people: the name of an action where it is known, else the number. */
    public static String name(int act) {
        return switch (act) {
            case ACT_PRIMARY_FLEXIBLE -> "primary controller flexible allocation";
            case ACT_SECONDARY_OFFLINE -> "secondary controller offline";
            case ACT_SECONDARY_ASSIGN -> "secondary controller assign";
            case ACT_SECONDARY_ONLINE -> "secondary controller online";
            default -> "virtualization action " + act;
        };
    }

    private static void check(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " " + value + " is outside " + min + " to " + max);
        }
    }
}
