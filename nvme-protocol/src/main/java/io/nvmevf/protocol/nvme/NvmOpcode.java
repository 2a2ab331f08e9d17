package io.nvmevf.protocol.nvme;

/** Opcodes of the NVM command set (NVM Command Set 1.1 §3.2, Figure 20) and the bits of their dwords. */
public final class NvmOpcode {
    public static final int FLUSH = 0x00;
    public static final int WRITE = 0x01;
    public static final int READ = 0x02;
    public static final int COMPARE = 0x05;
    public static final int WRITE_ZEROES = 0x08;
    public static final int DATASET_MANAGEMENT = 0x09;
    public static final int VERIFY = 0x0C;
    public static final int COPY = 0x19;

    /** CDW12 of Read, Write, Compare, Write Zeroes, Verify and Copy: Force Unit Access. */
    public static final int FUA = 1 << 30;
    /** CDW12: protection information fields, PRACT and PRCHK. */
    public static final int PRINFO = 0xF << 26;
    /** CDW12 of Write Zeroes: deallocate. */
    public static final int DEAC = 1 << 25;
    /** CDW12: storage tag check. */
    public static final int STC = 1 << 24;
    /** CDW11 of Dataset Management: attribute deallocate. */
    public static final int AD = 1 << 2;

    private NvmOpcode() {}

    /** For people: the name where it is known, else the number. */
    public static String name(int opc) {
        return switch (opc) {
            case FLUSH -> "Flush";
            case WRITE -> "Write";
            case READ -> "Read";
            case COMPARE -> "Compare";
            case WRITE_ZEROES -> "Write Zeroes";
            case DATASET_MANAGEMENT -> "Dataset Management";
            case VERIFY -> "Verify";
            case COPY -> "Copy";
            default -> "I/O opcode %02Xh".formatted(opc);
        };
    }
}
