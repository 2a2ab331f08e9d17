package io.nvmevf.protocol.log;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.Objects;

/**
 * Feature Identifiers Supported and Effects, LID 12h (NVMe Base 2.1 §5.1.12.1.18): one dword per feature identifier.
 *
 * <pre>
 *  entry: 0 FSUPP  1 UDCC  2 NCC  3 NIC  4 CCC  19 USS  31:20 FSP (scope)
 * </pre>
 */
public final class FeatureEffects {
    /** Size in bytes. */
    public static final int SIZE = 1024;

    public static final int FIS_OFFSET = 0;
    /** How many entries {@link #fis(int)} has. */
    public static final int FIS_COUNT = 256;

    /** The feature is supported. */
    public static final long FSUPP = 1L << 0;
    /** Setting it may change the content of user data. */
    public static final long UDCC = 1L << 1;
    /** Setting it may change the capability of a namespace. */
    public static final long NCC = 1L << 2;
    /** Setting it may change the inventory of namespaces. */
    public static final long NIC = 1L << 3;
    /** Setting it may change the capability of the controller. */
    public static final long CCC = 1L << 4;
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

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public FeatureEffects(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public FeatureEffects(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Entry of feature {@code n}: the constants of this class; 0: not supported. */
    public long fis(int n) {
        return page.getUnsignedIntLE(base + FIS_OFFSET + Objects.checkIndex(n, FIS_COUNT) * 4);
    }

    public FeatureEffects fis(int n, long value) {
        Fields.putU32(page, base + FIS_OFFSET + Objects.checkIndex(n, FIS_COUNT) * 4, value);
        return this;
    }
}
