package io.nvmevf.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which target is asked, and as whom. */
final class ApiOptions {
    private static final int MAX_FILE = 4096;

    @Option(
            names = "--api",
            paramLabel = "URL",
            description = {
                "Where the target's API is: http://HOST:PORT, https://HOST:PORT or unix:PATH; or set NVMEVF_API.",
                "Default: unix:/run/nvmevf/api.sock if it is there, else http://127.0.0.1:9420"
            })
    @Nullable
    String api;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description =
                    "PEM certificates by which a target over https is trusted; or set NVMEVF_CA_FILE. Default: Java's own")
    @Nullable
    Path caFile;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "A file with the token to use; or set NVMEVF_TOKEN to the token. Default: none, which is enough over the"
                            + " Unix socket, and where the API does not ask for one")
    @Nullable
    Path tokenFile;

    @Option(names = "--token", hidden = true, arity = "0..1", fallbackValue = "", description = "Refused.")
    @Nullable
    String onCommandLine;

    ApiClient connect(Terminal terminal) throws CliException {
        if (onCommandLine != null) {
            throw new CliException(
                    ExitCode.USAGE,
                    "a token is no argument, because 'ps' and the shell's history would show it; use --token-file FILE or"
                            + " NVMEVF_TOKEN. If one was given, revoke it and make another one");
        }
        String where = api == null ? terminal.environment("NVMEVF_API") : api;
        String trusted = terminal.environment("NVMEVF_CA_FILE");
        Path ca = caFile != null || trusted == null || trusted.isEmpty() ? caFile : Path.of(trusted);
        return new ApiClient(ApiAddress.of(where, ca, terminal.systemSocket()), token(terminal));
    }

    private @Nullable String token(Terminal terminal) throws CliException {
        String where = tokenFile == null ? "NVMEVF_TOKEN" : tokenFile.toString();
        String text = tokenFile == null ? terminal.environment("NVMEVF_TOKEN") : read(tokenFile);
        if (text == null || (tokenFile == null && text.isEmpty())) {
            return null;
        }
        String token = text.strip();
        // (It becomes a header: what could end it, or begin another one, must not be in it.)
        if (!token.matches("[!-~]+")) {
            throw new CliException(
                    ExitCode.USAGE, where + " holds no token: it must be one word, as 'nvmevf token create' prints it");
        }
        return token;
    }

    private static String read(Path file) throws CliException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_FILE), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "--token-file cannot be read: " + e, e);
        }
    }
}
