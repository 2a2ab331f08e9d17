package io.nvmevf.server.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.TestHost;
import java.util.ArrayList;
import java.util.List;

/** The management commands as a host writes them. The numbers are the specification's, not the product's. */
final class Management {
    static final int INVALID_OPCODE = 0x001;
    static final int PRIMARY_FLEXIBLE = 1;
    static final int OFFLINE = 7;
    static final int ASSIGN = 8;
    static final int ONLINE = 9;

    private Management() {}

    /** Virtualization Management. */
    static Command virtualization(int act, int rt, int cntlid, int nr) {
        return Command.of(0x1C, 0).cdw(10, act | rt << 8 | cntlid << 16).cdw(11, nr);
    }

    /** Namespace Management, create: a private namespace in LBA format {@code format}. */
    static Command makeNamespace(long nsze, long ncap, int format) {
        return Command.of(0x0D, 0).out(createData(nsze, ncap, format));
    }

    static byte[] createData(long nsze, long ncap, int format) {
        byte[] data = new byte[4096];
        Unpooled.wrappedBuffer(data).setLongLE(0, nsze).setLongLE(8, ncap).setByte(26, format);
        return data;
    }

    /** Namespace Management, delete. */
    static Command delete(int nsid) {
        return Command.of(0x0D, nsid).cdw(10, 1);
    }

    static Command attach(int nsid, int... cntlids) {
        return Command.of(0x15, nsid).out(controllers(cntlids));
    }

    static Command detach(int nsid, int... cntlids) {
        return Command.of(0x15, nsid).cdw(10, 1).out(controllers(cntlids));
    }

    /** A controller list. */
    static byte[] controllers(int... cntlids) {
        byte[] data = new byte[4096];
        ByteBuf page = Unpooled.wrappedBuffer(data).setShortLE(0, cntlids.length);
        for (int i = 0; i < cntlids.length; i++) {
            page.setShortLE(2 + 2 * i, cntlids[i]);
        }
        return data;
    }

    /** Format NVM. */
    static Command format(int nsid, int lbaf, int ses) {
        return Command.of(0x80, nsid).cdw(10, lbaf | ses << 9);
    }

    /** Sanitize; {@code cdw10} is action, AUSE (8h) and the rest. */
    static Command sanitize(int cdw10) {
        return Command.of(0x84, 0).cdw(10, cdw10);
    }

    /** Identify with a controller identifier in CDW10. */
    static Command identify(int cns, int nsid, int cntid) {
        return Command.identify(cns, nsid).or(10, cntid << 16);
    }

    static ByteBuf page(TestHost host, int cns, int nsid) {
        return host.admin(Command.identify(cns, nsid)).ok().page();
    }

    /** The entries of a list of NSIDs. */
    static List<Integer> namespaces(TestHost host, int cns, int above) {
        ByteBuf page = page(host, cns, above);
        List<Integer> nsids = new ArrayList<>();
        for (int i = 0; i < 1024 && page.getIntLE(4 * i) != 0; i++) {
            nsids.add(page.getIntLE(4 * i));
        }
        return nsids;
    }

    /** The entries of a list of controllers that begins at {@code from}. */
    static List<Integer> controllers(TestHost host, int cns, int nsid, int from) {
        ByteBuf page = host.admin(identify(cns, nsid, from)).ok().page();
        List<Integer> cntlids = new ArrayList<>();
        for (int i = 0; i < page.getUnsignedShortLE(0); i++) {
            cntlids.add(page.getUnsignedShortLE(2 + 2 * i));
        }
        return cntlids;
    }
}
