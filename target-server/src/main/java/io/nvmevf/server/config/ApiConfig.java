package io.nvmevf.server.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code api}: REST API, web console and metrics. It can be asked over TCP and over a Unix domain socket.
 *
 * @param address {@code address}: an IP address, default 127.0.0.1. One that other machines reach only with {@code tls} and
 *     with authentication
 * @param port {@code port}: 0 to 65535, default 9420; 0 takes any that is free
 * @param authentication {@code authentication}: {@code off} or {@code required}. Whether who comes over TCP must have a token;
 *     without, everybody on this machine is an operator. Default: off on a loopback address, else required
 * @param tls {@code tls}: PEM files, {@code certificate} with those between it and its root, and {@code key} (PKCS #8, without a
 *     password). Changed files are taken over within seconds; default: none, and no TLS
 * @param socket {@code socket}: path of the Unix domain socket, or off; default: {@code /run/nvmevf/api.sock} if that directory is
 *     there and can be written to, else {@code api.sock} in the data directory. The kernel says who connects to it: root and the
 *     target's own user are operators, and the members of {@code socket-group}; {@code socket-users} lists others by name or
 *     number: {@code operator}, {@code read-only}, {@code metrics}
 */
public record ApiConfig(
        String address,
        int port,
        boolean authentication,
        @Nullable Tls tls,
        Socket socket) {

    /**
     * {@code tls}: PEM files. Changed files are taken over within seconds, for new connections.
     *
     * @param certificate {@code certificate}: the certificate, and those between it and its root
     * @param key {@code key}: its private key, PKCS #8, without a password
     */
    public record Tls(Path certificate, Path key) {}

    /**
     * The Unix domain socket. The kernel says who connects to it, so nobody needs a token: root and the user that the target
     * runs as are operators.
     *
     * @param enabled false with {@code socket: off}
     * @param path {@code socket}; null: {@code /run/nvmevf/api.sock} if that directory is there and can be written to, else
     *     {@code api.sock} in the data directory
     * @param group {@code socket-group}: the socket file's group, whose members are operators; null: the target's own group,
     *     of which only those named in {@code socket-users} may do something
     * @param operators {@code socket-users.operator}: names or numbers of users
     * @param readers {@code socket-users.read-only}
     * @param metrics {@code socket-users.metrics}
     */
    public record Socket(
            boolean enabled,
            @Nullable Path path,
            @Nullable String group,
            List<String> operators,
            List<String> readers,
            List<String> metrics) {

        /** No socket. */
        public static final Socket OFF = new Socket(false, null, null, List.of(), List.of(), List.of());
        /** Where it is by default, for root and the target's own user. */
        public static final Socket DEFAULT = new Socket(true, null, null, List.of(), List.of(), List.of());

        public Socket {
            operators = List.copyOf(operators);
            readers = List.copyOf(readers);
            metrics = List.copyOf(metrics);
        }

        /** Whether others than root, the target's user and the group may connect. */
        public boolean namesUsers() {
            return !operators.isEmpty() || !readers.isEmpty() || !metrics.isEmpty();
        }
    }
}
