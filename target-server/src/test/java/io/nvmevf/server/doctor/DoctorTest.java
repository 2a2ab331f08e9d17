package io.nvmevf.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.server.Target;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.control.NewVirtualFunction;
import io.nvmevf.server.doctor.Finding.Verdict;
import io.nvmevf.server.doctor.Machine.Clock;
import io.nvmevf.server.doctor.Machine.Disk;
import io.nvmevf.server.doctor.Machine.FileFeatures;
import io.nvmevf.server.doctor.Machine.Port;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says about machines that have something; the machine is not this one, the files are real. */
class DoctorTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    @TempDir
    Path directory;

    private final FakeMachine machine = new FakeMachine();
    private Running running = Running.NONE;

    private List<Finding> examine(String yaml) throws Exception {
        return Doctor.examine(TargetConfig.parse(yaml, directory.resolve("nvmevf.yaml")), machine, running);
    }

    private Finding find(String check, String yaml) throws Exception {
        List<Finding> all = examine(yaml);
        return all.stream()
                .filter(one -> one.check().equals(check))
                .findFirst()
                .orElseThrow(() -> new AssertionError(check + " is not in " + all));
    }

    private void says(Verdict verdict, String check, String yaml, String... words) throws Exception {
        Finding finding = find(check, yaml);
        assertThat(finding.verdict()).as(finding.toString()).isEqualTo(verdict);
        for (String word : words) {
            assertThat(finding.toString()).contains(word);
        }
        assertThat(finding.next() == null).as("what to do: " + finding).isEqualTo(verdict == Verdict.OK);
    }

    @Test
    void aHealthyMachineHasNothing() throws Exception {
        List<Finding> all = examine("");
        assertThat(all).allMatch(one -> one.verdict() == Verdict.OK);
        assertThat(Doctor.worst(all)).isEqualTo(Verdict.OK);
        assertThat(all)
                .extracting(Finding::check)
                .containsExactly(
                        "java",
                        "io_uring",
                        "open files",
                        "memory",
                        "clock",
                        "data directory",
                        "API socket",
                        "data disk",
                        "pool",
                        "pool files",
                        "port 127.0.0.1:4420",
                        "port 127.0.0.1:9420 (API)");
    }

    @Test
    void java() throws Exception {
        machine.java = Runtime.Version.parse("21.0.2");
        says(Verdict.FAIL, "java", "", "Java 21.0.2", "install Java 25");
        machine.java = Runtime.Version.parse("25");
        machine.system = "Linux aarch64";
        says(Verdict.WARN, "java", "", "NIO");
        machine.system = "Mac OS X aarch64";
        says(Verdict.FAIL, "java", "", "run it on Linux");
    }

    @Test
    void withoutIoUringItSaysWhoForbidsIt() throws Exception {
        machine.whyNoIoUring = "io_uring_setup(...) failed: Operation not permitted";
        says(Verdict.WARN, "io_uring", "", "6.12.0", "not permitted", "from 5.10 on");
        machine.files.put("/proc/self/status", "Name:\tjava\nSeccomp:\t2\nSeccomp_filters:\t1\n");
        says(Verdict.WARN, "io_uring", "", "seccomp=docker/seccomp.json");
        machine.files.put("/proc/sys/kernel/io_uring_disabled", "2\n");
        says(Verdict.WARN, "io_uring", "", "sysctl -w kernel.io_uring_disabled=0 (it is 2)");
        says(Verdict.FAIL, "io_uring", "transport: {io: io_uring}", "or set transport.io: auto");
        says(Verdict.OK, "io_uring", "transport: {io: epoll}", "not used");
    }

    @Test
    void openFiles() throws Exception {
        machine.files.put(
                "/proc/self/limits", "Max open files            1024                 4096                 files\n");
        says(Verdict.WARN, "open files", "", "up to 4096", "need 4608", "LimitNOFILE=");
        says(Verdict.OK, "open files", "transport: {max-connections: 100}", "need 612");
        machine.files.put(
                "/proc/self/limits", "Max open files            100                  100                  files\n");
        says(Verdict.FAIL, "open files", "", "up to 100");
        machine.files.put(
                "/proc/self/limits", "Max open files            100                  unlimited            files\n");
        says(Verdict.OK, "open files", "", "unlimited");
        machine.files.remove("/proc/self/limits");
        says(Verdict.WARN, "open files", "", "cannot be read");
    }

    @Test
    void memoryIsThatOfTheMachineOrOfTheTightestCgroup() throws Exception {
        says(Verdict.OK, "memory", "", "heap up to 4 GiB", "16 GiB for this process");
        machine.files.put("/proc/self/cgroup", "0::/system.slice/nvmevf.service\n");
        machine.files.put("/sys/fs/cgroup/system.slice/nvmevf.service/memory.max", "max\n");
        machine.files.put("/sys/fs/cgroup/system.slice/memory.max", String.valueOf(6 * GIB));
        says(Verdict.WARN, "memory", "", "6 GiB for this process", "-Xmx");
        machine.files.put("/sys/fs/cgroup/memory.max", String.valueOf(3 * GIB));
        says(Verdict.FAIL, "memory", "", "3 GiB for this process");
        machine.files.remove("/proc/self/cgroup");
        machine.files.put("/sys/fs/cgroup/memory/memory.limit_in_bytes", String.valueOf(2 * GIB));
        says(Verdict.FAIL, "memory", "", "2 GiB for this process");
    }

    @Test
    void memoryIsAlsoWhatAPoolInItTakesAndWhatBuffersMayTake() throws Exception {
        says(
                Verdict.FAIL,
                "memory",
                "pool: {kind: memory, capacity: 16GiB}",
                "the pool in memory 16 GiB",
                "pool.capacity");
        says(Verdict.OK, "memory", "pool: {kind: memory, capacity: 16GiB, overcommit: true}");
        machine.maxDirect = 256 * MIB;
        says(Verdict.FAIL, "memory", "transport: {total-memory: 512MiB}", "256 MiB", "-XX:MaxDirectMemorySize");
        machine.files.remove("/proc/meminfo");
        says(Verdict.WARN, "memory", "transport: {total-memory: 64MiB}", "cannot be read");
    }

    @Test
    void clock() throws Exception {
        machine.clock = Clock.NOT_SYNCHRONISED;
        says(Verdict.WARN, "clock", "", "2026-11-23T12:00:00Z", "chrony");
        machine.clock = Clock.UNKNOWN;
        says(Verdict.OK, "clock", "", "cannot be told");
        machine.now = Instant.parse("1970-01-01T00:03:00Z");
        says(Verdict.FAIL, "clock", "", "cannot be", "set the clock");
    }

    @Test
    void aClockThatWasSetBackShowsInTheFilesOfTheDataDirectory() throws Exception {
        Path log = Files.createDirectories(directory.resolve("data")).resolve("audit.log");
        Files.writeString(log, "");
        Files.setLastModifiedTime(log, FileTime.from(machine.now.plusSeconds(59)));
        says(Verdict.OK, "clock steps", "");
        Files.setLastModifiedTime(log, FileTime.from(machine.now.plusSeconds(3600)));
        says(Verdict.WARN, "clock steps", "", "audit.log", "2026-11-23T13:00:00Z", "set back");
    }

    @Test
    void dataDirectory() throws Exception {
        says(Verdict.OK, "data directory", "", "the first start makes it");
        Path data = Files.createDirectories(directory.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-x---"));
        says(Verdict.OK, "data directory", "", "may be written to");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwx---"));
        says(Verdict.WARN, "data directory", "", "chmod go-w " + data);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        machine.user = "somebody";
        says(Verdict.WARN, "data directory", "", "belongs to", "sudo -u");
        Files.writeString(directory.resolve("file"), "");
        says(Verdict.FAIL, "data directory", "data-dir: file", "is not a directory");
        says(Verdict.FAIL, "data directory", "data-dir: file/below", "cannot be made");
    }

    @Test
    void theStateIsReadAsAStartWouldAndNothingIsMade() throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        says(Verdict.OK, "state file", "", "none yet");
        assertThat(data).isEmptyDirectory();
        String yaml = "pool: {kind: memory, capacity: 1MiB}\nlisteners: [{port: 0}]\napi: {port: 0, socket: off}\n";
        TargetConfig config = TargetConfig.parse(yaml, directory.resolve("nvmevf.yaml"));
        try (Target target = Target.start(config)) {
            target.service().createVf(NewVirtualFunction.named("vf1"));
            says(Verdict.OK, "state file", yaml, "whole");
            assertThat(Doctor.isInUse(config)).isTrue();
        }
        assertThat(Doctor.isInUse(config)).isFalse();
        Path key = data.resolve("audit.key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        says(Verdict.FAIL, "state file", yaml, "audit.key", "chmod 600");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path state = data.resolve("state.json");
        Files.writeString(state, Files.readString(state).replace("vf1", "vf2"));
        says(Verdict.FAIL, "state file", yaml, "state.json", "backup");
    }

    @Test
    void keyFile() throws Exception {
        Path key = directory.resolve("kek");
        String yaml = "pool: {encryption: {key-file: kek}}";
        says(Verdict.FAIL, "key file", yaml, "cannot be read", "openssl rand -hex 32");
        Files.writeString(key, "0123456789abcdef".repeat(4));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        says(Verdict.FAIL, "key file", yaml, "mode 0640", "chmod 600");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        says(Verdict.OK, "key file", yaml);
        assertThat(find("key file", yaml).toString()).doesNotContain("0123456789abcdef");
    }

    @Test
    void socket() throws Exception {
        says(Verdict.OK, "API socket", "api: {socket: off}", "off");
        says(Verdict.FAIL, "API socket", "api: {socket: none/api.sock}", "cannot make a socket");
        says(Verdict.OK, "API socket", "api: {socket: api.sock}", "can be made");
        Files.writeString(directory.resolve("api.sock"), "");
        says(Verdict.FAIL, "API socket", "api: {socket: api.sock}", "is no socket");
    }

    @Test
    void disks() throws Exception {
        machine.disk = new Disk(100 * GIB, 9 * GIB, "ext4", Set.of("rw"));
        says(Verdict.WARN, "pool", "", "9 GiB of 100 GiB free", "before it is full");
        machine.disk = new Disk(100 * GIB, GIB, "ext4", Set.of("rw"));
        says(Verdict.FAIL, "pool", "", "write errors");
        machine.disk = new Disk(100 * GIB, 100 * MIB, "ext4", Set.of("rw"));
        says(Verdict.WARN, "data disk", "", "the audit log grows");
        machine.disk = new Disk(100 * GIB, MIB, "ext4", Set.of("rw"));
        says(Verdict.FAIL, "data disk", "", "nothing can be changed");
        machine.disk = new Disk(100 * GIB, 90 * GIB, "ext4", Set.of("ro"));
        says(Verdict.FAIL, "data disk", "", "read-only");
        says(Verdict.FAIL, "pool", "", "read-only");
        machine.disk = new Disk(100 * GIB, 90 * GIB, "tmpfs", Set.of("rw"));
        says(Verdict.WARN, "data disk", "", "lost with the machine's next start");
        says(Verdict.WARN, "pool", "", "lost with the machine's next start");
        machine.disk = new Disk(100 * GIB, 90 * GIB, "nfs4", Set.of("rw"));
        says(Verdict.WARN, "pool", "", "nfs4", "XFS");
        machine.disk = new Disk(100 * GIB, 90 * GIB, "ext4", Set.of("rw", "nobarrier"));
        says(Verdict.WARN, "pool", "", "Flush");
        says(Verdict.FAIL, "pool", "pool: {capacity: 200GiB}", "pool.capacity is 200 GiB");
        says(Verdict.WARN, "pool", "pool: {capacity: 200GiB, overcommit: true}", "Flush");
        says(Verdict.WARN, "pool", "pool: {kind: memory, capacity: 1GiB}", "lost when the target ends");
    }

    @Test
    void whatFilesCanDo() throws Exception {
        machine.features = new FileFeatures(false, true, true);
        says(Verdict.WARN, "pool files", "", "no sparse files");
        machine.features = new FileFeatures(true, false, true);
        says(Verdict.WARN, "pool files", "", "no holes");
        machine.features = new FileFeatures(true, true, false);
        says(Verdict.OK, "pool files", "", "no O_DIRECT");
        says(Verdict.FAIL, "pool files", "pool: {direct-io: true}", "pool.direct-io: false");
        machine.features = null;
        says(Verdict.FAIL, "pool files", "", "Permission denied");
    }

    @Test
    void devices() throws Exception {
        Path device = directory.resolve("disk");
        String yaml = "pool: {kind: block, devices: [" + device + "]}";
        says(Verdict.FAIL, "pool device", yaml, "is not there", "lsblk");
        Files.writeString(device, "");
        says(Verdict.OK, "pool device", yaml, "can be read and written");
        machine.files.put("/proc/self/mounts", "/dev/sda1 / ext4 rw 0 0\n" + device + " /mnt ext4 rw 0 0\n");
        says(Verdict.FAIL, "pool device", yaml, "is mounted");
    }

    @Test
    void ports() throws Exception {
        String check = "port 127.0.0.1:4420";
        says(Verdict.OK, check, "", "free", "only hosts on this machine");
        says(Verdict.OK, "port [::]:4420", "listeners: [{address: '::'}]");
        says(Verdict.OK, "port 127.0.0.1:0", "listeners: [{port: 0}]", "any");
        machine.ports.put(4420, Port.OCCUPIED);
        says(Verdict.FAIL, check, "", "ss -ltnp 'sport = :4420'");
        machine.ports.put(4420, Port.NO_SUCH_ADDRESS);
        says(Verdict.FAIL, check, "", "ip -br address");
        machine.ports.put(4420, Port.NOT_ALLOWED);
        says(Verdict.FAIL, check, "", "CAP_NET_BIND_SERVICE");
        machine.ports.put(4420, Port.NVME_TCP);
        says(Verdict.WARN, check, "", "--api");
        running = new Running(true, Set.of(4420));
        says(Verdict.OK, check, "", "the running target answers");
        running = new Running(true, Set.of(4421));
        says(Verdict.FAIL, check, "", "another NVMe/TCP target");
        machine.ports.put(4420, Port.FREE);
        says(Verdict.WARN, check, "", "restart the target");
    }

    @Test
    void portOfTheApi() throws Exception {
        String check = "port 127.0.0.1:9420 (API)";
        machine.ports.put(9420, Port.OCCUPIED);
        says(Verdict.FAIL, check, "", "ss -ltnp 'sport = :9420'");
        running = new Running(true, Set.of());
        says(Verdict.OK, check, "", "a target runs");
    }
}
