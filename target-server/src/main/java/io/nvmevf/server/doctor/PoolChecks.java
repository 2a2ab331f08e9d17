package io.nvmevf.server.doctor;

import static io.nvmevf.server.doctor.HostChecks.shown;

import io.nvmevf.server.config.PoolConfig;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.doctor.Machine.Disk;
import io.nvmevf.server.doctor.Machine.FileFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What data is stored in: file systems and block devices. */
final class PoolChecks {
    /** What is there after a restart of the machine, and where a flush means that it is. */
    private static final Set<String> VOLATILE = Set.of("tmpfs", "ramfs");

    private static final Set<String> REMOTE = Set.of(
            "nfs", "nfs4", "cifs", "smb3", "9p", "fuse", "fuseblk", "fuse.sshfs", "virtiofs", "overlay", "vboxsf");
    private static final Set<String> NO_BARRIER = Set.of("nobarrier", "barrier=0");

    private final TargetConfig config;
    private final Machine machine;

    PoolChecks(TargetConfig config, Machine machine) {
        this.config = config;
        this.machine = machine;
    }

    List<Finding> all() {
        List<Finding> all = new ArrayList<>();
        all.add(dataDisk());
        PoolConfig pool = config.pool();
        switch (pool.kind()) {
            case MEMORY ->
                all.add(Finding.warn(
                        "pool",
                        "in memory: all namespaces are lost when the target ends",
                        "set pool.kind: file or block for data that stays"));
            case FILE -> {
                Path path = pool.path() == null ? config.dataDir().resolve("pool") : pool.path();
                all.add(filePool(path, pool));
                all.add(features(path, pool));
            }
            case BLOCK -> pool.devices().forEach(device -> all.add(device(device)));
        }
        return all;
    }

    /** The state is small, but without room for it nothing can be changed any more. */
    private Finding dataDisk() {
        String check = "data disk";
        try {
            Disk disk = machine.disk(config.dataDir());
            String what = config.dataDir() + " is on " + disk.type() + " with " + shown(disk.usable()) + " free";
            if (disk.options().contains("ro")) {
                return Finding.fail(
                        check, what + ", which is read-only", "mount it for writing, or name another data-dir");
            }
            if (disk.usable() < 16L << 20) {
                return Finding.fail(
                        check, what, "make room: without it nothing can be changed, and nothing is audited");
            }
            if (VOLATILE.contains(disk.type())) {
                return Finding.warn(
                        check, what + ": the state is lost with the machine's next start", "name a data-dir on a disk");
            }
            return disk.usable() < 256L << 20
                    ? Finding.warn(check, what, "make room: the audit log grows with each change")
                    : Finding.ok(check, what);
        } catch (IOException e) {
            return Finding.fail(
                    check, "the file system of " + config.dataDir() + " cannot be looked at: " + e, "mount it");
        }
    }

    private Finding filePool(Path path, PoolConfig pool) {
        String check = "pool";
        try {
            Disk disk = machine.disk(path);
            String what = path + " is on " + disk.type() + " with " + shown(disk.usable()) + " of "
                    + shown(disk.total()) + " free";
            if (disk.options().contains("ro")) {
                return Finding.fail(check, what + ", and read-only", "mount it for writing, or name another pool.path");
            }
            if (pool.capacity() > disk.total() && !pool.overcommit()) {
                return Finding.fail(
                        check,
                        what + ", and pool.capacity is " + shown(pool.capacity()),
                        "lower pool.capacity, or set pool.overcommit: true and watch the free space");
            }
            if (VOLATILE.contains(disk.type())) {
                return Finding.warn(
                        check, what + ": all data is lost with the machine's next start", "name a pool.path on a disk");
            }
            if (REMOTE.contains(disk.type())) {
                return Finding.warn(
                        check,
                        what + ": holes, O_DIRECT and flushes may not do there what they do on a disk",
                        "use ext4 or XFS on a local disk, or pool.kind: block");
            }
            if (disk.options().stream().anyMatch(NO_BARRIER::contains)) {
                return Finding.warn(
                        check,
                        what + ", mounted without barriers: a guest's Flush does not reach the disk",
                        "mount it without nobarrier and barrier=0");
            }
            if (disk.usable() < disk.total() / 50) {
                return Finding.fail(check, what, "make room: guests get write errors when it is full");
            }
            return disk.usable() < disk.total() / 10
                    ? Finding.warn(check, what, "make room, or delete namespaces, before it is full")
                    : Finding.ok(check, what);
        } catch (IOException e) {
            return Finding.fail(check, "the file system of " + path + " cannot be looked at: " + e, "mount it");
        }
    }

    private Finding features(Path path, PoolConfig pool) {
        String check = "pool files";
        Path directory = ThisMachine.existing(path);
        try {
            FileFeatures features = machine.tryOut(directory);
            List<String> missing = new ArrayList<>();
            if (!features.sparse()) {
                missing.add("no sparse files: each namespace takes all of its size at once");
            }
            if (!features.punchHole()) {
                missing.add("no holes: what a guest deallocates stays taken, and erasing writes zeros instead");
            }
            String direct = features.direct() ? "" : "no O_DIRECT";
            if (pool.directIo() && !features.direct()) {
                return Finding.fail(
                        check, "no O_DIRECT in " + directory, "set pool.direct-io: false, or name another pool.path");
            }
            if (missing.isEmpty()) {
                return Finding.ok(
                        check,
                        "sparse files and holes" + (direct.isEmpty() ? " and O_DIRECT" : ", " + direct) + " in "
                                + directory);
            }
            return Finding.warn(check, directory + ": " + String.join("; ", missing), "use ext4 or XFS");
        } catch (IOException e) {
            return Finding.fail(
                    check,
                    "no file can be made in " + directory + ": " + e,
                    "let the target's user own it, and ask as that user; this was " + machine.user());
        }
    }

    private Finding device(Path device) {
        String check = "pool device";
        if (!Files.exists(device)) {
            return Finding.fail(check, device + " is not there", "attach it, or correct pool.devices: lsblk -p");
        }
        if (!Files.isReadable(device) || !Files.isWritable(device)) {
            return Finding.fail(
                    check,
                    machine.user() + " may not read and write " + device,
                    "give the target's user the device (a udev rule, or the group disk)");
        }
        String mounts = machine.read("/proc/self/mounts");
        boolean mounted = mounts != null && mounts.lines().anyMatch(line -> line.startsWith(device + " "));
        return mounted
                ? Finding.fail(check, device + " is mounted", "unmount it: a target takes all of the device for itself")
                : Finding.ok(check, device + " can be read and written");
    }
}
