package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/**
 * Where the secrets of a host come from: files, standard input, or the target itself. Never the command line: what is there is
 * seen in {@code ps} by everybody, and kept in the shell's history.
 */
final class SecretOptions {
    /** Bytes of a file that is read; the longest secret has 103. */
    private static final int MAX_FILE = 4096;

    private static final String STANDARD_INPUT = "-";

    @Option(
            names = "--secret-file",
            paramLabel = "FILE|-",
            description =
                    "A file with the host's secret, as 'nvme gen-dhchap-key' prints it, or 'nvme gen-tls-key' for --tls; -:"
                            + " standard input.")
    @Nullable
    String secretFile;

    @Option(
            names = "--controller-secret-file",
            paramLabel = "FILE|-",
            description = "A file with a secret for the other direction: the target proves itself to the host with it.")
    @Nullable
    String controllerSecretFile;

    @Option(names = "--generate", description = "Let the target make the secrets; they are printed once.")
    boolean generate;

    @Option(
            names = "--length",
            paramLabel = "32|48|64",
            description =
                    "Bytes of a secret that is made; with --tls 32 or 48. Default: those of the hash of --key-hash, or 32")
    @Nullable
    Integer length;

    @Option(
            names = "--key-hash",
            paramLabel = "sha256|sha384|sha512|none",
            converter = HashName.class,
            description =
                    "How a secret that is made becomes a key; not sha512 with --tls. Default: by the hash that has its length")
    @Nullable
    String keyHash;

    @Option(
            names = "--bidirectional",
            negatable = true,
            fallbackValue = "true",
            description =
                    "Whether the target proves itself to the host, too. Default: in a rotation as it was, else not.")
    @Nullable
    Boolean bidirectional;

    @Option(
            names = "--hash",
            paramLabel = "sha256|sha384|sha512",
            converter = HashName.class,
            description = "The only hash function that is taken. Default: the strongest that the host offers.")
    @Nullable
    String hash;

    @Option(
            names = "--group",
            paramLabel = "null|ffdheBITS",
            description = {
                "The only Diffie-Hellman group that is taken: null, ffdhe2048, ffdhe3072, ffdhe4096, ffdhe6144 or ffdhe8192.",
                "Default: ffdhe3072, or what the host offers instead."
            })
    @Nullable
    String group;

    @Option(
            names = {"--secret", "--controller-secret", "--psk"},
            hidden = true,
            arity = "0..1",
            fallbackValue = "",
            description = "Refused.")
    @Nullable
    String onCommandLine;

    /**
     * The body of the request; reads the files.
     *
     * @param moreArguments what is on the command line and has no place there: perhaps a secret
     */
    ObjectNode body(Terminal terminal, List<String> moreArguments) throws CliException {
        checkSource(moreArguments);
        if (STANDARD_INPUT.equals(secretFile) && STANDARD_INPUT.equals(controllerSecretFile)) {
            throw new CliException(
                    ExitCode.USAGE, "one secret can come from standard input; put the other one in a file");
        }
        ObjectNode body = made();
        putSecret(body, "secret", secretFile, terminal);
        putSecret(body, "controllerSecret", controllerSecretFile, terminal);
        if (bidirectional != null) {
            body.put("bidirectional", bidirectional);
        }
        put(body, "hash", hash);
        put(body, "group", group);
        return body;
    }

    /** The same for a PSK for TLS. */
    ObjectNode tlsBody(Terminal terminal, List<String> moreArguments) throws CliException {
        checkSource(moreArguments);
        if (controllerSecretFile != null || bidirectional != null || hash != null || group != null) {
            throw new CliException(
                    ExitCode.USAGE,
                    "--controller-secret-file, --bidirectional, --hash and --group are for DH-HMAC-CHAP; leave them out with"
                            + " --tls, where one PSK proves both sides");
        }
        ObjectNode body = made();
        putSecret(body, "psk", secretFile, terminal);
        return body;
    }

    private void checkSource(List<String> moreArguments) throws CliException {
        if (onCommandLine != null || !moreArguments.isEmpty()) {
            throw new CliException(
                    ExitCode.USAGE,
                    "a secret is no argument, because 'ps' and the shell's history would show it; use --secret-file FILE,"
                            + " with - for standard input, or --generate. If one was given, make another one");
        }
        if (generate == (secretFile != null)) {
            throw new CliException(ExitCode.USAGE, "one of --generate and --secret-file FILE is needed");
        }
    }

    private ObjectNode made() {
        ObjectNode body = ApiClient.object();
        if (generate) {
            body.put("generate", true);
        }
        if (length != null) {
            body.put("length", length);
        }
        put(body, "keyHash", keyHash);
        return body;
    }

    private static void put(ObjectNode body, String field, @Nullable String value) {
        if (value != null) {
            body.put(field, value);
        }
    }

    private static void putSecret(ObjectNode body, String field, @Nullable String file, Terminal terminal)
            throws CliException {
        if (file == null) {
            return;
        }
        String text = file.equals(STANDARD_INPUT) ? terminal.askSecret("Secret: ") : read(Path.of(file));
        if (text == null || text.isBlank()) {
            throw new CliException(
                    ExitCode.USAGE,
                    (file.equals(STANDARD_INPUT) ? "standard input" : file) + " holds no secret; 'nvme gen-dhchap-key'"
                            + " makes one, 'nvme gen-tls-key' for --tls");
        }
        body.put(field, text.strip());
    }

    private static String read(Path file) throws CliException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE + 1);
            if (bytes.length > MAX_FILE) {
                throw new CliException(
                        ExitCode.USAGE, file + " is larger than " + MAX_FILE + " bytes: it is no secret");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "the file cannot be read: " + e, e);
        }
    }

    /** {@code sha256} as well as {@code SHA-256}; what is no hash is for the target to refuse. */
    static final class HashName implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            String upper = text.toUpperCase(Locale.ROOT);
            return upper.matches("SHA[0-9]+") ? "SHA-" + upper.substring(3) : text;
        }
    }
}
