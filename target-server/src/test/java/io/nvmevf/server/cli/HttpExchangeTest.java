package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Responses of servers that are not ours, or end early. */
class HttpExchangeTest {
    private ServerSocket server;

    @BeforeEach
    void listen() throws Exception {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    /** Answers the next request with these bytes and closes; the future has the request's head. */
    private CompletableFuture<String> serve(String response) {
        CompletableFuture<String> request = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try (Socket socket = server.accept()) {
                StringBuilder head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    head.append((char) socket.getInputStream().read());
                }
                socket.getOutputStream().write(response.getBytes(StandardCharsets.ISO_8859_1));
                request.complete(head.toString());
            } catch (IOException e) {
                request.completeExceptionally(e);
            }
        });
        return request;
    }

    private HttpExchange send() throws IOException {
        return HttpExchange.send(
                new ApiAddress.Remote("127.0.0.1", server.getLocalPort(), "/prefix", null), "GET", "/x?y=z", "t", null);
    }

    private String body() throws IOException {
        try (HttpExchange exchange = send()) {
            return exchange.status() + " " + new String(exchange.body().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void asksForWhatIsWanted() throws Exception {
        CompletableFuture<String> request = serve("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(body()).isEqualTo("204 ");
        assertThat(request.get(10, TimeUnit.SECONDS))
                .startsWith("GET /prefix/x?y=z HTTP/1.1\r\nHost: 127.0.0.1:" + server.getLocalPort() + "\r\n")
                .contains("\r\nAuthorization: Bearer t\r\n", "\r\nConnection: close\r\n");
    }

    @Test
    void readsABodyOfEveryKind() throws Exception {
        serve("HTTP/1.1 200 OK\r\ncontent-LENGTH:  3 \r\n\r\nabcdef");
        assertThat(body()).isEqualTo("200 abc");
        String chunks = "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
        serve("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
        assertThat(body()).isEqualTo("404 abc0123456789");
        serve("""
                HTTP/1.0 200 OK

                until the end""");
        assertThat(body()).isEqualTo("200 until the end");
    }

    @Test
    void noticesWhatIsCutOff() {
        for (String response : new String[] {
            "",
            "HTTP/1.1 200",
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        }) {
            serve(response);
            assertThatThrownBy(this::body).as(response).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void refusesWhatIsNoHttp() {
        for (String response : new String[] {
            "SSH-2.0-OpenSSH_9.6\r\n",
            "HTTP/2 200\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: " + "x".repeat(10_000) + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\n" + ("X: " + "x".repeat(1000) + "\r\n").repeat(100) + "\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n"
        }) {
            serve(response);
            assertThatThrownBy(this::body).as(response).isInstanceOf(ProtocolException.class);
        }
    }
}
