package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import io.nvmevf.server.Target;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.control.NewApiToken;
import io.nvmevf.server.control.NewHostKey;
import io.nvmevf.server.control.NewNamespace;
import io.nvmevf.server.control.NewTlsKey;
import io.nvmevf.server.control.NewVirtualFunction;
import io.nvmevf.server.control.Role;
import io.nvmevf.server.logging.Logging;
import io.nvmevf.storage.crypt.KeyEncryptionKey;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** {@code nvmevf diagnostics}: what is in a bundle of a real target, and above all what is not. */
class DiagnosticsCliTest {
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:11111111-1111-4111-8111-111111111111";
    private static final String FOLDER = "nvmevf-diagnostics/";
    private static final Pattern SEALED = Pattern.compile("sealed:[^\"]+");
    private static final Pattern HASH = Pattern.compile("\"sha256\" ?: ?\"([0-9a-f]{64})\"");

    @TempDir
    Path directory;

    private final TestCli cli = new TestCli("");
    private final SecureRandom random = new SecureRandom();
    /** What must not be found, by what it is. */
    private final Map<String, byte[]> planted = new LinkedHashMap<>();

    private Path file;
    private Path bundle;

    @BeforeEach
    void start() throws Exception {
        Logging.start(Logging.Format.TEXT, Level.INFO);
        KeyEncryptionKey.create(directory.resolve("kek")).close();
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        file = directory.resolve("nvmevf.yaml");
        Files.writeString(file, """
                listeners: [{port: 0}]
                # %s
                api: {port: %d, socket: api.sock, authentication: required}
                pool: {capacity: 64MiB, overcommit: true, encryption: {key-file: kek}}
                transport: {max-connections: 100}
                """.formatted(plantedText("a comment of the configuration"), port));
        bundle = directory.resolve("bundle.zip");
    }

    @AfterEach
    void stop() {
        Logging.start(Logging.Format.TEXT, Level.INFO);
    }

