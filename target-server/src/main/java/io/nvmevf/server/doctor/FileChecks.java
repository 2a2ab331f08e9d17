package io.nvmevf.server.doctor;

import io.nvmevf.server.Target;
import io.nvmevf.server.config.ApiConfig;
import io.nvmevf.server.config.EncryptionConfig;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.storage.PoolException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is in files, and who may do what with them. */
final class FileChecks {
    private static final Set<PosixFilePermission> OTHERS_CHANGE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    /** A file of the data directory that is younger than now by more than this says that the clock was set back. */
    private static final Duration SET_BACK = Duration.ofMinutes(1);

    private static final Duration SOON = Duration.ofDays(14);
    private static final int SOCKET = 0140000;
    private static final int TYPE_MASK = 0170000;

    private final TargetConfig config;
    private final Machine machine;

    FileChecks(TargetConfig config, Machine machine) {
        this.config = config;
        this.machine = machine;
    }

    /** Whether a target has the data directory now. */
    boolean isInUse() {
        // (Not made: it would belong to who looks.)
        try (FileChannel channel = FileChannel.open(config.dataDir().resolve("lock"), StandardOpenOption.WRITE)) {
            return channel.tryLock() == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    List<Finding> all() {
        List<Finding> all = new ArrayList<>();
        all.add(dataDir());
        if (Files.exists(config.dataDir())) {
            all.add(state());
            all.add(times());
        }
        EncryptionConfig encryption = config.pool().encryption();
        if (encryption.keyFile() != null) {
            all.add(keyFile("key file", encryption.keyFile()));
        }
        if (encryption.previousKeyFile() != null) {
            all.add(keyFile("previous key file", encryption.previousKeyFile()));
        }
        all.add(socket());
        ApiConfig.Tls tls = config.api().tls();
        if (tls != null) {
            all.add(certificate(tls.certificate()));
            all.add(readable("private key", tls.key()));
        }
        return all;
    }

    private String asTarget() {
        return "let the target's user own it, and ask as that user (sudo -u USER nvmevf doctor); this was "
                + machine.user();
    }

    private Finding dataDir() {
        String check = "data directory";
        Path dir = config.dataDir();
        if (!Files.exists(dir)) {
            Path above = ThisMachine.existing(dir);
            return Files.isDirectory(above) && Files.isWritable(above)
                    ? Finding.ok(check, dir + " is not there yet; the first start makes it")
                    : Finding.fail(check, dir + " is not there, and cannot be made in " + above, asTarget());
        }
        if (!Files.isDirectory(dir)) {
            return Finding.fail(check, dir + " is not a directory", "name another one in data-dir");
        }
        if (!Files.isWritable(dir) || !Files.isExecutable(dir)) {
            return Finding.fail(check, "this user may not write to " + dir, asTarget());
        }
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(dir);
            if (permissions.stream().anyMatch(OTHERS_CHANGE::contains)) {
                return Finding.warn(
                        check,
                        dir + " may be changed by others than its owner (" + PosixFilePermissions.toString(permissions)
                                + ")",
                        "chmod go-w " + dir);
            }
            String owner = Files.getOwner(dir).getName();
            if (!owner.equals(machine.user())) {
                return Finding.warn(
                        check,
                        dir + " belongs to " + owner + ", and this is " + machine.user()
                                + ": what is said about files here holds for " + machine.user(),
                        "ask as the user that the target runs as: sudo -u " + owner + " nvmevf doctor");
            }
        } catch (IOException | UnsupportedOperationException e) {
            return Finding.warn(
                    check, dir + " does not say whose it is: " + e.getMessage(), "look at it: ls -ld " + dir);
        }
        return Finding.ok(check, dir + " is there, and may be written to");
    }

    private Finding state() {
        String check = "state file";
        Path file = config.dataDir().resolve("state.json");
        if (!Files.exists(file)) {
            return Finding.ok(check, "none yet; the first change makes it");
        }
        try {
            Target.readState(config);
            return audit();
        } catch (ControlException | PoolException e) {
            return Finding.fail(
                    check,
                    String.valueOf(e.getMessage()),
                    "if the message says nothing better: take the data directory from a backup; nothing is written over");
        }
    }

    /** The key that signs the audit log is the other secret that lies there. */
    private Finding audit() {
        String check = "state file";
        Path key = config.dataDir().resolve("audit.key");
        try {
            if (Files.exists(key) && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(key))) {
                return Finding.fail(
                        check,
                        "it can be read, but others than its owner may use " + key + ", which signs the audit log",
                        "chmod 600 " + key + ", and take the signatures since then for worth nothing");
            }
        } catch (IOException e) {
            return Finding.fail(check, key + " cannot be looked at: " + e, asTarget());
        }
        return Finding.ok(check, "it can be read, and is whole");
    }

