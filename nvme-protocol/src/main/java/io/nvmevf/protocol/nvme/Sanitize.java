package io.nvmevf.protocol.nvme;

/**
 * Command dwords 10 and 11 of Sanitize, opcode 84h (NVMe Base 2.1 §5.1.22).
 *
 * <pre>
 *  CDW10: 10 EMVS   9 NDAS   8 OIPBP   7:4 OWPASS   3 AUSE   2:0 SANACT
 *  CDW11: OVRPAT
 * </pre>
 *
 * @param sanact action, 0 to 7: the constants of this class
 * @param ause allow unrestricted sanitize exit: after a failure the host may leave the failed state without another one
 * @param owpass overwrite passes, 1 to 16 (16 stands as 0 in the command)
 * @param oipbp each pass writes the inverse of the pass before
 * @param ndas no deallocation after the operation
 * @param emvs enter the media verification state afterwards
 * @param ovrpat overwrite pattern of 32 bits
 */
public record Sanitize(int sanact, boolean ause, int owpass, boolean oipbp, boolean ndas, boolean emvs, int ovrpat) {
    /** SANACT: leave the failed state. */
    public static final int EXIT_FAILURE = 1;

    /** SANACT: block erase. */
    public static final int BLOCK_ERASE = 2;

    /** SANACT: overwrite. */
    public static final int OVERWRITE = 3;

    /** SANACT: crypto erase. */
    public static final int CRYPTO_ERASE = 4;

    /** SANACT: leave the media verification state. */
    public static final int EXIT_MEDIA_VERIFICATION = 5;

    /** Refuses a value that its field cannot hold with {@link IllegalArgumentException}. */
    public Sanitize {
        check("sanact", sanact, 0, 0x7);
        check("owpass", owpass, 1, 16);
    }

    /** The fields of the two dwords; reserved bits are ignored. */
    public static Sanitize of(int cdw10, int cdw11) {
        int owpass = cdw10 >>> 4 & 0xF;
        return new Sanitize(
                cdw10 & 0x7,
                (cdw10 & 1 << 3) != 0,
                owpass == 0 ? 16 : owpass,
                (cdw10 & 1 << 8) != 0,
                (cdw10 & 1 << 9) != 0,
                (cdw10 & 1 << 10) != 0,
                cdw11);
    }

    /** Command dword 10: the fields in their places, the other bits zero. */
    public int cdw10() {
        return sanact
                | (ause ? 1 << 3 : 0)
                | (owpass & 0xF) << 4
                | (oipbp ? 1 << 8 : 0)
                | (ndas ? 1 << 9 : 0)
                | (emvs ? 1 << 10 : 0);
    }

    /** For people: the name of an action where it is known, else the number. */
    public static String name(int sanact) {
        return switch (sanact) {
            case EXIT_FAILURE -> "exit failure mode";
            case BLOCK_ERASE -> "block erase";
            case OVERWRITE -> "overwrite";
            case CRYPTO_ERASE -> "crypto erase";
            case EXIT_MEDIA_VERIFICATION -> "exit media verification";
            default -> "sanitize action " + sanact;
        };
    }

    private static void check(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " " + value + " is outside " + min + " to " + max);
        }
    }
}
