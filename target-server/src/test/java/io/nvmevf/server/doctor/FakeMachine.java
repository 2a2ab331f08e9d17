package io.nvmevf.server.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A machine on which all is well, until a test changes something. */
public final class FakeMachine implements Machine {
    private static final long GIB = 1L << 30;

    public Runtime.Version java = Runtime.Version.parse("25.0.1+8");
    public String system = "Linux amd64";
    public final Map<String, String> files = new HashMap<>(Map.of(
            "/proc/sys/kernel/osrelease", "6.12.0\n",
            "/proc/self/limits", "Max open files            1048576              1048576              files\n",
            "/proc/meminfo", "MemTotal:       16777216 kB\n"));
    public @Nullable String whyNoIoUring;
    public long maxHeap = 4 * GIB;
    public long maxDirect = 4 * GIB;
    public String user = System.getProperty("user.name");
    public Instant now = Instant.parse("2026-11-23T12:00:00Z");
    public Clock clock = Clock.SYNCHRONISED;
    public Disk disk = new Disk(100 * GIB, 50 * GIB, "ext4", Set.of("rw", "relatime"));
    public @Nullable FileFeatures features = new FileFeatures(true, true, true);
    public final Map<Integer, Port> ports = new HashMap<>();

    @Override
    public Runtime.Version java() {
        return java;
    }

    @Override
    public String system() {
        return system;
    }

    @Override
    public @Nullable String read(String file) {
        return files.get(file);
    }

    @Override
    public @Nullable String whyNoIoUring() {
        return whyNoIoUring;
    }

    @Override
    public long maxHeap() {
        return maxHeap;
    }

    @Override
    public long maxDirect() {
        return maxDirect;
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public Disk disk(Path file) {
        return disk;
    }

    @Override
    public FileFeatures tryOut(Path directory) throws IOException {
        if (features == null) {
            throw new IOException("Permission denied");
        }
        return features;
    }

    @Override
    public Port port(String address, int port) {
        return ports.getOrDefault(port, Port.FREE);
    }
}
