package io.nvmevf.server.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads {@code api}. What others than this machine can reach needs tokens, and TLS so that nobody reads them on the way. */
final class ApiSection {
    /** {@code sun_path} of {@code struct sockaddr_un} holds 108 bytes with the NUL at the end (unix(7)). */
    static final int MAX_SOCKET_PATH = 107;

    private static final int MAX_USERS = 256;
    private static final String USER = "[A-Za-z_][A-Za-z0-9_.-]{0,63}[$]?|[0-9]{1,10}";

    private enum Authentication {
        OFF,
        REQUIRED
    }

    private ApiSection() {}

    /**
     * @param address the value of {@code address}, an IP address
     * @param path reads a path by its key; null if it is not there
     */
    static ApiConfig read(
            Section in, String address, boolean loopback, BiFunction<Section, String, @Nullable Path> path) {
        Authentication authentication =
                in.choice("authentication", loopback ? Authentication.OFF : Authentication.REQUIRED);
        boolean named = in.has("tls");
        ApiConfig.Tls tls = named ? tls(in.section("tls"), path) : null;
        if (!loopback && (!named || authentication == Authentication.OFF)) {
            in.error(
                    "address",
                    "is '" + address + "', which other machines may reach; allowed is that only with authentication:"
                            + " required and tls (certificate and key), or a loopback address such as 127.0.0.1 or ::1");
        }
        ApiConfig api = new ApiConfig(
                address,
                in.integer("port", 9420, 0, 65535),
                authentication == Authentication.REQUIRED,
                tls,
                socket(in, path));
        in.end();
        return api;
    }

    private static ApiConfig.@Nullable Tls tls(Section in, BiFunction<Section, String, @Nullable Path> path) {
        Path certificate = path.apply(in, "certificate");
        Path key = path.apply(in, "key");
        if (!in.has("certificate")) {
            in.error("certificate", "is missing; tls needs the PEM file of a certificate");
        }
        if (!in.has("key")) {
            in.error("key", "is missing; tls needs the PEM file of the certificate's private key");
        }
        in.end();
        return certificate == null || key == null ? null : new ApiConfig.Tls(certificate, key);
    }

    private static ApiConfig.Socket socket(Section in, BiFunction<Section, String, @Nullable Path> path) {
        Path file = path.apply(in, "socket");
        String group = in.text("socket-group", text -> text.matches(USER), "the name of a group");
        Section users = in.section("socket-users");
        List<String> operators = users(users, "operator");
        List<String> readers = users(users, "read-only");
        List<String> metrics = users(users, "metrics");
        users.end();
        boolean off = in.isText("socket", "off");
        if (off && (group != null || !operators.isEmpty() || !readers.isEmpty() || !metrics.isEmpty())) {
            in.error("socket", "is off, but socket-group or socket-users is there; allowed is one of both");
        }
        if (!off && file != null && file.toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH) {
            in.error(
                    "socket",
                    "is '" + file + "', which is too long for a Unix domain socket; allowed are " + MAX_SOCKET_PATH
                            + " bytes, or off");
        }
        return off ? ApiConfig.Socket.OFF : new ApiConfig.Socket(true, file, group, operators, readers, metrics);
    }

    private static List<String> users(Section in, String role) {
        return in.textsOrNone(role, MAX_USERS, text -> text.matches(USER), "the name or number of a user");
    }
}
