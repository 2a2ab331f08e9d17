package io.nvmevf.protocol.identify;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;

/**
 * Identify Namespace data structure that every command set has, CNS 08h (NVMe Base 2.1 §5.1.13.2.8). Linux reads it
 * when CAP.CRIMS is set.
 *
 * <pre>
 *  0 nsfeat nmic rescap fpi   4 anagrpid   8 nsattr   10 nvmsetid   12 endgid   14 nstat   15 kpios   16 maxkt   20 rgrpid
 * </pre>
 */
public final class IndependentNamespace {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int NSFEAT_OFFSET = 0;
    public static final int NMIC_OFFSET = 1;
    public static final int RESCAP_OFFSET = 2;
    public static final int FPI_OFFSET = 3;
    public static final int ANAGRPID_OFFSET = 4;
    public static final int NSATTR_OFFSET = 8;
    public static final int NVMSETID_OFFSET = 10;
    public static final int ENDGID_OFFSET = 12;
    public static final int NSTAT_OFFSET = 14;
    public static final int KPIOS_OFFSET = 15;
    public static final int MAXKT_OFFSET = 16;
    public static final int RGRPID_OFFSET = 20;

    /** NGUID and EUI64 are never used again. */
    public static final int NSFEAT_UIDREUSE = 1 << 3;
    /** The medium rotates. */
    public static final int NSFEAT_RMEDIA = 1 << 4;
    /** No volatile write cache for this namespace. */
    public static final int NSFEAT_VWCNP = 1 << 5;

    /** The namespace may be attached to two or more controllers at a time. */
    public static final int NMIC_SHARED = 1 << 0;

    /** NSATTR: the namespace is write protected. */
    public static final int NSATTR_WRITE_PROTECTED = 1;

    /** The namespace is ready. */
    public static final int NSTAT_NRDY = 1 << 0;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public IndependentNamespace(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public IndependentNamespace(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Namespace features: {@code NSFEAT_} bits. */
    public int nsfeat() {
        return page.getUnsignedByte(base + NSFEAT_OFFSET);
    }

    public IndependentNamespace nsfeat(int value) {
        Fields.putU8(page, base + NSFEAT_OFFSET, value);
        return this;
    }

    /** Multi-path and sharing: {@code NMIC_} bits. */
    public int nmic() {
        return page.getUnsignedByte(base + NMIC_OFFSET);
    }

    public IndependentNamespace nmic(int value) {
        Fields.putU8(page, base + NMIC_OFFSET, value);
        return this;
    }

    /** Reservation capabilities: the {@code RESCAP_} bits of {@link IdentifyNamespace}. */
    public int rescap() {
        return page.getUnsignedByte(base + RESCAP_OFFSET);
    }

    public IndependentNamespace rescap(int value) {
        Fields.putU8(page, base + RESCAP_OFFSET, value);
        return this;
    }

    /** Format progress: bit 7 supported, bits 6:0 percent that remains. */
    public int fpi() {
        return page.getUnsignedByte(base + FPI_OFFSET);
    }

    public IndependentNamespace fpi(int value) {
        Fields.putU8(page, base + FPI_OFFSET, value);
        return this;
    }

    /** ANA group identifier; 0: none. */
    public long anagrpid() {
        return page.getUnsignedIntLE(base + ANAGRPID_OFFSET);
    }

    public IndependentNamespace anagrpid(long value) {
        Fields.putU32(page, base + ANAGRPID_OFFSET, value);
        return this;
    }

    /** Namespace attributes: {@code NSATTR_} bits. */
    public int nsattr() {
        return page.getUnsignedByte(base + NSATTR_OFFSET);
    }

    public IndependentNamespace nsattr(int value) {
        Fields.putU8(page, base + NSATTR_OFFSET, value);
        return this;
    }

    /** NVM set identifier; 0: none. */
    public int nvmsetid() {
        return page.getUnsignedShortLE(base + NVMSETID_OFFSET);
    }

    public IndependentNamespace nvmsetid(int value) {
        Fields.putU16(page, base + NVMSETID_OFFSET, value);
        return this;
    }

    /** Endurance group identifier; 0: none. */
    public int endgid() {
        return page.getUnsignedShortLE(base + ENDGID_OFFSET);
    }

    public IndependentNamespace endgid(int value) {
        Fields.putU16(page, base + ENDGID_OFFSET, value);
        return this;
    }

    /** Namespace status: {@code NSTAT_} bits. */
    public int nstat() {
        return page.getUnsignedByte(base + NSTAT_OFFSET);
    }

    public IndependentNamespace nstat(int value) {
        Fields.putU8(page, base + NSTAT_OFFSET, value);
        return this;
    }

    /** Key per I/O status. */
    public int kpios() {
        return page.getUnsignedByte(base + KPIOS_OFFSET);
    }

    public IndependentNamespace kpios(int value) {
        Fields.putU8(page, base + KPIOS_OFFSET, value);
        return this;
    }

    /** Largest key tag. */
    public int maxkt() {
        return page.getUnsignedShortLE(base + MAXKT_OFFSET);
    }

    public IndependentNamespace maxkt(int value) {
        Fields.putU16(page, base + MAXKT_OFFSET, value);
        return this;
    }

    /** Reachability group identifier; 0: none. */
    public long rgrpid() {
        return page.getUnsignedIntLE(base + RGRPID_OFFSET);
    }

    public IndependentNamespace rgrpid(long value) {
        Fields.putU32(page, base + RGRPID_OFFSET, value);
        return this;
    }
}
