package io.nvmevf.storage.block;

import io.nvmevf.storage.posix.NativePosix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which host device is whose, in memory and in a file that is replaced as a whole: temporary file, fsync, rename, fsync of the
 * directory. One line each, after a line that names the format:
 *
 * <pre>
 *   nvmevf-block-pool 1
 *   PREPARED|PERMANENT|RETIRED id bytes path-to-the-end-of-the-line
 * </pre>
 */
final class Assignments {

    enum State {
        PREPARED,
        PERMANENT,
        RETIRED
    }

    record Assignment(State state, String id, long bytes, Path device) {
        Assignment in(State other) {
            return new Assignment(other, id, bytes, device);
        }

        Assignment resized(long size) {
            return new Assignment(state, id, size, device);
        }
    }

    private static final String HEADER = "nvmevf-block-pool 1";
    private static final String NAME = "assignments";

    private final Path directory;
    private final Map<String, Assignment> byId = new TreeMap<>();

    /** @throws IOException if the file is damaged or of a newer format; it is never overwritten then */
    Assignments(Path directory) throws IOException {
        this.directory = directory;
        Path file = directory.resolve(NAME);
        if (!Files.exists(file)) {
            return;
        }
        int number = 0;
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            number++;
            if (number == 1) {
                if (!line.equals(HEADER)) {
                    throw new IOException(
                            file + " line 1: not \"" + HEADER + "\": damaged, or written by a newer version");
                }
                continue;
            }
            Assignment assignment = parse(line);
            if (assignment == null) {
                throw new IOException(file + " line " + number + " is damaged: \"" + line + "\"");
            }
            byId.put(assignment.id(), assignment);
        }
        if (number == 0) {
            throw new IOException(file + " is empty: damaged");
        }
    }

    private static @Nullable Assignment parse(String line) {
        String[] words = line.split(" ", 4);
        if (words.length != 4) {
            return null;
        }
        try {
            return new Assignment(State.valueOf(words[0]), words[1], Long.parseLong(words[2]), Path.of(words[3]));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Nullable
    Assignment get(String id) {
        return byId.get(id);
    }

    Collection<Assignment> all() {
        return byId.values();
    }

    boolean uses(Path device) {
        return byId.values().stream().anyMatch(a -> a.device().equals(device));
    }

    void put(Assignment assignment) throws IOException {
        Assignment before = byId.put(assignment.id(), assignment);
        try {
            save();
        } catch (IOException e) {
            restore(assignment.id(), before);
            throw e;
        }
    }

    void remove(String id) throws IOException {
        Assignment before = byId.remove(id);
        try {
            save();
        } catch (IOException e) {
            restore(id, before);
            throw e;
        }
    }

    private void restore(String id, @Nullable Assignment before) {
        if (before == null) {
            byId.remove(id);
        } else {
            byId.put(id, before);
        }
    }

    private void save() throws IOException {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        for (Assignment a : byId.values()) {
            text.append(a.state()).append(' ').append(a.id()).append(' ').append(a.bytes());
            text.append(' ').append(a.device()).append('\n');
        }
        Path temporary = directory.resolve(NAME + ".tmp");
        Files.writeString(
                temporary,
                text,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        Files.move(temporary, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        NativePosix.INSTANCE.fsyncDirectory(directory);
    }
}
