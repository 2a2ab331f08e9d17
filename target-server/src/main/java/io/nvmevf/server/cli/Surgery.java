package io.nvmevf.server.cli;

import io.nvmevf.server.config.ApiConfig;
import io.nvmevf.server.config.ConfigException;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.doctor.Doctor;
import io.nvmevf.server.doctor.Finding;
import io.nvmevf.server.doctor.Machine;
import io.nvmevf.server.doctor.Running;
import io.nvmevf.server.doctor.ThisMachine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code doctor} and {@code diagnostics} have in common: the configuration, the target that goes with it, and a look at all. */
final class Surgery {
    private static final Path DEFAULT = Path.of("nvmevf.yaml");

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "Configuration of the target. Default: nvmevf.yaml if it is there, else what holds without one")
    @Nullable
    Path file;

    /** Answers in the machine's place; tests have their own. */
    Machine machine = new ThisMachine();

    private @Nullable Loaded loaded;

    /**
     * What became of the configuration.
     *
     * @param config null: it cannot be used
     * @param quoting what is wrong with it, in full
     * @param bare the same without quoting anything of it
     */
    private record Loaded(@Nullable TargetConfig config, Finding quoting, Finding bare) {}

    /** The configuration; null if it cannot be used. */
    @Nullable
    TargetConfig config() {
        return loaded().config;
    }

    private Loaded loaded() {
        Loaded done = loaded;
        if (done == null) {
            done = load(file == null ? DEFAULT : file);
            loaded = done;
        }
        return done;
    }

    private Loaded load(Path path) {
        String check = "configuration";
        try {
            TargetConfig config = TargetConfig.load(path);
            Finding ok = Finding.ok(check, path.toAbsolutePath() + " is well-formed");
            return new Loaded(config, ok, ok);
        } catch (NoSuchFileException e) {
            if (file == null) {
                return new Loaded(defaults(path), noFile(path), noFile(path));
            }
            Finding gone = Finding.fail(check, path + " is not there", "name another one with -c");
            return new Loaded(null, gone, gone);
        } catch (IOException e) {
            Finding unreadable = Finding.fail(
                    check, path + " cannot be read: " + e, "let the target's user read it, and ask as that user");
            return new Loaded(null, unreadable, unreadable);
        } catch (ConfigException e) {
            String next = "correct it; docs/configuration.md has all keys";
            return new Loaded(
                    null,
                    Finding.fail(check, "it is refused:\n" + e.getMessage(), next),
                    Finding.fail(
                            check,
                            path + " is refused for " + e.errors().size() + " errors",
                            "'nvmevf doctor -c " + path + "' says which"));
        }
    }

    private static Finding noFile(Path path) {
        return Finding.warn(
                "configuration",
                path + " is not there; looked at is what holds without one",
                "name the target's configuration with -c");
    }

    private static TargetConfig defaults(Path path) {
        try {
            return TargetConfig.parse("", path);
        } catch (ConfigException e) {
            throw new IllegalStateException("an empty configuration is refused", e);
        }
    }

    /** Has the API asked where the configuration says that it is, if nothing else was said. */
    void findTarget(ApiOptions options, Terminal terminal) {
        String variable = terminal.environment("NVMEVF_API");
        TargetConfig config = config();
        if (options.api != null || (variable != null && !variable.isEmpty()) || config == null) {
            return;
        }
        ApiConfig api = config.api();
        options.api = Stream.of(
                        api.socket().path(),
                        terminal.systemSocket(),
                        config.dataDir().resolve("api.sock"))
                .filter(path -> api.socket().enabled() && path != null && Files.exists(path))
                .map(path -> ApiAddress.UNIX + path)
                .findFirst()
                .orElseGet(() -> url(api));
    }

    private static String url(ApiConfig api) {
        String host = api.address();
        try {
            if (InetAddress.getByName(host).isAnyLocalAddress()) {
                host = "127.0.0.1";
            }
        } catch (UnknownHostException e) {
            // (The configuration takes only addresses; whatever this is, asking it says so.)
        }
        return (api.tls() == null ? "http://" : "https://") + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + api.port();
    }

    /** @param quote whether what is wrong with the configuration may be quoted */
    List<Finding> examine(ApiClient client, boolean quote) {
        List<Finding> all = new ArrayList<>();
        all.add(quote ? loaded().quoting : loaded().bare);
        TargetConfig config = config();
        TargetChecks target = new TargetChecks(client, config != null && Doctor.isInUse(config));
        target.ask();
        Running running = target.running();
        if (config != null) {
            all.addAll(Doctor.examine(config, machine, running));
        }
        all.addAll(target.findings());
        return all;
    }
}
