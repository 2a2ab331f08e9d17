package io.nvmevf.server.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The {@link TargetState} on disk: {@code state.json} in the data directory.
 *
 * <p>The file is replaced as a whole: written beside itself, synced, renamed over the old one, and the directory
 * synced. So at every moment it is the old or the new state. It carries a format version and a checksum; one that is
 * damaged, or newer than this program, stops the start and is never written over.
 *
 * <p>It holds the secrets of hosts, in the clear or sealed ({@link StateSecrets}). Nobody but its owner may ever open it, not
 * while it is being written either; one with secrets that others may open stops the start. What is wrong with it is said
 * without quoting it.
 *
 * <p>{@code lock} in the same directory is locked as long as this is open: two targets never share a directory.
 */
public final class StateFile implements AutoCloseable {
    static final String NAME = "state.json";
    static final String TEMPORARY = "state.json.new";
    static final String LOCK = "lock";
    static final int FORMAT_VERSION = 4;

    private static final JsonMapper JSON = StateJson.MAPPER;

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** The points between which a crash can fall; tests stop there. */
    enum Step {
        WRITTEN,
        SYNCED,
        RENAMED,
        DIRECTORY_SYNCED
    }

    /** Called after each step. */
    @FunctionalInterface
    interface Hook {
        Hook NONE = step -> {};

        void reached(Step step) throws IOException;
    }

    /** Saving failed after the rename: which of the two states a crash would bring back is not known. */
    static final class UncertainException extends IOException {
        UncertainException(IOException cause) {
            super(cause);
        }
    }

    private final Path directory;
    private final Path file;
    private final @Nullable FileChannel lock;
    private final Hook hook;
    private final StateSecrets secrets;
    private TargetState loaded;
    private boolean stale;

    private StateFile(Path directory, @Nullable FileChannel lock, StateSecrets secrets, Hook hook)
            throws ControlException {
        this.directory = directory;
        this.file = directory.resolve(NAME);
        this.lock = lock;
        this.secrets = secrets;
        this.hook = hook;
        this.loaded = load();
    }

    /** Opens the data directory, which is made if it is missing, and reads the state in it. */
    public static StateFile open(Path directory) throws ControlException {
        return open(directory, StateSecrets.plain());
    }

    /**
     * The same.
     *
     * @param secrets encrypts the secrets of hosts; taken over
     * @throws ControlException also if it cannot decrypt them
     */
    public static StateFile open(Path directory, StateSecrets secrets) throws ControlException {
        return open(directory, secrets, Hook.NONE);
    }

    /** Reads the state as a start would, and changes nothing: a target may use the directory meanwhile. */
    public static TargetState read(Path directory, StateSecrets secrets) throws ControlException {
        return new StateFile(directory, null, secrets, Hook.NONE).loaded;
    }

    static StateFile open(Path directory, Hook hook) throws ControlException {
        return open(directory, StateSecrets.plain(), hook);
    }

    private static StateFile open(Path directory, StateSecrets secrets, Hook hook) throws ControlException {
        FileChannel lock = null;
        try {
            Files.createDirectories(directory);
            lock = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock(lock, directory);
            return new StateFile(directory, lock, secrets, hook);
        } catch (IOException e) {
            closeQuietly(lock);
            throw new ControlException(
                    ControlException.Reason.IO,
                    "the data directory " + directory + " cannot be used: " + e
                            + "; check that it is a directory that this user may write to",
                    e);
        } catch (ControlException e) {
            closeQuietly(lock);
            throw e;
        }
    }

