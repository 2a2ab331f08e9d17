package io.nvmevf.storage.crypt;

import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.PoolException.Reason;
import io.nvmevf.storage.PoolIds;
import io.nvmevf.storage.posix.Linux;
import io.nvmevf.storage.posix.NativePosix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of devices: a directory with one small file for each, {@code <id>.key} ({@link KeyFile}). Blocks; thread-safe; whatever
 * returned is durable. The directory is part of the data directory, whose lock keeps other processes out.
 *
 * <p>A key is destroyed by writing random bytes over its file, in place, and syncing that; only then is the file removed. A file system
 * that writes elsewhere (copy on write, a log) or a flash device may keep the old bytes: they are a wrapped key, worthless without the
 * key-encryption key. Destroying that one as well, after a rotation, ends the matter there too.
 *
 * <p>A key is replaced in steps, so that at each moment there is one: the new one is written as {@code <id>.key.new}; the old file gets a
 * second name, {@code <id>.key.old}; the new one is renamed over {@code <id>.key}; and the old one is destroyed. {@link #open} ends what
 * a crash has interrupted: a {@code .new} was never used and is destroyed; an {@code .old} that is the same file as the key loses that
 * name only; any other is destroyed.
 */
public final class KeyStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeyStore.class);
    private static final NativePosix POSIX = NativePosix.INSTANCE;
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final String KEY = ".key";
    private static final String FRESH = ".key.new";
    private static final String OLD = ".key.old";

    /** The points between which a crash can fall; tests stop there. */
    public enum Step {
        /** A new key's file is written, perhaps in part. */
        FRESH_WRITTEN,
        FRESH_SYNCED,
        /** The key that is being replaced has its second name. */
        OLD_LINKED,
        OLD_LINK_SYNCED,
        /** The new key is in its place. */
        RENAMED,
        RENAME_SYNCED,
        /** Random bytes are written over a key that is being destroyed. */
        OVERWRITTEN,
        OVERWRITE_SYNCED,
        REMOVED,
        REMOVAL_SYNCED
    }

    /** Called after each step. What it throws is passed on, and nothing is cleaned up. */
    @FunctionalInterface
    public interface Hook {
        Hook NONE = step -> {};

        void reached(Step step);
    }

    private final Path directory;
    private final Hook hook;

    /** The first one wraps; all unwrap. */
    private final List<KeyEncryptionKey> keks = new ArrayList<>();

    private KeyStore(Path directory, KeyEncryptionKey kek, @Nullable KeyEncryptionKey previous, Hook hook) {
        this.directory = directory;
        this.hook = hook;
        keks.add(kek);
        if (previous != null) {
            keks.add(previous);
        }
    }

    /**
     * Opens the directory, which is made (mode 0700) if it is missing.
     *
     * @param kek wraps from now on; owned
     * @param previous unwraps what it has wrapped, until {@link #rewrapAll} is through; owned
     */
    public static KeyStore open(Path directory, KeyEncryptionKey kek, @Nullable KeyEncryptionKey previous)
            throws PoolException {
        return open(directory, kek, previous, Hook.NONE);
    }

    /** @param hook for tests of crashes */
    public static KeyStore open(Path directory, KeyEncryptionKey kek, @Nullable KeyEncryptionKey previous, Hook hook)
            throws PoolException {
        KeyStore store = new KeyStore(directory.toAbsolutePath(), kek, previous, hook);
        try {
            store.makeDirectory();
            store.recover();
        } catch (IOException e) {
            throw store.io("cannot be used", e);
        }
        return store;
    }

    /** Durable at once: a key is not, as long as the directory that it is in may vanish. */
    private void makeDirectory() throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path parent = directory.getParent();
        if (parent != null) {
            POSIX.fsyncDirectory(parent);
        }
    }

    private synchronized void recover() throws IOException {
        for (String name : names()) {
            if (name.endsWith(FRESH)) {
                LOG.info("{}: removing {}, left over from a crash", this, name);
                destroy(directory.resolve(name));
            } else if (name.endsWith(OLD)) {
                LOG.info("{}: ending the destruction of {}, which a crash interrupted", this, name);
                destroyOld(name.substring(0, name.length() - OLD.length()));
            }
        }
    }

    private List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                names.add(String.valueOf(file.getFileName()));
            }
        }
        return names;
    }

    /** Whether there is a key for the device. */
    public synchronized boolean has(String id) {
        return Files.exists(path(id, KEY));
    }

    /**
     * Makes a key for a device that has none.
     *
     * @throws PoolException {@link Reason#EXISTS} if it has one
     */
    public synchronized void create(String id) throws PoolException {
        PoolIds.check(id);
        if (has(id)) {
            throw new PoolException(Reason.EXISTS, this + ": there is a key for " + id + " already");
        }
        try (DataKey key = DataKey.random()) {
            writeFresh(id, contentOf(id, key));
            rename(id);
        } catch (IOException e) {
            throw io("cannot make a key for " + id, e);
        }
    }

    /**
     * Reads a device's key, which the caller destroys when it is done.
     *
     * @throws PoolException {@link Reason#NOT_FOUND} if there is none, {@link Reason#INVALID} if it is wrapped by another key-encryption
     *     key or the file is damaged
     */
    public synchronized DataKey load(String id) throws PoolException {
        PoolIds.check(id);
        KeyFile file = read(id);
        if (!file.device().equals(id)) {
            throw new PoolException(
                    Reason.INVALID,
                    this + ": " + path(id, KEY) + " is the key of " + file.device()
                            + "; restore the right one from a backup");
        }
        for (KeyEncryptionKey kek : keks) {
            if (Arrays.equals(kek.idBytes(), file.kekId())) {
                byte[] bytes = kek.unwrap(file.wrapped());
                if (bytes == null || bytes.length != DataKey.LENGTH || DataKey.halvesAreEqual(bytes)) {
                    throw new PoolException(
                            Reason.INVALID, this + ": " + path(id, KEY) + " is damaged; restore it from a backup");
                }
                return new DataKey(bytes);
            }
        }
        throw new PoolException(
                Reason.INVALID,
                this + ": the key of " + id + " is wrapped by the key-encryption key "
                        + HexFormat.of().formatHex(file.kekId()) + ", not by "
                        + keks.getFirst().id()
                        + "; give the file of that one (as the previous one, while the key is being changed)");
    }

    private KeyFile read(String id) throws PoolException {
        Path path = path(id, KEY);
        try {
            return KeyFile.decode(Files.readAllBytes(path));
        } catch (NoSuchFileException e) {
            throw new PoolException(
                    Reason.NOT_FOUND,
                    this + ": there is no key for " + id + " (" + path
                            + "), so it cannot be decrypted; restore it from a"
                            + " backup, or erase the device, which gives it a new one",
                    e);
        } catch (KeyFile.DamagedException e) {
            throw new PoolException(
                    Reason.INVALID,
                    this + ": " + path + " is damaged: " + e.getMessage() + "; restore it from a backup",
                    e);
        } catch (IOException e) {
            throw io("cannot read the key of " + id, e);
        }
    }

    /** Gives a device a new key and destroys the old one, if it has one. After a crash there is one of the two. */
    public synchronized void renew(String id) throws PoolException {
        PoolIds.check(id);
        try (DataKey key = DataKey.random()) {
            replace(id, contentOf(id, key));
        } catch (IOException e) {
            throw io("cannot renew the key of " + id, e);
        }
    }

    /** Destroys a device's key; harmless if it has none. */
    public synchronized void destroy(String id) throws PoolException {
        PoolIds.check(id);
        try {
            destroyOld(id);
            destroy(path(id, FRESH));
            destroy(path(id, KEY));
        } catch (IOException e) {
            throw io("cannot destroy the key of " + id, e);
        }
    }

    /** Destroys all keys but those of the {@code known} ids. */
    public synchronized void sweep(Set<String> known) throws PoolException {
        try {
            for (String id : ids()) {
                if (!known.contains(id)) {
                    LOG.info("{}: destroying the key of {}, of which no device is left", this, id);
                    destroy(path(id, KEY));
                }
            }
        } catch (IOException e) {
            throw io("cannot be swept", e);
        }
    }

    /** Whether there are keys, and none of those that can be read is wrapped by a key-encryption key that is known here. */
    synchronized boolean isForeign() throws PoolException {
        boolean any = false;
        try {
            for (String id : ids()) {
                try {
                    byte[] kekId = read(id).kekId();
                    if (keks.stream().anyMatch(kek -> Arrays.equals(kek.idBytes(), kekId))) {
                        return false;
                    }
                    any = true;
                } catch (PoolException e) {
                    LOG.warn("{}", e.getMessage());
                }
            }
        } catch (IOException e) {
            throw io("cannot be read", e);
        }
        return any;
    }

    private Set<String> ids() throws IOException {
        Set<String> ids = new HashSet<>();
        for (String name : names()) {
            if (name.endsWith(KEY)) {
                ids.add(name.substring(0, name.length() - KEY.length()));
            }
        }
        return ids;
    }

    /**
     * Wraps all keys by {@code kek}; the data of the devices stays as it is, and open devices do not notice. Until all are through, the
     * earlier key-encryption keys are accepted too, so after a crash or an error it can be called again. At its end the earlier ones are
     * cleared.
     *
     * @param kek owned; may be the one that the store was opened with
     * @return how many were wrapped by another one
     * @throws PoolException if some could not be wrapped, which the message names; the others are
     */
    public synchronized int rewrapAll(KeyEncryptionKey kek) throws PoolException {
        if (!keks.getFirst().equals(kek)) {
            keks.addFirst(kek);
        }
        int wrapped = 0;
        List<String> failures = new ArrayList<>();
        try {
            for (String id : ids()) {
                try {
                    if (!Arrays.equals(read(id).kekId(), kek.idBytes())) {
                        try (DataKey key = load(id)) {
                            replace(id, contentOf(id, key));
                        }
                        wrapped++;
                    }
                } catch (PoolException e) {
                    failures.add(String.valueOf(e.getMessage()));
                }
            }
        } catch (IOException e) {
            throw io("cannot be wrapped anew", e);
        }
        if (!failures.isEmpty()) {
            throw new PoolException(
                    Reason.INVALID,
                    this + ": " + wrapped + " keys are wrapped anew, but not all:\n" + String.join("\n", failures));
        }
        while (keks.size() > 1) {
            keks.removeLast().close();
        }
        return wrapped;
    }

    private byte[] contentOf(String id, DataKey key) {
        KeyEncryptionKey kek = keks.getFirst();
        return new KeyFile(kek.idBytes(), id, key.wrappedBy(kek)).encode();
    }

    private void replace(String id, byte[] content) throws IOException {
        Path file = path(id, KEY);
        writeFresh(id, content);
        destroyOld(id); // of an earlier attempt that failed
        if (Files.exists(file)) {
            Files.createLink(path(id, OLD), file);
            hook.reached(Step.OLD_LINKED);
            // Before the rename: else a crash could keep the rename and lose the only name of what is to be destroyed.
            POSIX.fsyncDirectory(directory);
            hook.reached(Step.OLD_LINK_SYNCED);
        }
        rename(id);
        destroyOld(id);
    }

    private void writeFresh(String id, byte[] content) throws IOException {
        Path fresh = path(id, FRESH);
        Files.deleteIfExists(fresh); // of an earlier attempt that failed; never used
        POSIX.close(POSIX.open(fresh, Linux.O_RDWR | Linux.O_CREAT | Linux.O_EXCL, 0600));
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            write(channel, content);
            hook.reached(Step.FRESH_WRITTEN);
            channel.force(true);
        }
        hook.reached(Step.FRESH_SYNCED);
    }

    private void rename(String id) throws IOException {
        Files.move(path(id, FRESH), path(id, KEY), StandardCopyOption.ATOMIC_MOVE);
        hook.reached(Step.RENAMED);
        POSIX.fsyncDirectory(directory);
        hook.reached(Step.RENAME_SYNCED);
    }

    /** The old key, unless its file is still the key's: then only the second name goes. */
    private void destroyOld(String id) throws IOException {
        Path old = path(id, OLD);
        if (!Files.exists(old)) {
            return;
        }
        Path file = path(id, KEY);
        if (Files.exists(file) && Files.isSameFile(old, file)) {
            Files.delete(old);
            POSIX.fsyncDirectory(directory);
        } else {
            destroy(old);
        }
    }

    private void destroy(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            byte[] random = new byte[Math.max(KeyFile.LENGTH, Math.toIntExact(Math.min(channel.size(), 1 << 20)))];
            RANDOM.nextBytes(random);
            write(channel, random);
            hook.reached(Step.OVERWRITTEN);
            channel.force(true);
        }
        hook.reached(Step.OVERWRITE_SYNCED);
        Files.delete(file);
        hook.reached(Step.REMOVED);
        POSIX.fsyncDirectory(directory);
        hook.reached(Step.REMOVAL_SYNCED);
    }

    private static void write(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(content);
        while (left.hasRemaining()) {
            channel.write(left, left.position());
        }
    }

    private Path path(String id, String suffix) {
        return directory.resolve(id + suffix);
    }

    private PoolException io(String what, IOException e) {
        return new PoolException(Reason.IO, this + ": " + what + ": " + e, e);
    }

    /** Clears the key-encryption keys; the store is useless afterwards. */
    @Override
    public synchronized void close() {
        keks.forEach(KeyEncryptionKey::close);
    }

    @Override
    public String toString() {
        return "key store " + directory;
    }
}
