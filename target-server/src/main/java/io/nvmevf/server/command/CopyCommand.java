package io.nvmevf.server.command;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.nvme.CopyRange;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.subsystem.AttachedNamespace;
import io.nvmevf.server.subsystem.NamespaceQueue;
import io.nvmevf.server.transport.CommandSlot;

/**
 * Copy with source range descriptors of format 0 (NVM Command Set 1.1 §3.3.2): ranges of a namespace, one after the other,
 * to consecutive blocks of the same namespace.
 *
 * <p>Range by range: read, then write. {@link CommandSlot#step} counts these requests, {@link CommandSlot#position} the
 * blocks that were written. A Copy that fails half way has copied the ranges before.
 */
final class CopyCommand {
    /** MSRC + 1. */
    static final int MAX_RANGES = 128;
    /** MCL in bytes. */
    static final int MAX_BYTES = 16 << 20;

    /** CDW12: protection information of the source (15:12) and of the destination (29:26). */
    private static final int PRINFO = 0xF << 12 | 0xF << 26;

    private static final int DESCRIPTOR_FORMAT = 0xF << 8;

    private CopyCommand() {}

    /** MSSRL: blocks of one source range at most. */
    static int maxRangeBlocks(int lbads, int mdts) {
        return mdts >> lbads;
    }

    /** MCL: blocks of one command at most. */
    static int maxBlocks(int lbads) {
        return MAX_BYTES >> lbads;
    }

    /** What can be checked without the ranges. */
    static int check(CommandSlot slot) {
        if ((slot.cdw(12) & (DESCRIPTOR_FORMAT | PRINFO)) != 0) {
            return Status.INVALID_FIELD | Status.DNR;
        }
        return DataTransfer.copyRanges(slot) > MAX_RANGES
                ? Status.COMMAND_SIZE_LIMIT_EXCEEDED | Status.DNR
                : Status.SUCCESS;
    }

    /** Bytes of all ranges, at most MCL: a longer copy is refused. */
    static long bytes(CommandSlot slot, AttachedNamespace ns) {
        long blocks = 0;
        for (int i = 0; i < DataTransfer.copyRanges(slot); i++) {
            blocks += CopyRange.nlb(slot.data(), slot.dataIndex() + i * CopyRange.SIZE);
        }
        return Math.min(blocks << ns.lbads(), MAX_BYTES);
    }

    /** All ranges are checked before the first is copied. */
    static int checkRanges(CommandSlot slot, AttachedNamespace ns, int mdts) {
        long total = 0;
        int ranges = DataTransfer.copyRanges(slot);
        for (int i = 0; i < ranges; i++) {
            int at = slot.dataIndex() + i * CopyRange.SIZE;
            int nlb = CopyRange.nlb(slot.data(), at);
            if (nlb > maxRangeBlocks(ns.lbads(), mdts)) {
                return Status.COMMAND_SIZE_LIMIT_EXCEEDED | Status.DNR;
            }
            if (!IoCommands.inRange(ns, CopyRange.slba(slot.data(), at), nlb)) {
                return Status.LBA_OUT_OF_RANGE | Status.DNR;
            }
            total += nlb;
        }
        if (total > maxBlocks(ns.lbads())) {
            return Status.COMMAND_SIZE_LIMIT_EXCEEDED | Status.DNR;
        }
        return IoCommands.inRange(ns, slot.cdw64(10), total) ? Status.SUCCESS : Status.LBA_OUT_OF_RANGE | Status.DNR;
    }

    /** Starts the next request; returns true if there is none left. */
    static boolean next(CommandSlot slot, AttachedNamespace ns, NamespaceQueue q, boolean fua) {
        int range = slot.step / 2;
        boolean write = slot.step % 2 == 1;
        slot.step++;
        if (range == DataTransfer.copyRanges(slot)) {
            return true;
        }
        int at = slot.dataIndex() + range * CopyRange.SIZE;
        int nlb = CopyRange.nlb(slot.data(), at);
        int length = nlb << ns.lbads();
        if (write) {
            ByteBuf b = slot.scratch();
            long destination = (slot.cdw64(10) + slot.position) << ns.lbads();
            slot.position += nlb;
            q.storage().write(destination, b, b.readerIndex(), length, fua, slot);
        } else {
            slot.releaseScratch();
            ByteBuf b = ScratchBuffer.allocate(slot.queue().alloc(), length, ns.bufferAlignment());
            slot.scratch = b;
            q.storage().read(CopyRange.slba(slot.data(), at) << ns.lbads(), b, b.readerIndex(), length, slot);
        }
        return false;
    }
}