    private String plantedText(String what) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        String text = HexFormat.of().formatHex(secret);
        plant(what, text);
        return text;
    }

    private void plant(String what, String text) {
        planted.put(what, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A secret in base64 behind a prefix: as it is written, the base64 alone, and what it stands for. */
    private void plantCoded(String what, String text) {
        plant(what, text);
        String[] parts = text.split(":", -1);
        plant(what + ", its base64", parts[2]);
        byte[] raw = Base64.getDecoder().decode(parts[2]);
        // (Without the CRC at its end.)
        byte[] key = Arrays.copyOf(raw, raw.length - 4);
        planted.put(what + ", raw", key);
        plant(
                what + ", base64 of the key alone",
                Base64.getEncoder().withoutPadding().encodeToString(key).substring(0, 40));
        plant(
                what + ", base64 for URLs",
                Base64.getUrlEncoder().withoutPadding().encodeToString(key).substring(0, 40));
        plant(what + ", hexadecimal", HexFormat.of().formatHex(key));
        plant(what + ", HEXADECIMAL", HexFormat.of().withUpperCase().formatHex(key));
    }

    private static String text(Map<String, String> files, String name) {
        return Objects.requireNonNull(files.get(name), name);
    }

    private Map<String, String> read() throws Exception {
        Map<String, String> files = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(bundle), StandardCharsets.UTF_8)) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                assertThat(entry.getName()).startsWith(FOLDER);
                // (Each byte a character.)
                files.put(
                        entry.getName().substring(FOLDER.length()),
                        new String(zip.readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }

    private void populate(Target target) throws Exception {
        var service = target.service();
        service.createVf(NewVirtualFunction.named("vf1"));
        service.createNamespace(NewNamespace.in("vf1", 1 << 20, 4096));
        String secret = DhchapSecret.generate(random, 32, null).text();
        String controller = DhchapSecret.generate(random, 64, null).text();
        service.setHostKey("vf1", HOST, NewHostKey.of(secret, controller));
        plantCoded("a secret of DH-HMAC-CHAP", secret);
        plantCoded("a secret of the controller", controller);
        String psk = TlsPskInterchange.generate(random, 48, null).text();
        service.setTlsKey("vf1", HOST, NewTlsKey.of(psk));
        plantCoded("a PSK", psk);
        String token =
                service.createToken(new NewApiToken("ci", Role.OPERATOR, null)).text();
        plant("a token", token);

        // What a host, or a bug, could bring into the log.
        var log = LoggerFactory.getLogger("io.nvmevf.host");
        log.atInfo().addKeyValue("host", secret).log("Connect from {} is refused", psk);
        log.error("failed", new IllegalStateException("Authorization: Bearer " + token));

        byte[] kek = Files.readAllBytes(directory.resolve("kek"));
        planted.put(
                "the key-encryption key as it is in its file",
                new String(kek, StandardCharsets.ISO_8859_1).strip().getBytes(StandardCharsets.ISO_8859_1));
        byte[] raw =
                kek.length == 32 ? kek : HexFormat.of().parseHex(new String(kek, StandardCharsets.US_ASCII).strip());
        planted.put("the key-encryption key, raw", raw);
        plant("the key-encryption key, base64", Base64.getEncoder().encodeToString(raw));
        plant("the key-encryption key, hexadecimal", HexFormat.of().formatHex(raw));
        String signing = Files.readString(directory.resolve("data/audit.key"));
        String pem = signing.lines()
                .dropWhile(line -> !line.contains("PRIVATE KEY"))
                .skip(1)
                .findFirst()
                .orElseThrow();
        plant("the key that signs the audit log", pem);
        String state = Files.readString(directory.resolve("data/state.json"));
        Matcher sealed = SEALED.matcher(state);
        int found = 0;
        while (sealed.find()) {
            plant("sealed " + ++found, sealed.group());
            plant(
                    "sealed " + found + ", without prefix",
                    sealed.group().substring(sealed.group().lastIndexOf(':') + 1));
        }
        assertThat(found).as("secrets in the state file are sealed").isEqualTo(3);
        Matcher hash = HASH.matcher(state);
        assertThat(hash.find()).as("the hash of the token is in the state file").isTrue();
        plant("the hash of a token", hash.group(1));
        try (Stream<Path> keys = Files.walk(directory.resolve("data/keys"))) {
            for (Path key : keys.filter(Files::isRegularFile).toList()) {
                // (Only what is a key in it.)
                byte[] wrapped = Arrays.copyOfRange(Files.readAllBytes(key), 84, 156);
                planted.put("a wrapped key", wrapped);
                plant("a wrapped key, base64", Base64.getEncoder().encodeToString(wrapped));
                plant("a wrapped key, hexadecimal", HexFormat.of().formatHex(wrapped));
            }
        }
        assertThat(planted).containsKeys("a wrapped key", "sealed 3");
    }

    @Test
    void holdsWhatHelpsAndNoSecretInAnyFormThatItIsStoredIn() throws Exception {
        try (Target target = Target.start(TargetConfig.load(file))) {
            populate(target);
            assertThat(cli.bare("diagnostics", bundle.toString(), "-c", file.toString()))
                    .as(cli.out + cli.err)
                    .isEqualTo(ExitCode.OK);
        }
        assertThat(Files.getPosixFilePermissions(bundle)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Map<String, String> files = read();
        planted.forEach((what, secret) -> files.forEach((name, content) -> assertThat(content)
                .as(what + " in " + name)
                .doesNotContain(new String(secret, StandardCharsets.ISO_8859_1))));

        assertThat(text(files, "log.json")).contains("Connect from (redacted) is refused", "Authorization: (redacted)");
        Set<String> told = new TreeSet<>();
        text(files, "README.txt")
                .lines()
                .filter(line -> line.matches("[a-z]+\\.[a-z]+ .*"))
                .forEach(line -> {
                    assertThat(line).doesNotContain("cannot be had");
                    told.add(line.substring(0, line.indexOf(' ')));
                });
        told.add("README.txt");
        assertThat(files.keySet()).as("README.txt says what is in it").isEqualTo(told);

        ObjectMapper mapper = new ObjectMapper();
        assertThat(mapper.readTree(text(files, "vfs.json")).at("/items/0/name").asText())
                .isEqualTo("vf1");
        assertThat(mapper.readTree(text(files, "namespaces.json"))
                        .at("/items/0/state")
                        .asText())
                .isEqualTo("attached");
        JsonNode configuration = mapper.readTree(text(files, "configuration.json"));
        assertThat(configuration.at("/transport/max-connections").asInt()).isEqualTo(100);
        assertThat(configuration.at("/pool/encrypted").asBoolean()).isTrue();
        assertThat(text(files, "configuration.json")).doesNotContain("kek");
        assertThat(mapper.readTree(text(files, "doctor.json")).path("findings")).hasSizeGreaterThan(10);
        assertThat(text(files, "doctor.txt")).contains("it answers: ok");
        assertThat(text(files, "metrics.txt"))
                .contains("nvmevf_vf_commands_total{")
                .contains("nvmevf_namespaces_not_ready 0");
        assertThat(text(files, "audit.ndjson").lines()).anyMatch(line -> line.contains("vf-created"));
        JsonNode jvm = mapper.readTree(text(files, "jvm.json"));
        assertThat(jvm.path("threads").findValuesAsText("name")).anyMatch(name -> name.startsWith("nvmevf-loop"));
        assertThat(jvm.at("/heap/used").asLong()).isPositive();
        assertThat(jvm.path("collectors")).isNotEmpty();
    }

    @Test
    void withoutATargetItHoldsTheRestAndSaysWhatIsMissing() throws Exception {
        String wrong = "api: {token: " + plantedText("a value where none belongs") + "}\n";
        Files.writeString(file, wrong);
        assertThat(cli.bare("diagnostics", bundle.toString(), "-c", file.toString(), "--api=http://127.0.0.1:1"))
                .isEqualTo(ExitCode.OK);
        Map<String, String> files = read();
        planted.forEach((what, secret) -> files.forEach((name, content) -> assertThat(content)
                .as(what + " in " + name)
                .doesNotContain(new String(secret, StandardCharsets.ISO_8859_1))));
        assertThat(files.keySet()).containsExactlyInAnyOrder("README.txt", "version.json", "doctor.txt", "doctor.json");
        assertThat(text(files, "README.txt"))
                .contains("vfs.json", "cannot be had: no target answers at http://127.0.0.1:1");
        assertThat(text(files, "doctor.txt")).contains("FAIL  configuration", "is refused for 1 error");
        assertThat(cli.err).contains("not in it: vfs.json", "not in it: configuration.json");
    }

    @Test
    void neverWritesOverAFile() throws Exception {
        Files.writeString(bundle, "mine");
        assertThat(cli.bare("diagnostics", bundle.toString(), "--api=http://127.0.0.1:1"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(bundle).hasContent("mine");
        assertThat(cli.err).contains("is there already");
    }
}
