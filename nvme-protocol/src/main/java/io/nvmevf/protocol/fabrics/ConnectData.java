package io.nvmevf.protocol.fabrics;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.UUID;

/**
 * Data of the Connect command (NVMe Base 2.1 §6.3), always 1024 bytes. An offset constant is also what an Invalid
 * Parameter status reports in IPO when that field is at fault, with IATTR set to "data".
 *
 * <pre>
 *  0 hostid   16 cntlid   256 subnqn   512 hostnqn   768 reserved
 * </pre>
 *
 * <p>{@link #subnqn()} and {@link #hostnqn()} come from a host that is not known yet: they look at no byte outside their
 * field, and throw {@link IllegalArgumentException} for one that is not terminated within 223 bytes or is not UTF-8.
 */
public final class ConnectData {
    /** Size in bytes. */
    public static final int SIZE = 1024;

    public static final int HOSTID_OFFSET = 0;
    public static final int CNTLID_OFFSET = 16;
    public static final int SUBNQN_OFFSET = 256;
    public static final int HOSTNQN_OFFSET = 512;

    /** CNTLID by which a host asks for any controller (dynamic controller model). */
    public static final int CNTLID_DYNAMIC = 0xFFFF;

    /** CNTLID by which a host asks for any controller (static controller model). */
    public static final int CNTLID_STATIC_ANY = 0xFFFE;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public ConnectData(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public ConnectData(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Host identifier, 16 bytes in the order in which Linux prints them. */
    public UUID hostid() {
        return Fields.uuid(page, base + HOSTID_OFFSET);
    }

    public ConnectData hostid(UUID value) {
        Fields.putUuid(page, base + HOSTID_OFFSET, value);
        return this;
    }

    /** Controller ID: {@link #CNTLID_DYNAMIC} on the admin queue of a dynamic controller. */
    public int cntlid() {
        return page.getUnsignedShortLE(base + CNTLID_OFFSET);
    }

    public ConnectData cntlid(int value) {
        Fields.putU16(page, base + CNTLID_OFFSET, value);
        return this;
    }

    /** NQN of the subsystem; may be empty, its form is not checked. */
    public String subnqn() {
        return Fields.nqn(page, base + SUBNQN_OFFSET);
    }

    public ConnectData subnqn(String value) {
        Fields.putNqn(page, base + SUBNQN_OFFSET, value);
        return this;
    }

    /** NQN of the host; may be empty, its form is not checked. */
    public String hostnqn() {
        return Fields.nqn(page, base + HOSTNQN_OFFSET);
    }

    public ConnectData hostnqn(String value) {
        Fields.putNqn(page, base + HOSTNQN_OFFSET, value);
        return this;
    }
}
