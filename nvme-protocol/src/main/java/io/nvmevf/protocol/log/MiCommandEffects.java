package io.nvmevf.protocol.log;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.Objects;

/**
 * NVMe-MI Commands Supported and Effects, LID 13h (NVMe Base 2.1 §5.1.12.1.19): one dword per NVMe-MI opcode. A
 * controller without NVMe-MI Send and Receive returns zeros.
 *
 * <pre>
 *     0 mcs[256]
 *  1024 reserved
 *  entry: 0 CSUPP  1 UDCC  2 NCC  3 NIC  4 CCC  31:20 CSP (scope)
 * </pre>
 */
public final class MiCommandEffects {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int MCS_OFFSET = 0;
    /** How many entries {@link #mcs(int)} has. */
    public static final int MCS_COUNT = 256;

    /** The command is supported. */
    public static final long CSUPP = 1L << 0;
    /** It may change the content of user data. */
    public static final long UDCC = 1L << 1;
    /** It may change the capability of a namespace. */
    public static final long NCC = 1L << 2;
    /** It may change the inventory of namespaces. */
    public static final long NIC = 1L << 3;
    /** It may change the capability of the controller. */
    public static final long CCC = 1L << 4;
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

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public MiCommandEffects(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public MiCommandEffects(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Entry of NVMe-MI opcode {@code n}: the constants of this class; 0: not supported. */
    public long mcs(int n) {
        return page.getUnsignedIntLE(base + MCS_OFFSET + Objects.checkIndex(n, MCS_COUNT) * 4);
    }

    public MiCommandEffects mcs(int n, long value) {
        Fields.putU32(page, base + MCS_OFFSET + Objects.checkIndex(n, MCS_COUNT) * 4, value);
        return this;
    }
}