    private Finding times() {
        String check = "clock steps";
        Instant now = machine.now();
        for (String name : List.of("state.json", "audit.log")) {
            Path file = config.dataDir().resolve(name);
            try {
                Instant written =
                        Files.exists(file) ? Files.getLastModifiedTime(file).toInstant() : Instant.MIN;
                if (written.isAfter(now.plus(SET_BACK))) {
                    return Finding.warn(
                            check,
                            file + " was written at " + written + ", which is to come: the clock was set back since",
                            "set the clock right; entries of the audit log have the time that the clock showed");
                }
            } catch (IOException e) {
                return Finding.warn(check, file + " cannot be looked at: " + e, asTarget());
            }
        }
        return Finding.ok(check, "no file of the data directory is from the future");
    }

    private static Finding keyFile(String check, Path file) {
        try {
            Target.checkKeyFile(file);
            return Finding.ok(check, file + " holds a key that only its owner may read");
        } catch (PoolException e) {
            return Finding.fail(
                    check,
                    String.valueOf(e.getMessage()),
                    "for a new data directory make one (umask 077; openssl rand -hex 32 > " + file
                            + "), for one that is in use restore it from its backup");
        }
    }

    private Finding socket() {
        String check = "API socket";
        ApiConfig.Socket socket = config.api().socket();
        if (!socket.enabled()) {
            return Finding.ok(check, "off");
        }
        Path file = socket.path();
        if (file == null) {
            return Finding.ok(check, "/run/nvmevf/api.sock if that directory is there, else in the data directory");
        }
        Path dir = file.toAbsolutePath().getParent();
        if (dir == null || !Files.isDirectory(dir) || !Files.isWritable(dir)) {
            return Finding.fail(
                    check,
                    "this user cannot make a socket in " + dir,
                    "make the directory for the target's user, or name another path in api.socket");
        }
        try {
            boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
            if (there
                    && ((int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE_MASK) != SOCKET) {
                return Finding.fail(check, file + " is there, and is no socket", "move it away, or name another path");
            }
        } catch (IOException e) {
            return Finding.warn(check, file + " cannot be looked at: " + e, asTarget());
        }
        return Finding.ok(check, file + " can be made");
    }

    private Finding certificate(Path file) {
        String check = "certificate";
        try (InputStream in = Files.newInputStream(file)) {
            X509Certificate first = null;
            for (var one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                first = first == null && one instanceof X509Certificate x509 ? x509 : first;
            }
            if (first == null) {
                return Finding.fail(check, file + " holds no certificate", "name a PEM file in api.tls.certificate");
            }
            Instant end = first.getNotAfter().toInstant();
            String what = file + " is valid until " + end;
            if (!end.isAfter(machine.now())) {
                return Finding.fail(
                        check, what + ", which is over", "renew it; a running target takes it over by itself");
            }
            return end.isAfter(machine.now().plus(SOON))
                    ? Finding.ok(check, what)
                    : Finding.warn(check, what, "renew it; a running target takes it over by itself");
        } catch (IOException | CertificateException e) {
            return Finding.fail(check, file + " cannot be read: " + e, "name a PEM file in api.tls.certificate");
        }
    }

    private Finding readable(String check, @Nullable Path file) {
        return file != null && Files.isReadable(file)
                ? Finding.ok(check, file + " can be read")
                : Finding.fail(check, file + " cannot be read", asTarget());
    }
}
