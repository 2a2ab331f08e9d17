package io.nvmevf.server.subsystem;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.log.DiscoveryLogEntry;
import io.nvmevf.protocol.log.ErrorInformation;

/**
 * The last commands of a controller that failed, newest first (NVMe Base 2.1 §5.1.12.1.2). Any of the controller's queues
 * adds to it, so it has a lock: of this controller only, and taken only for a command that failed.
 */
public final class ErrorLog {
    /** Entries that are kept: ELPE + 1. */
    public static final int ENTRIES = 64;

    private record Entry(long count, int sqid, int cid, int status, int parameter, long lba, int nsid, int opc) {}

    private final Entry[] entries = new Entry[ENTRIES];
    private long count;

    /**
     * @param parameter byte 7:0 and bit 10:8 of the field at fault, or {@link ErrorInformation#PEL_NONE}
     * @param status without the phase tag
     */
    public synchronized void add(int sqid, int cid, int status, int parameter, long lba, int nsid, int opc) {
        count++;
        entries[(int) (count % ENTRIES)] = new Entry(count, sqid, cid, status, parameter, lba, nsid, opc);
    }

    /** Errors since the controller was created. */
    public synchronized long count() {
        return count;
    }

    /** Writes the log page: {@link #ENTRIES} × 64 bytes of zeroed {@code page}. */
    public synchronized void write(ByteBuf page) {
        for (int i = 0; i < ENTRIES && count - i > 0; i++) {
            Entry e = entries[(int) ((count - i) % ENTRIES)];
            new ErrorInformation(page, i * ErrorInformation.SIZE)
                    .ecnt(e.count)
                    .sqid(e.sqid)
                    .cid(e.cid)
                    .sts(e.status << 1)
                    .pel(e.parameter)
                    .lba(e.lba)
                    .nsid(Integer.toUnsignedLong(e.nsid))
                    .trtype(DiscoveryLogEntry.TRTYPE_TCP)
                    .opc(e.opc);
        }
    }
}
