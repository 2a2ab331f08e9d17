package io.nvmevf.bench.compare;

import io.nvmevf.bench.load.JvmConnection;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory of a JVM after collections of its garbage, in bytes. The heap counts by what is in it; everything else (direct
 * buffers, threads, code, what the allocator keeps) by the pages that are resident. For that the JVM must run with a heap that
 * is all there from the start: {@code -Xms} like {@code -Xmx}, and {@code -XX:+AlwaysPreTouch}.
 *
 * @param heap in use
 * @param resident pages of the whole process
 * @param committedHeap bytes of the heap that are resident, whatever is in them
 * @param direct bytes in direct buffers that the JVM knows of; part of what is resident
 */
record TargetMemory(long heap, long resident, long committedHeap, long direct) {
    private static final int COLLECTIONS = 3;

    /** Collects garbage and looks. */
    static TargetMemory of(long pid) throws IOException {
        try (JvmConnection jvm = JvmConnection.open(pid)) {
            MemoryMXBean memory = jvm.bean(MemoryMXBean.class);
            for (int i = 0; i < COLLECTIONS; i++) {
                memory.gc();
            }
            long direct = 0;
            for (BufferPoolMXBean pool : jvm.beans(BufferPoolMXBean.class)) {
                direct += pool.getMemoryUsed();
            }
            return new TargetMemory(
                    memory.getHeapMemoryUsage().getUsed(),
                    resident(pid),
                    memory.getHeapMemoryUsage().getCommitted(),
                    direct);
        }
    }

    private static long resident(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        throw new IOException("/proc/" + pid + "/status has no VmRSS");
    }

    TargetMemory since(TargetMemory earlier) {
        return new TargetMemory(
                heap - earlier.heap,
                resident - earlier.resident,
                committedHeap - earlier.committedHeap,
                direct - earlier.direct);
    }

    /** Of a difference: what has come to be resident and is not the heap's. */
    long outsideHeap() {
        return resident - committedHeap;
    }

    /** Of a difference: all of it. */
    long total() {
        return heap + outsideHeap();
    }
}
