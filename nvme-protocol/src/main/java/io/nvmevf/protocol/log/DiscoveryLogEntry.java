package io.nvmevf.protocol.log;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;

/**
 * One entry of the Discovery log page (NVMe Base 2.1 §5.1.12.3.1, TSAS of TCP: NVMe/TCP Transport 1.1).
 *
 * <pre>
 *    0 trtype adrfam subtype treq   4 portid   6 cntlid   8 asqsz   10 eflags
 *   32 trsvcid (32 ASCII)   256 subnqn   512 traddr (256 ASCII)   768 tsas: sectype
 * </pre>
 */
public final class DiscoveryLogEntry {
    /** Size in bytes. */
    public static final int SIZE = 1024;

    public static final int TRTYPE_OFFSET = 0;
    public static final int ADRFAM_OFFSET = 1;
    public static final int SUBTYPE_OFFSET = 2;
    public static final int TREQ_OFFSET = 3;
    public static final int PORTID_OFFSET = 4;
    public static final int CNTLID_OFFSET = 6;
    public static final int ASQSZ_OFFSET = 8;
    public static final int EFLAGS_OFFSET = 10;
    public static final int TRSVCID_OFFSET = 32;
    public static final int SUBNQN_OFFSET = 256;
    public static final int TRADDR_OFFSET = 512;
    public static final int SECTYPE_OFFSET = 768;

    /** RDMA. */
    public static final int TRTYPE_RDMA = 1;
    /** Fibre Channel. */
    public static final int TRTYPE_FC = 2;
    /** TCP. */
    public static final int TRTYPE_TCP = 3;
    /** Within one host. */
    public static final int TRTYPE_LOOP = 254;

    /** An IPv4 address. */
    public static final int ADRFAM_IPV4 = 1;
    /** An IPv6 address. */
    public static final int ADRFAM_IPV6 = 2;
    /** An InfiniBand address. */
    public static final int ADRFAM_IB = 3;
    /** A Fibre Channel address. */
    public static final int ADRFAM_FC = 4;
    /** Within one host. */
    public static final int ADRFAM_LOOP = 254;

    /** Referral to another discovery subsystem. */
    public static final int SUBTYPE_REFERRAL = 1;
    /** An NVM subsystem. */
    public static final int SUBTYPE_NVM = 2;
    /** The discovery subsystem that answers. */
    public static final int SUBTYPE_CURRENT_DISCOVERY = 3;

    /** TREQ, bits 1:0: nothing is said about a secure channel. */
    public static final int TREQ_SECURE_CHANNEL_NOT_SPECIFIED = 0;

    /** TREQ, bits 1:0: a secure channel (TLS) is required. */
    public static final int TREQ_SECURE_CHANNEL_REQUIRED = 1;

    /** TREQ, bits 1:0: a secure channel is not required. */
    public static final int TREQ_SECURE_CHANNEL_NOT_REQUIRED = 2;

    /** TREQ, bit 2: SQ flow control can be turned off. */
    public static final int TREQ_DISABLE_SQ_FLOW_CONTROL = 1 << 2;

    /** CNTLID of the dynamic controller model. */
    public static final int CNTLID_DYNAMIC = 0xFFFF;

    /** This port returns what another entry of the same subsystem returns. */
    public static final int EFLAGS_DUPRETINFO = 1 << 0;
    /** An explicit persistent connection to this discovery subsystem is supported. */
    public static final int EFLAGS_EPCSD = 1 << 1;
    /** No connection to a centralized discovery controller is up. */
    public static final int EFLAGS_NCC = 1 << 2;

