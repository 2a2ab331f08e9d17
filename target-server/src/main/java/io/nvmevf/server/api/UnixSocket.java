package io.nvmevf.server.api;

import io.nvmevf.server.config.ApiConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the Unix domain socket is, and how its file comes and goes. Who may do what over it is for {@link SocketUsers} to say. */
final class UnixSocket {
    static final String NAME = "api.sock";
    /** Where the CLI looks. Not made here: systemd's {@code RuntimeDirectory=nvmevf} does, or an operator. */
    static final Path RUN_DIRECTORY = Path.of("/run/nvmevf");

    private static final Logger LOG = LoggerFactory.getLogger(UnixSocket.class);

    /** {@code sun_path} of {@code struct sockaddr_un} holds 108 bytes with the NUL at the end (unix(7)). */
    private static final int MAX_PATH = 107;

    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_SOCKET = 0140000;

    private UnixSocket() {}

    /**
     * Chooses the path and makes it free: what a target that was killed left there is deleted.
     *
     * @return null if there is to be none
     * @throws IOException if the path that the configuration names cannot be used
     */
    static @Nullable Path prepare(ApiConfig.Socket config, Path dataDir, Path runDirectory) throws IOException {
        if (!config.enabled()) {
            return null;
        }
        if (config.path() != null) {
            Path path = config.path().toAbsolutePath();
            clear(path);
            return path;
        }
        Path run = runDirectory.resolve(NAME);
        if (Files.isDirectory(runDirectory) && Files.isWritable(runDirectory)) {
            try {
                clear(run);
                return run;
            } catch (IOException e) {
                LOG.warn("{}; the API's socket is in the data directory instead", e.getMessage());
            }
        }
        Path path = dataDir.toAbsolutePath().normalize().resolve(NAME);
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH) {
            LOG.warn(
                    "the API has no Unix domain socket: {} is longer than {} bytes; name a shorter one in api.socket, or off",
                    path,
                    MAX_PATH);
            return null;
        }
        clear(path);
        return path;
    }

    private static void clear(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE_MASK) != TYPE_SOCKET) {
            throw new IOException("the API's socket cannot be " + path
                    + ": something else is there; move it away, or set api.socket");
        }
        if (isListening(path)) {
            throw new IOException("the API's socket cannot be " + path
                    + ": another target listens there; stop it, or set api.socket to another path, or to off");
        }
        // (A target that did not end in order has left it.)
        Files.delete(path);
    }

    private static boolean isListening(Path path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return channel.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }

    /**
     * Decides who may open the socket, which was just bound.
     *
     * @return the number of its group
     * @throws IOException if the group that is configured does not exist, or this user may not give it to a file
     */
    static int open(ApiConfig.Socket config, Path path) throws IOException {
        String group = config.group();
        if (group != null) {
            try {
                Files.getFileAttributeView(path, PosixFileAttributeView.class)
                        .setGroup(path.getFileSystem()
                                .getUserPrincipalLookupService()
                                .lookupPrincipalByGroupName(group));
            } catch (IOException e) {
                throw new IOException(
                        "api.socket-group: the group '" + group + "' cannot be given to " + path + " (" + e
                                + "); name a group that exists and that the target's user is in",
                        e);
            }
        }
        Files.setPosixFilePermissions(
                path, PosixFilePermissions.fromString(config.namesUsers() ? "rw-rw-rw-" : "rw-rw----"));
        return (int) Files.getAttribute(path, "unix:gid");
    }
}
