package io.nvmevf.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Where the API is. */
sealed interface ApiAddress {
    /** Where a target's socket is if it is made for all of the machine. */
    Path SYSTEM_SOCKET = Path.of("/run/nvmevf/api.sock");

    String DEFAULT_URL = "http://127.0.0.1:9420";
    String UNIX = "unix:";

    /** The Unix domain socket of a target on this machine. */
    record Local(Path socket) implements ApiAddress {
        @Override
        public String toString() {
            return UNIX + socket;
        }
    }

    /**
     * Over TCP.
     *
     * @param prefix of all paths; "" or {@code /…} without a slash at the end
     * @param tls null: plain HTTP
     */
    record Remote(
            String host, int port, String prefix, @Nullable SSLContext tls) implements ApiAddress {
        /** Whether nobody else can read what is sent there. */
        boolean isPrivate() {
            try {
                return tls != null || InetAddress.getByName(host).isLoopbackAddress();
            } catch (UnknownHostException e) {
                return false;
            }
        }

        @Override
        public String toString() {
            return (tls == null ? "http://" : "https://") + (host.contains(":") ? "[" + host + "]" : host) + ":" + port
                    + prefix;
        }
    }

    /**
     * Reads what was given, or chooses: the machine's socket if it is there, else {@value #DEFAULT_URL}.
     *
     * @param given {@code unix:PATH}, or an http or https URL; null: nothing
     * @param caFile PEM certificates by which a target over https is trusted, instead of Java's own; null: those
     */
    static ApiAddress of(@Nullable String given, @Nullable Path caFile, Path systemSocket) throws CliException {
        if (given == null || given.isEmpty()) {
            return Files.exists(systemSocket) ? new Local(systemSocket) : parse(DEFAULT_URL, caFile);
        }
        return given.startsWith(UNIX) ? new Local(Path.of(given.substring(UNIX.length()))) : parse(given, caFile);
    }

    private static ApiAddress parse(String url, @Nullable Path caFile) throws CliException {
        try {
            URI uri = URI.create(url);
            String host = uri.getHost();
            String scheme = uri.getScheme();
            boolean tls = "https".equals(scheme);
            if (host == null || !(tls || "http".equals(scheme))) {
                throw new IllegalArgumentException("no http URL");
            }
            String path = uri.getRawPath() == null ? "" : uri.getRawPath();
            return new Remote(
                    host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                    uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80,
                    path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
                    tls ? trusting(caFile) : null);
        } catch (IllegalArgumentException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    "'" + url + "' is no address of an API; give one such as " + DEFAULT_URL
                            + ", https://HOST:9420 or unix:/run/nvmevf/api.sock with --api or NVMEVF_API",
                    e);
        }
    }

    private static SSLContext trusting(@Nullable Path caFile) throws CliException {
        try {
            if (caFile == null) {
                return SSLContext.getDefault();
            }
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            try (InputStream in = Files.newInputStream(caFile)) {
                for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    trusted.setCertificateEntry("ca-" + trusted.size(), one);
                }
            }
            if (trusted.size() == 0) {
                throw new CliException(ExitCode.USAGE, "--ca-file: " + caFile + " holds no certificate");
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    caFile == null
                            ? "Java's own certificates cannot be used: " + e
                            : "--ca-file: " + caFile + " cannot be read as PEM certificates: " + e,
                    e);
        }
    }
}