    /** No security. */
    public static final int SECTYPE_NONE = 0;
    /** TLS 1.2, which is obsolete. */
    public static final int SECTYPE_TLS12 = 1;
    /** TLS 1.3. */
    public static final int SECTYPE_TLS13 = 2;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public DiscoveryLogEntry(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public DiscoveryLogEntry(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Transport: {@code TRTYPE_} values. */
    public int trtype() {
        return page.getUnsignedByte(base + TRTYPE_OFFSET);
    }

    public DiscoveryLogEntry trtype(int value) {
        Fields.putU8(page, base + TRTYPE_OFFSET, value);
        return this;
    }

    /** Address family of TRADDR: {@code ADRFAM_} values. */
    public int adrfam() {
        return page.getUnsignedByte(base + ADRFAM_OFFSET);
    }

    public DiscoveryLogEntry adrfam(int value) {
        Fields.putU8(page, base + ADRFAM_OFFSET, value);
        return this;
    }

    /** Kind of subsystem: {@code SUBTYPE_} values. */
    public int subtype() {
        return page.getUnsignedByte(base + SUBTYPE_OFFSET);
    }

    public DiscoveryLogEntry subtype(int value) {
        Fields.putU8(page, base + SUBTYPE_OFFSET, value);
        return this;
    }

    /** Transport requirements: {@code TREQ_} values. */
    public int treq() {
        return page.getUnsignedByte(base + TREQ_OFFSET);
    }

    public DiscoveryLogEntry treq(int value) {
        Fields.putU8(page, base + TREQ_OFFSET, value);
        return this;
    }

    /** Port of the subsystem. */
    public int portid() {
        return page.getUnsignedShortLE(base + PORTID_OFFSET);
    }

    public DiscoveryLogEntry portid(int value) {
        Fields.putU16(page, base + PORTID_OFFSET, value);
        return this;
    }

    /** Controller ID: {@link #CNTLID_DYNAMIC} in the dynamic model. */
    public int cntlid() {
        return page.getUnsignedShortLE(base + CNTLID_OFFSET);
    }

    public DiscoveryLogEntry cntlid(int value) {
        Fields.putU16(page, base + CNTLID_OFFSET, value);
        return this;
    }

    /** Largest admin submission queue in entries, from 32. */
    public int asqsz() {
        return page.getUnsignedShortLE(base + ASQSZ_OFFSET);
    }

    public DiscoveryLogEntry asqsz(int value) {
        Fields.putU16(page, base + ASQSZ_OFFSET, value);
        return this;
    }

    /** Entry flags: {@code EFLAGS_} bits. */
    public int eflags() {
        return page.getUnsignedShortLE(base + EFLAGS_OFFSET);
    }

    public DiscoveryLogEntry eflags(int value) {
        Fields.putU16(page, base + EFLAGS_OFFSET, value);
        return this;
    }

    /** Transport service: the TCP port in decimal. */
    public String trsvcid() {
        return Fields.ascii(page, base + TRSVCID_OFFSET, 32);
    }

    public DiscoveryLogEntry trsvcid(String value) {
        Fields.putAscii(page, base + TRSVCID_OFFSET, 32, value);
        return this;
    }

    /** Subsystem NQN; at most 223 bytes of UTF-8. */
    public String subnqn() {
        return Fields.nqn(page, base + SUBNQN_OFFSET);
    }

    public DiscoveryLogEntry subnqn(String value) {
        Fields.putNqn(page, base + SUBNQN_OFFSET, value);
        return this;
    }

    /** Transport address: for TCP an IP address as text. */
    public String traddr() {
        return Fields.ascii(page, base + TRADDR_OFFSET, 256);
    }

    public DiscoveryLogEntry traddr(String value) {
        Fields.putAscii(page, base + TRADDR_OFFSET, 256, value);
        return this;
    }

    /** Security of the TCP port: {@code SECTYPE_} values, the first byte of TSAS. */
    public int sectype() {
        return page.getUnsignedByte(base + SECTYPE_OFFSET);
    }

    public DiscoveryLogEntry sectype(int value) {
        Fields.putU8(page, base + SECTYPE_OFFSET, value);
        return this;
    }
}
