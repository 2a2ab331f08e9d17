package io.nvmevf.protocol.nvme;

/**
 * Command dword 10 of Namespace Attachment, opcode 15h (NVMe Base 2.1 §5.1.20). Its data is a
 * {@link io.nvmevf.protocol.identify.ControllerList}.
 *
 * <pre>
 *  3:0 SEL
 * </pre>
 *
 * @param sel select, 0 to 15: {@link #ATTACH} or {@link #DETACH}
 */
public record NamespaceAttachment(int sel) {
    /** SEL: attach the controllers of the list. */
    public static final int ATTACH = 0;

    /** SEL: detach the controllers of the list. */
    public static final int DETACH = 1;

    /** Refuses a value that its field cannot hold with {@link IllegalArgumentException}. */
    public NamespaceAttachment {
        if (sel < 0 || sel > 0xF) {
            throw new IllegalArgumentException("sel " + sel + " is outside 0 to 15");
        }
    }

    /** The field of {@code dword}; reserved bits are ignored. */
    public static NamespaceAttachment of(int dword) {
        return new NamespaceAttachment(dword & 0xF);
    }

    /** The field in its place, the other bits zero. */
    public int dword() {
        return sel;
    }
}
