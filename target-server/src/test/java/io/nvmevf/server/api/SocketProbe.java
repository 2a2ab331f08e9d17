package io.nvmevf.server.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A program for a process of another user: sends a request over a Unix domain socket and prints what comes back. It uses nothing but
 * the JDK, so that this one class file is all that the other user must be able to read.
 */
final class SocketProbe {
    private SocketProbe() {}

    /**
     * @param args path of the socket, method, path of the request
     */
    public static void main(String[] args) throws IOException {
        System.out.print(ask(args[0], args[1], args[2]));
    }

    static String ask(String socket, String method, String path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            String body = method.equals("GET") ? "" : "{}";
            channel.write(ByteBuffer.wrap((method + " " + path + " HTTP/1.1\r\nHost: any\r\nConnection: close\r\n"
                            + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.US_ASCII)));
            return response(Channels.newInputStream(channel));
        }
    }

    /** Not until the end of the connection, which the server lets wait. */
    private static String response(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        String lower = head.toString().toLowerCase(Locale.ROOT);
        int length = lower.indexOf("content-length: ");
        return length < 0
                ? head.toString()
                : head
                        + new String(
                                in.readNBytes(
                                        Integer.parseInt(lower.substring(length + 16, lower.indexOf('\r', length)))),
                                StandardCharsets.UTF_8);
    }
}
