package io.nvmevf.server.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is asked of the machine: tests answer in its place. */
public interface Machine {

    /** Whether something keeps the clock right. */
    enum Clock {
        SYNCHRONISED,
        NOT_SYNCHRONISED,
        UNKNOWN
    }

    /** What is at an address and port. */
    enum Port {
        /** It can be listened on. */
        FREE,
        /** Something there speaks NVMe/TCP. */
        NVME_TCP,
        /** Something else listens there. */
        OCCUPIED,
        /** This machine does not have the address. */
        NO_SUCH_ADDRESS,
        /** This user may not listen there. */
        NOT_ALLOWED
    }

    /**
     * A file system.
     *
     * @param total bytes
     * @param usable bytes that this user may still take
     * @param type as in {@code /proc/mounts}, such as {@code ext4}
     * @param options of the mount
     */
    record Disk(long total, long usable, String type, Set<String> options) {
        public Disk {
            options = Set.copyOf(options);
        }
    }

    /**
     * What a file there can do.
     *
     * @param sparse whether a file may be longer than what it takes of the disk
     * @param punchHole whether parts of it can be given back (fallocate with FALLOC_FL_PUNCH_HOLE)
     * @param direct whether it can be opened with O_DIRECT
     */
    record FileFeatures(boolean sparse, boolean punchHole, boolean direct) {}

    /** Of the JVM. */
    Runtime.Version java();

    /** Operating system and architecture, such as {@code Linux amd64}. */
    String system();

    /** A small file of the kernel's; null if there is none, or it cannot be read. */
    @Nullable
    String read(String file);

    /** Why Netty cannot use io_uring; null if it can. */
    @Nullable
    String whyNoIoUring();

    /** Bytes that the JVM takes for its heap at most. */
    long maxHeap();

    /** Bytes that the JVM takes for direct buffers at most. */
    long maxDirect();

    /** The name of the user who looks. */
    String user();

    Instant now();

    Clock clock();

    /** The file system that this file is in. */
    Disk disk(Path file) throws IOException;

    /** Tries it with a file in this directory, which is deleted again. */
    FileFeatures tryOut(Path directory) throws IOException;

    Port port(String address, int port);
}
