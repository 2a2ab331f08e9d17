package io.nvmevf.server.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, over a connection of its own: HTTP/1.1 (RFC 9112), as much of it as the API speaks.
 *
 * <p>Java's own client cannot connect to a Unix domain socket. Armeria's can, but takes 2.2 s of a cold JVM for one GET, where
 * Java's takes 0.8 s and these lines 0.2 s (2 cores). So it is a request with {@code Connection: close}, and a response whose body has a
 * length, is chunked, or ends with the connection.
 */
final class HttpExchange implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** Until the headers of the response; operations are waited for up to a minute. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(3);
    /** Bytes of status line and headers together. */
    private static final int MAX_HEAD = 64 << 10;

    private static final int MAX_LINE = 8 << 10;

    private final AutoCloseable connection;
    private final int status;
    private final InputStream body;

    private HttpExchange(AutoCloseable connection, int status, InputStream body) {
        this.connection = connection;
        this.status = status;
        this.body = body;
    }

    /**
     * Sends a request and waits for the head of its response.
     *
     * @param path with its query
     * @param token for the Authorization header; null: none
     * @param json the body; null: none
     * @throws IOException if nobody answers, or what answers is no HTTP server
     */
    static HttpExchange send(ApiAddress to, String method, String path, @Nullable String token, byte @Nullable [] json)
            throws IOException {
        return switch (to) {
            case ApiAddress.Local local -> {
                SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(local.socket()));
                yield exchange(
                        channel,
                        Channels.newInputStream(channel),
                        Channels.newOutputStream(channel),
                        head(method, path, "localhost", token, json),
                        json);
            }
            case ApiAddress.Remote remote -> {
                Socket socket = connect(remote);
                String host = remote.host().contains(":") ? "[" + remote.host() + "]" : remote.host();
                yield exchange(
                        socket,
                        socket.getInputStream(),
                        socket.getOutputStream(),
                        head(method, remote.prefix() + path, host + ":" + remote.port(), token, json),
                        json);
            }
        };
    }

    private static Socket connect(ApiAddress.Remote remote) throws IOException {
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(remote.host(), remote.port()), (int) CONNECT_TIMEOUT.toMillis());
            if (remote.tls() == null) {
                return plain;
            }
            plain.setSoTimeout((int) CONNECT_TIMEOUT.toMillis());
            SSLSocket tls =
                    (SSLSocket) remote.tls().getSocketFactory().createSocket(plain, remote.host(), remote.port(), true);
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            plain.setSoTimeout(0);
            return tls;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private static String head(
            String method, String path, String host, @Nullable String token, byte @Nullable [] json) {
        return method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\nAccept: */*\r\n"
                + (token == null ? "" : "Authorization: Bearer " + token + "\r\n")
                + (json == null ? "" : "Content-Type: application/json\r\nContent-Length: " + json.length + "\r\n")
                + "\r\n";
    }

    private static HttpExchange exchange(
            AutoCloseable connection, InputStream in, OutputStream out, String head, byte @Nullable [] json)
            throws IOException {
        // (A socket channel has no timeout of its own: whoever waits is woken by its end.)
        CompletableFuture<Void> answered = new CompletableFuture<>();
        answered.copy().orTimeout(ANSWER_TIMEOUT.toSeconds(), TimeUnit.SECONDS).whenComplete((ok, timeout) -> {
            if (timeout != null) {
                closeQuietly(connection);
            }
        });
        try {
            byte[] start = head.getBytes(StandardCharsets.UTF_8);
            byte[] all = new byte[start.length + (json == null ? 0 : json.length)];
            System.arraycopy(start, 0, all, 0, start.length);
            if (json != null) {
                System.arraycopy(json, 0, all, start.length, json.length);
            }
            out.write(all);
            out.flush();
            InputStream buffered = new BufferedInputStream(in);
            int status;
            Map<String, String> headers;
            do {
                headers = new HashMap<>();
                status = head(buffered, headers);
            } while (status / 100 == 1);
            return new HttpExchange(connection, status, body(status, headers, buffered));
        } catch (IOException | RuntimeException e) {
            closeQuietly(connection);
            throw e;
        } finally {
            answered.complete(null);
        }
    }

    /** Reads status line and headers; returns the status. */
    private static int head(InputStream in, Map<String, String> headers) throws IOException {
        String first = line(in);
        if (!first.matches("HTTP/1\\.[01] [1-9][0-9]{2}( .*)?")) {
            throw new ProtocolException("what answers speaks no HTTP/1.1");
        }
        int size = first.length();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            size += line.length();
            int colon = line.indexOf(':');
            if (colon <= 0 || size > MAX_HEAD) {
                throw new ProtocolException("what answers speaks no HTTP/1.1: a bad header");
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return Integer.parseInt(first.substring(9, 12));
    }

    /** A line without its end. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended in the middle of a response");
            }
            if (line.size() >= MAX_LINE) {
                throw new ProtocolException("what answers speaks no HTTP/1.1: an endless line");
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static InputStream body(int status, Map<String, String> headers, InputStream in) throws IOException {
        if (status == 204 || status == 304) {
            return InputStream.nullInputStream();
        }
        String coding = headers.get("transfer-encoding");
        if (coding != null) {
            if (!coding.equalsIgnoreCase("chunked")) {
                throw new ProtocolException("the response has the unknown coding " + coding);
            }
            return new Chunks(in);
        }
        String length = headers.get("content-length");
        return length == null ? in : new Bounded(in, parse(length, 10));
    }

    private static long parse(String number, int radix) throws ProtocolException {
        try {
            long value = Long.parseLong(number, radix);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The same as one that is negative.
        }
        throw new ProtocolException("the response has a bad length");
    }

    int status() {
        return status;
    }

    /** Ends with the body; closed with this. */
    InputStream body() {
        return body;
    }

    @Override
    public void close() {
        closeQuietly(connection);
    }

    private static void closeQuietly(AutoCloseable connection) {
        try {
            connection.close();
        } catch (Exception e) {
            // All that counts was read, or is reported already.
        }
    }

    /** So many bytes, and no fewer. */
    private static final class Bounded extends InputStream {
        private final InputStream in;
        private long left;

        Bounded(InputStream in, long left) {
            this.in = in;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = in.read(bytes, offset, (int) Math.min(count, left));
            if (read < 0) {
                throw new EOFException("the connection ended in the middle of a response");
            }
            left -= read;
            return read;
        }
    }

    /** RFC 9112, section 7.1. */
    private static final class Chunks extends InputStream {
        private final InputStream in;
        private long left;
        private boolean first = true;
        private boolean end;

        Chunks(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (left == 0 && !end) {
                next();
            }
            if (end) {
                return -1;
            }
            int read = in.read(bytes, offset, (int) Math.min(count, left));
            if (read < 0) {
                throw new EOFException("the connection ended in the middle of a response");
            }
            left -= read;
            return read;
        }

        private void next() throws IOException {
            if (!first && !line(in).isEmpty()) {
                throw new ProtocolException("a chunk of the response does not end where it should");
            }
            first = false;
            String size = line(in);
            int extension = size.indexOf(';');
            left = parse((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
            if (left == 0) {
                end = true;
                while (!line(in).isEmpty()) {
                    // Trailers say nothing that matters.
                }
            }
        }
    }
}
