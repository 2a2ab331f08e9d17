package io.nvmevf.protocol.log;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.Objects;

/**
 * Commands Supported and Effects, LID 05h (NVMe Base 2.1 §5.1.12.1.6): one dword per opcode.
 *
 * <pre>
 *     0 acs[256], admin commands
 *  1024 iocs[256], I/O commands of the chosen command set
 *  entry: 0 CSUPP  1 LBCC  2 NCC  3 NIC  4 CCC  15:14 CSER  18:16 CSE  19 USS  31:20 CSP (scope)
 * </pre>
 */
public final class CommandEffects {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int ACS_OFFSET = 0;
    /** How many entries {@link #acs(int)} has. */
    public static final int ACS_COUNT = 256;

    public static final int IOCS_OFFSET = 1024;
    /** How many entries {@link #iocs(int)} has. */
    public static final int IOCS_COUNT = 256;

    /** The command is supported. */
    public static final long CSUPP = 1L << 0;
    /** It may change the content of logical blocks. */
    public static final long LBCC = 1L << 1;
    /** It may change the capability of a namespace. */
    public static final long NCC = 1L << 2;
    /** It may change the inventory of namespaces: Linux scans afterwards. */
    public static final long NIC = 1L << 3;
    /** It may change the capability of the controller. */
    public static final long CCC = 1L << 4;
    /** May be executed only with no other command to the same namespace outstanding. */
    public static final long CSE_SAME_NAMESPACE = 1L << 16;
    /** May be executed only with no other command to any namespace outstanding. */
    public static final long CSE_ANY_NAMESPACE = 2L << 16;
    /** A UUID index can be chosen. */
    public static final long USS = 1L << 19;
    /** Scope: a namespace. */
    public static final long SCOPE_NAMESPACE = 1L << 20;
    /** Scope: a controller. */
    public static final long SCOPE_CONTROLLER = 1L << 21;
    /** Scope: an NVM set. */
    public static final long SCOPE_NVM_SET = 1L << 22;
    /** Scope: an endurance group. */
    public static final long SCOPE_ENDURANCE_GROUP = 1L << 23;
    /** Scope: a domain. */
    public static final long SCOPE_DOMAIN = 1L << 24;
    /** Scope: the NVM subsystem. */
    public static final long SCOPE_SUBSYSTEM = 1L << 25;

    /** Mask of the relaxations of CSE, bits 15:14. */
    public static final long CSER_MASK = 3L << 14;

    /** Mask of the submission and execution restriction, bits 18:16. */
    public static final long CSE_MASK = 7L << 16;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public CommandEffects(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public CommandEffects(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Entry of admin opcode {@code n}: the constants of this class; 0: not supported. */
    public long acs(int n) {
        return page.getUnsignedIntLE(base + ACS_OFFSET + Objects.checkIndex(n, ACS_COUNT) * 4);
    }

    public CommandEffects acs(int n, long value) {
        Fields.putU32(page, base + ACS_OFFSET + Objects.checkIndex(n, ACS_COUNT) * 4, value);
        return this;
    }

    /** Entry of I/O opcode {@code n}: the constants of this class; 0: not supported. */
    public long iocs(int n) {
        return page.getUnsignedIntLE(base + IOCS_OFFSET + Objects.checkIndex(n, IOCS_COUNT) * 4);
    }

    public CommandEffects iocs(int n, long value) {
        Fields.putU32(page, base + IOCS_OFFSET + Objects.checkIndex(n, IOCS_COUNT) * 4, value);
        return this;
    }
}
