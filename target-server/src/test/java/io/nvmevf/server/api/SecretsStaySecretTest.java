package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.NewHostKey;
import io.nvmevf.server.control.NewTlsKey;
import io.nvmevf.server.control.TlsKey;
import io.nvmevf.server.logging.Logging;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Searches all that leaves a target for the secrets of its hosts: answers, metrics, audit log, log, texts of objects, files.
 * They are in the state file, which only its owner may read, and nowhere else.
 */
class SecretsStaySecretTest {
    private static final String KEY = "/v1/vfs/vf1/keys/" + KeyRoutesTest.HOST;
    private static final String TLS_KEY = "/v1/vfs/vf1/tls-keys/" + KeyRoutesTest.HOST;

    @TempDir
    Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Map<Logger, Level> levels = new HashMap<>();
    private final List<String> secrets = new ArrayList<>();
    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        Logging.start(Logging.Format.TEXT, org.slf4j.event.Level.INFO);
        log.start();
        root.addAppender(log);
        for (Logger logger : root.getLoggerContext().getLoggerList()) {
            if (logger.getLevel() != null) {
                levels.put(logger, logger.getLevel());
                logger.setLevel(Level.DEBUG);
            }
        }
        api = new TestApi(directory);
        api.post(201, "/v1/vfs", "{\"name\":\"vf1\",\"allowedHosts\":[\"" + KeyRoutesTest.HOST + "\"]}");
    }

    @AfterEach
    void stop() throws Exception {
        root.detachAppender(log);
        levels.forEach(Logger::setLevel);
        api.close();
    }

    private void check(String where, String text) {
        for (String secret : secrets) {
            // (The part that is secret, and any third of it.)
            String bytes = secret.substring(secret.indexOf(':', secret.indexOf(':') + 1) + 1, secret.length() - 1);
            int third = bytes.length() / 3;
            for (int i = 0; i + third <= bytes.length(); i += third) {
                assertThat(text).as(where).doesNotContain(bytes.substring(i, i + third));
            }
        }
    }

    @Test
    void whateverIsDoneWithThem() throws Exception {
        List<String> answers = new ArrayList<>();
        String first = KeyRoutesTest.secret();
        String second = KeyRoutesTest.secret();
        secrets.add(first);
        secrets.add(second);
        answers.add(api.send("PUT", KEY, "{\"secret\":\"" + first + "\",\"controllerSecret\":\"" + second + "\"}")
                .body());
        JsonNode made = api.post(200, KEY + "/rotate", "{\"generate\":true,\"length\":64}");
        secrets.add(made.path("secret").asText());
        secrets.add(made.path("controllerSecret").asText());
        HostKey key = api.service().hostKey("vf1", KeyRoutesTest.HOST);
        assertThat(key.pairs())
                .flatExtracting(HostKey.Pair::host, HostKey.Pair::controller)
                .extracting(secret -> ((DhchapSecret) secret).text())
                .containsExactlyInAnyOrderElementsOf(secrets);

        String psk = TlsPskInterchange.generate(new SecureRandom(), 32, null).text();
        answers.add(api.send("PUT", TLS_KEY, "{\"psk\":\"" + psk + "\"}").body());
        String madePsk = api.post(200, TLS_KEY + "/rotate", "{\"generate\":true,\"length\":48}")
                .path("psk")
                .asText();
        TlsKey tlsKey = api.service().tlsKey("vf1", KeyRoutesTest.HOST);
        assertThat(tlsKey.psks()).extracting(TlsPskInterchange::text).containsExactly(madePsk, psk);
        secrets.add(psk);
        secrets.add(madePsk);

        for (String secret : secrets) {
            for (String body : List.of(
                    "{\"secret\":\"" + secret,
                    "{\"secret\":\"" + secret + "x\"}",
                    "{\"secret\":\"" + secret + "\",\"controllerSecret\":\"" + secret + "\"}",
                    "{\"psk\":\"" + secret + "x\"}",
                    "{\"generate\":\"" + secret + "\"}",
                    "{\"" + secret + "\":1}",
                    secret)) {
                answers.add(api.send("PUT", KEY, body).body());
                answers.add(api.send("POST", KEY + "/rotate", body).body());
                answers.add(api.send("PUT", TLS_KEY, body).body());
                answers.add(api.send("POST", TLS_KEY + "/rotate", body).body());
            }
        }
        List<String> paths = new ArrayList<>();
        api.get("/v1/openapi.json").path("paths").properties().forEach(path -> {
            if (path.getValue().has("get")) {
                paths.add(path.getKey()
                        .replace("profiles/{name}", "profiles/gp3-like")
                        .replace("{name}", "vf1")
                        .replace("{id}", "1")
                        .replace("{host}", KeyRoutesTest.HOST));
            }
        });
        assertThat(paths)
                .contains(
                        "/v1/vfs/vf1/keys",
                        KEY,
                        TLS_KEY,
                        "/v1/pf/keys",
                        "/v1/discovery/tls-keys",
                        "/metrics",
                        "/v1/audit/export",
                        "/v1/logging/lines",
                        "/v1/apply");
        for (String path : paths) {
            answers.add(api.send("GET", path, "").body());
        }
        answers.add(api.send("POST", "/v1/apply?prune=true&dryRun=true", "{}").body());
        assertThat(api.send("GET", KEY, "").body()).contains("\"pairs\":[{\"bidirectional\":true");
        answers.add(api.send("POST", KEY + "/finish-rotation", "{}").body());
        answers.forEach(answer -> check("an answer", answer));

        check("the text of a key", key.toString());
        check("the text of a key", tlsKey.toString());
        check("the text of a PSK", tlsKey.newest().toString());
        check("the text of the state", api.service().state().toString());
        for (String secret : secrets) {
            check("the text of a request", NewHostKey.of(secret, secret).toString());
            check("the text of an answer", new KeyViews.MadeKey(view(), secret, secret).toString());
            check("the text of a request", NewTlsKey.of(secret).toString());
            check(
                    "the text of an answer",
                    new KeyViews.MadeTlsKey(new KeyViews.TlsKeyView("vf1", KeyRoutesTest.HOST, true, List.of()), secret)
                            .toString());
        }
        for (String secret : secrets.subList(0, 4)) {
            check("the text of a secret", DhchapSecret.parse(secret).toString());
        }
        assertThat(inFiles(secrets.getFirst()))
                .as("what a rotation ended is gone")
                .isEmpty();
        assertThat(inFiles(made.path("secret").asText())).containsExactly("state.json");
        api.answer(204, "DELETE", KEY, "");
        assertThat(inFiles(made.path("secret").asText())).isEmpty();
        assertThat(inFiles(madePsk)).containsExactly("state.json");
        api.answer(204, "DELETE", TLS_KEY, "");
        assertThat(inFiles(madePsk)).isEmpty();

        assertThat(log.list).as("the log is looked at").isNotEmpty();
        for (ILoggingEvent event : List.copyOf(log.list)) {
            check("the log", event.getFormattedMessage());
            check("a field of the log", String.valueOf(event.getKeyValuePairs()));
            if (event.getThrowableProxy() != null) {
                check("a stack trace", ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    }

    private static KeyViews.Key view() {
        return new KeyViews.Key("vf1", KeyRoutesTest.HOST, true, null, null, List.of());
    }

    private List<String> inFiles(String secret) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(secret)) {
                    found.add(directory.relativize(file).toString());
                }
            }
        }
        return found;
    }
}
