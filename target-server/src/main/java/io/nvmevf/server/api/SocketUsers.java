package io.nvmevf.server.api;

import io.nvmevf.server.config.ApiConfig;
import io.nvmevf.server.control.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the users of this machine may do over the Unix domain socket, by what the kernel says about who connected (SO_PEERCRED,
 * unix(7)): the user and the process at that moment.
 */
final class SocketUsers {
    private static final int ROOT = 0;
    private static final int SECONDS = 10;

    private final int self;
    private final Map<Integer, Role> roles = new HashMap<>();

    /** The group whose members are operators; null: none is. */
    private final @Nullable Integer group;

    /**
     * Looks the users up.
     *
     * @param socketGroup number of the group of the socket's file
     * @throws IOException if one does not exist
     */
    SocketUsers(ApiConfig.Socket config, int socketGroup) throws IOException {
        self = uid(Path.of("/proc/self"));
        group = config.group() == null ? null : socketGroup;
        // (The lowest role first: who is named twice has the higher one.)
        put(config.metrics(), Role.METRICS);
        put(config.readers(), Role.READ_ONLY);
        put(config.operators(), Role.OPERATOR);
        roles.put(ROOT, Role.OPERATOR);
        roles.put(self, Role.OPERATOR);
    }

    private void put(List<String> users, Role role) throws IOException {
        for (String user : users) {
            roles.put(lookUp(user), role);
        }
    }

    /**
     * What a user may do; null: nothing.
     *
     * @param pid the process that connected; asked for its groups, which SO_PEERCRED does not tell
     * @param gids groups that are known of it
     */
    @Nullable
    Role role(int uid, int pid, int[] gids) {
        Role role = roles.get(uid);
        if (role != null || group == null) {
            return role;
        }
        return Arrays.stream(gids).anyMatch(gid -> gid == group) || isMember(uid, pid, group) ? Role.OPERATOR : null;
    }

    /** Whether the process has this supplementary group. One that is gone, or is another user's by now, has none. */
    private static boolean isMember(int uid, int pid, int group) {
        try {
            boolean sameUser = false;
            boolean member = false;
            for (String line : Files.readAllLines(Path.of("/proc", Integer.toString(pid), "status"))) {
                List<String> words = List.of(line.split("\\s+"));
                if (line.startsWith("Uid:")) {
                    // (proc_pid_status(5): real, effective, saved set, file system.)
                    sameUser = words.size() > 2 && words.get(2).equals(Integer.toUnsignedString(uid));
                } else if (line.startsWith("Groups:")) {
                    member = words.contains(Integer.toUnsignedString(group));
                }
            }
            return sameUser && member;
        } catch (IOException e) {
            return false;
        }
    }

    /** What people call the user; null if that cannot be found out. */
    static @Nullable String name(int uid, int pid) {
        try {
            Path process = Path.of("/proc", Integer.toString(pid));
            String name = Files.getOwner(process).getName();
            // (The process may have ended, and its number be another's.)
            return uid(process) == uid && !name.equals(Integer.toUnsignedString(uid)) ? name : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static int uid(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:uid");
    }

    /** By id(1), which asks whatever knows the users of this machine; Java can only ask for the owners of files. */
    private static int lookUp(String user) throws IOException {
        if (user.chars().allMatch(Character::isDigit)) {
            return parse(user);
        }
        Process id =
                new ProcessBuilder("id", "-u", user).redirectErrorStream(true).start();
        try {
            id.getOutputStream().close();
            String answer = new String(id.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!id.waitFor(SECONDS, TimeUnit.SECONDS) || id.exitValue() != 0) {
                throw new IOException("api.socket-users: there is no user '" + user + "' (" + answer
                        + "); make it, or name another, or its number");
            }
            return parse(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            id.destroyForcibly();
        }
    }

    private static int parse(String uid) throws IOException {
        try {
            return Integer.parseUnsignedInt(uid);
        } catch (NumberFormatException e) {
            throw new IOException("api.socket-users: '" + uid + "' is no number of a user", e);
        }
    }
}