    private static void lock(FileChannel channel, Path directory) throws IOException, ControlException {
        @Nullable FileLock taken;
        try {
            taken = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            taken = null;
        }
        if (taken == null) {
            throw new ControlException(
                    ControlException.Reason.IN_USE,
                    "the data directory " + directory + " is used by another target; stop that one, or give this one"
                            + " a data-dir of its own");
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException ignored) {
                // The reason why it is closed matters more, and is being thrown.
            }
        }
    }

    /** The state that was read, or last saved. */
    TargetState state() {
        return loaded;
    }

    /** Whether secrets in the file are not encrypted as they shall be: they are with the next save. */
    boolean isStale() {
        return stale;
    }

    /** The target's own identity: read from the directory, or made for a new one and durable with the first save. */
    public UUID uuid() {
        return loaded.uuid();
    }

    /** Ids of the namespaces that are not encrypted, as they were read. */
    public Set<String> unencrypted() {
        return loaded.namespaces().stream()
                .filter(ns -> !ns.encrypted())
                .map(Namespace::id)
                .collect(Collectors.toUnmodifiableSet());
    }

    private TargetState load() throws ControlException {
        byte[] bytes;
        try {
            if (!Files.exists(file)) {
                return TargetState.empty(UUID.randomUUID());
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ControlException(ControlException.Reason.IO, file + " cannot be read: " + e, e);
        }
        try {
            JsonNode root = JSON.readTree(bytes);
            int version = root.path("formatVersion").asInt(-1);
            if (version > FORMAT_VERSION) {
                throw new ControlException(
                        ControlException.Reason.INVALID,
                        file + " has format version " + version + ", this nvmevf knows up to " + FORMAT_VERSION
                                + "; start the newer nvmevf that wrote it. The file was left as it is.");
            }
            if (version < 1) {
                throw damaged("formatVersion is missing", null);
            }
            JsonNode state = root.path("state");
            String checksum = root.path("crc32c").asText();
            if (!checksum.equals(crc32c(state))) {
                throw damaged("the checksum does not match", null);
            }
            StateSecrets.Opened opened = secrets.open(migrated(state, version));
            TargetState result = JSON.treeToValue(opened.state(), TargetState.class);
            stale = opened.isStale();
            result.check();
            checkPrivate(result);
            return result;
        } catch (StateSecrets.SealedException e) {
            throw new ControlException(
                    ControlException.Reason.INVALID, file + " " + e.getMessage() + ". The file was left as it is.");
        } catch (JsonProcessingException e) {
            throw damaged(StateJson.reason(e), null);
        } catch (IOException | IllegalArgumentException | NullPointerException e) {
            // (Records refuse null where a value is missing.)
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    /** Such as a copy of it that was put back. */
    private void checkPrivate(TargetState state) throws IOException, ControlException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!(state.hostKeys().isEmpty() && state.tlsKeys().isEmpty()) && !OWNER_ONLY.containsAll(permissions)) {
            throw new ControlException(
                    ControlException.Reason.INVALID,
                    file + " holds secrets of hosts, and others than its owner may use it ("
                            + PosixFilePermissions.toString(permissions) + "); run: chmod 600 " + file
                            + ". If somebody may have read it, give the hosts new secrets");
        }
    }

    private static JsonNode migrated(JsonNode state, int version) throws IOException {
        JsonNode second = version == 1 ? StateFormat1.migrated(state) : state;
        JsonNode third = version <= 2 ? StateFormat2.migrated(second) : second;
        return version <= 3 ? StateFormat3.migrated(third) : third;
    }

    private ControlException damaged(String why, @Nullable Throwable cause) {
        String message =
                file + " is damaged (" + why + "); put back a copy of it from a backup. The file was left as it"
                        + " is, and nothing was started, so that no namespace is lost.";
        return cause == null
                ? new ControlException(ControlException.Reason.IO, message)
                : new ControlException(ControlException.Reason.IO, message, cause);
    }

    /**
     * Makes a state durable.
     *
     * @throws UncertainException if it may or may not be durable
     * @throws IOException if the old state still holds
     */
    void save(TargetState next) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        JsonNode state = JSON.valueToTree(next);
        root.put("formatVersion", FORMAT_VERSION);
        secrets.seal(state);
        root.put("crc32c", crc32c(state));
        root.set("state", state);
        Path temporary = directory.resolve(TEMPORARY);
        // (One that a crash left may be anybody's to read.)
        Files.deleteIfExists(temporary);
        try (FileChannel out = FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(root));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            hook.reached(Step.WRITTEN);
            out.force(true);
            hook.reached(Step.SYNCED);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try {
            hook.reached(Step.RENAMED);
            try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
                entries.force(true);
            }
            hook.reached(Step.DIRECTORY_SYNCED);
        } catch (IOException e) {
            throw new UncertainException(e);
        }
        loaded = next;
        stale = false;
    }

    /** Over the compact form, so that white space does not matter. */
    private static String crc32c(JsonNode state) {
        CRC32C crc = new CRC32C();
        crc.update(state.toString().getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }

    /** Lets another target have the directory. */
    @Override
    public void close() {
        closeQuietly(lock);
    }
}
