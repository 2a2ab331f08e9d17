package io.nvmevf.server.doctor;

import io.nvmevf.server.config.PoolConfig;
import io.nvmevf.server.config.Sizes;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.config.TransportConfig;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Java, kernel, limits, memory and clock. */
final class HostChecks {
    private static final int JAVA = 25;
    /** Files that are open beside connections: the API's 256, devices, libraries. */
    private static final long OTHER_FILES = 512;
    /** What a JVM takes beside heap and direct buffers: code, metadata, stacks. */
    private static final long JVM_OWN = 128L << 20;

    private static final int FIRST_YEAR = 2026;
    private static final int LAST_YEAR = 2100;
    private static final Pattern MEM_TOTAL = Pattern.compile("MemTotal:\\s+(\\d+) kB");
    private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\S+)\\s+(\\S+)");
    private static final Pattern SECCOMP = Pattern.compile("(?m)^Seccomp:\\s+2$");

    private final Machine machine;

    HostChecks(Machine machine) {
        this.machine = machine;
    }

    Finding java() {
        String what = "Java " + machine.java() + " on " + machine.system();
        if (machine.java().feature() < JAVA) {
            return Finding.fail("java", what, "install Java " + JAVA + " or newer, or set JAVA_HOME to one");
        }
        if (!machine.system().startsWith("Linux")) {
            return Finding.fail(
                    "java", what, "run it on Linux: files, devices and sockets are used through its own calls");
        }
        return machine.system().endsWith(" amd64")
                ? Finding.ok("java", what)
                : Finding.warn(
                        "java",
                        what,
                        "the native transports are for amd64; here connections are served by NIO, which is slower");
    }

    Finding ioUring(TransportConfig.Io io) {
        String check = "io_uring";
        if (io == TransportConfig.Io.EPOLL || io == TransportConfig.Io.NIO) {
            return Finding.ok(check, "not used: transport.io is " + io.name().toLowerCase(java.util.Locale.ROOT));
        }
        String why = machine.whyNoIoUring();
        String kernel = machine.read("/proc/sys/kernel/osrelease");
        String on = " on kernel " + (kernel == null ? "of unknown version" : kernel.strip());
        if (why == null) {
            return Finding.ok(check, "usable" + on);
        }
        String what = "not usable" + on + ": " + why.lines().findFirst().orElse("");
        return io == TransportConfig.Io.IO_URING
                ? Finding.fail(check, what, allowIoUring() + "; or set transport.io: auto")
                : Finding.warn(check, what + "; epoll serves connections, and threads do file I/O", allowIoUring());
    }

    private String allowIoUring() {
        String disabled = machine.read("/proc/sys/kernel/io_uring_disabled");
        if (disabled != null && !disabled.strip().equals("0")) {
            return "allow it: sysctl -w kernel.io_uring_disabled=0 (it is " + disabled.strip() + ")";
        }
        String status = machine.read("/proc/self/status");
        if (status != null && SECCOMP.matcher(status).find()) {
            return "a seccomp filter is on, and those of container runtimes refuse io_uring: run the container with"
                    + " --security-opt seccomp=docker/seccomp.json";
        }
        return "use a kernel from 5.10 on with CONFIG_IO_URING";
    }

    Finding openFiles(TransportConfig transport) {
        String check = "open files";
        String limits = machine.read("/proc/self/limits");
        Matcher matcher = OPEN_FILES.matcher(limits == null ? "" : limits);
        if (!matcher.find()) {
            return Finding.warn(check, "the limit cannot be read", "look at it: ulimit -Hn");
        }
        String text = matcher.group(2);
        long most = text.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(text);
        long needed = transport.connections().most() + OTHER_FILES;
        String what =
                "up to " + text + " of this user's processes; transport.max-connections and the rest need " + needed;
        if (most >= needed) {
            return Finding.ok(check, what);
        }
        String next =
                "raise it to " + needed + " (LimitNOFILE= of the unit, --ulimit nofile=, or limits.conf), or lower"
                        + " transport.max-connections";
        return most < OTHER_FILES ? Finding.fail(check, what, next) : Finding.warn(check, what, next);
    }

    Finding memory(TargetConfig config) {
        String check = "memory";
        long heap = machine.maxHeap();
        long direct = machine.maxDirect();
        long buffers = config.transport().totalMemory();
        long pool =
                config.pool().kind() == PoolConfig.Kind.MEMORY && !config.pool().overcommit()
                        ? config.pool().capacity()
                        : 0;
        if (buffers > direct) {
            return Finding.fail(
                    check,
                    "transport.total-memory is " + shown(buffers) + ", and this JVM takes " + shown(direct)
                            + " for buffers at most",
                    "lower transport.total-memory, or raise -XX:MaxDirectMemorySize in NVMEVF_JAVA_OPTS");
        }
        Long limit = limit();
        String wants = "heap up to " + shown(heap) + ", buffers up to " + shown(direct)
                + (pool == 0 ? "" : ", the pool in memory " + shown(pool));
        if (limit == null) {
            return Finding.warn(check, wants + "; how much there is cannot be read", "look at it: free -m");
        }
        String what = wants + "; there are " + shown(limit) + " for this process";
        String next = "lower -Xmx or -XX:MaxDirectMemorySize in NVMEVF_JAVA_OPTS"
                + (pool == 0 ? "" : ", or pool.capacity") + ", or give it more memory (memory.max of its cgroup)";
        if (heap + buffers + pool + JVM_OWN > limit) {
            return Finding.fail(check, what, next);
        }
        return heap + direct + pool + JVM_OWN > limit ? Finding.warn(check, what, next) : Finding.ok(check, what);
    }

    /** Bytes that this process may take: of the machine, or of the cgroups that it is in. */
    private @Nullable Long limit() {
        List<Long> limits = new ArrayList<>();
        String meminfo = machine.read("/proc/meminfo");
        Matcher total = MEM_TOTAL.matcher(meminfo == null ? "" : meminfo);
        if (total.find()) {
            limits.add(Long.parseLong(total.group(1)) * 1024);
        }
        String cgroup = machine.read("/proc/self/cgroup");
        if (cgroup != null) {
            // (cgroup v2: one line, 0::PATH.)
            cgroup.lines().filter(line -> line.startsWith("0::/")).forEach(line -> {
                String path = line.substring(3);
                while (true) {
                    add(limits, machine.read("/sys/fs/cgroup" + (path.equals("/") ? "" : path) + "/memory.max"));
                    if (path.equals("/")) {
                        return;
                    }
                    int slash = path.lastIndexOf('/');
                    path = slash <= 0 ? "/" : path.substring(0, slash);
                }
            });
        }
        add(limits, machine.read("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
        return limits.stream().min(Long::compare).orElse(null);
    }

    private static void add(List<Long> limits, @Nullable String text) {
        if (text != null && text.strip().matches("[0-9]{1,18}")) {
            limits.add(Long.parseLong(text.strip()));
        }
    }

    Finding clock() {
        Instant now = machine.now();
        int year = now.atZone(ZoneOffset.UTC).getYear();
        String what = "it is " + now;
        if (year < FIRST_YEAR || year > LAST_YEAR) {
            return Finding.fail(
                    "clock",
                    what + ", which cannot be",
                    "set the clock: certificates, tokens and the audit log depend on it");
        }
        return switch (machine.clock()) {
            case SYNCHRONISED -> Finding.ok("clock", what + ", synchronised");
            case UNKNOWN -> Finding.ok("clock", what + "; whether it is synchronised cannot be told");
            case NOT_SYNCHRONISED ->
                Finding.warn(
                        "clock",
                        what + "; the kernel is told by nobody whether that is right",
                        "run chrony or systemd-timesyncd (in a virtual machine the host's clock may do)");
        };
    }

    static String shown(long bytes) {
        return Sizes.rounded(bytes);
    }
}
