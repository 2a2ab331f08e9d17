package io.nvmevf.protocol.nvme;

/**
 * Command dwords 10 and 11 of Namespace Management, opcode 0Dh (NVMe Base 2.1 §5.1.21). Select create has 4096 bytes of
 * data ({@link io.nvmevf.protocol.identify.NamespaceCreate}); dword 0 of its completion is the NSID.
 *
 * <pre>
 *  CDW10: 3:0 SEL
 *  CDW11: 31:24 CSI
 * </pre>
 *
 * @param sel select, 0 to 15: {@link #CREATE} or {@link #DELETE}
 * @param csi I/O command set of a namespace that is created, 0 to FFh; 0 is NVM
 */
public record NamespaceManagement(int sel, int csi) {
    /** SEL: create. */
    public static final int CREATE = 0;

    /** SEL: delete. */
    public static final int DELETE = 1;

    /** Refuses a value that its field cannot hold with {@link IllegalArgumentException}. */
    public NamespaceManagement {
        check("sel", sel, 0, 0xF);
        check("csi", csi, 0, 0xFF);
    }

    /** The fields of the two dwords; reserved bits are ignored. */
    public static NamespaceManagement of(int cdw10, int cdw11) {
        return new NamespaceManagement(cdw10 & 0xF, cdw11 >>> 24);
    }

    /** Command dword 10: the field in its place, the other bits zero. */
    public int cdw10() {
        return sel;
    }

    /** Command dword 11: the field in its place, the other bits zero. */
    public int cdw11() {
        return csi << 24;
    }

    private static void check(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " " + value + " is outside " + min + " to " + max);
        }
    }
}
