package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.server.config.ApiConfig;
import io.nvmevf.server.control.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API over TLS. */
class TlsTest {
    @TempDir
    Path directory;

    private TestCertificate one;
    private Path certificate;
    private Path key;

    @BeforeEach
    void makeFiles() throws Exception {
        one = TestCertificate.make(directory, "one");
        certificate = directory.resolve("cert.pem");
        key = directory.resolve("key.pem");
        install(one, 1);
    }

    /** Puts it where the target reads it, as if at another time than the one before. */
    private void install(TestCertificate made, int second) throws Exception {
        Files.copy(made.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(made.key(), key, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.setLastModifiedTime(certificate, FileTime.fromMillis(1000L * second));
        Files.setLastModifiedTime(key, FileTime.fromMillis(1000L * second));
    }

    private ApiConfig config() {
        return new ApiConfig("127.0.0.1", 0, true, new ApiConfig.Tls(certificate, key), ApiConfig.Socket.OFF);
    }

    private static HttpResponse<String> get(TestApi api, TestCertificate trusted, String token) throws Exception {
        try (HttpClient http =
                HttpClient.newBuilder().sslContext(trusted.trust()).build()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create(api.url() + "/v1/pf"))
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    @Test
    void servesATokenOverTlsAndNothingInTheClear() throws Exception {
        try (TestApi api = new TestApi(directory, config())) {
            String token = api.makeToken("t", Role.READ_ONLY);
            HttpResponse<String> answer = get(api, one, token);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
            try (Socket plain = new Socket(
                    InetAddress.getLoopbackAddress(), api.server().address().getPort())) {
                plain.getOutputStream()
                        .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(plain.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .doesNotContain("200");
            }
        }
    }

    @Test
    void speaksTls12ButNothingOlder() throws Exception {
        try (TestApi api = new TestApi(directory, config())) {
            assertThat(handshake(api, "TLSv1.2")).isEqualTo("TLSv1.2");
            assertThatThrownBy(() -> handshake(api, "TLSv1.1")).isInstanceOf(SSLHandshakeException.class);
        }
    }

    private String handshake(TestApi api, String protocol) throws Exception {
        SSLContext context = one.trust();
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(
                        InetAddress.getLoopbackAddress(), api.server().address().getPort())) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            return socket.getSession().getProtocol();
        }
    }

    private X509Certificate served(TestApi api, TestCertificate trusted) throws Exception {
        return (X509Certificate)
                get(api, trusted, "none").sslSession().orElseThrow().getPeerCertificates()[0];
    }

    @Test
    void changedFilesAreTakenOver() throws Exception {
        TestCertificate two = TestCertificate.make(directory, "two");
        try (TestApi api = new TestApi(directory, config())) {
            assertThat(served(api, one).getSubjectX500Principal().getName()).contains("CN=one");
            install(two, 2);
            api.server().refreshTls();
            assertThat(served(api, two).getSubjectX500Principal().getName()).contains("CN=two");
        }
    }

    @Test
    void filesThatCannotBeUsedChangeNothing() throws Exception {
        TestCertificate two = TestCertificate.make(directory, "two");
        try (TestApi api = new TestApi(directory, config())) {
            // (Half way between old and new.)
            Files.copy(two.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
            Files.setLastModifiedTime(certificate, FileTime.fromMillis(2000));
            api.server().refreshTls();
            assertThat(served(api, one).getSubjectX500Principal().getName()).contains("CN=one");
            Files.delete(key);
            api.server().refreshTls();
            assertThat(served(api, one).getSubjectX500Principal().getName()).contains("CN=one");
            install(two, 2);
            api.server().refreshTls();
            assertThat(served(api, two).getSubjectX500Principal().getName()).contains("CN=two");
        }
    }

    @Test
    void doesNotStartWithFilesThatCannotBeUsed() throws Exception {
        Files.copy(
                TestCertificate.make(directory, "two").certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
        refused("is not that of the certificate");
        install(one, 1);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        refused("chmod o= " + key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        Files.writeString(key, "nonsense");
        refused("are no PEM files");
        Files.delete(key);
        refused("cannot be read");
    }

    private void refused(String why) {
        assertThatThrownBy(() -> new TestApi(directory, config()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("api.tls")
                .hasMessageContaining(why);
    }
}
