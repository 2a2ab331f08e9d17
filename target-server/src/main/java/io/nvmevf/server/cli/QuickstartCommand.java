package io.nvmevf.server.cli;

import io.nvmevf.server.Target;
import io.nvmevf.server.config.ConfigException;
import io.nvmevf.server.config.Sizes;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.Disposal;
import io.nvmevf.server.control.NewNamespace;
import io.nvmevf.server.control.NewVirtualFunction;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.crypt.KeyEncryptionKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nvmevf quickstart}: a target with two virtual functions, without a word of configuration. */
@Command(
        name = "quickstart",
        description = "Runs a target with two virtual functions until Ctrl-C or SIGTERM; what they hold stays in DIR.")
final class QuickstartCommand implements Callable<Integer> {
    private static final List<String> VFS = List.of("vf1", "vf2");

    @Spec
    @Nullable
    CommandSpec spec;

    @Mixin
    LogOptions log = new LogOptions();

    @Option(names = "--dir", paramLabel = "DIR", description = "Where all is kept. Default: quickstart-data")
    @Nullable
    Path directory;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            converter = ApiCommand.Size.class,
            defaultValue = "4GiB",
            description = "Size of each namespace in a new DIR; only what is written takes space. Default: 4GiB")
    long size;

    @Option(
            names = "--address",
            paramLabel = "IP",
            defaultValue = "127.0.0.1",
            description = "Where hosts connect. Default: 127.0.0.1")
    String address = "";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "4420",
            description = "Default: 4420; 0 takes a free one")
    int port;

    @Option(
            names = "--api-port",
            paramLabel = "PORT",
            defaultValue = "9420",
            description = "Default: 9420; 0 takes a free one")
    int apiPort;

    @Option(
            names = "--io",
            paramLabel = "auto|io_uring|epoll|nio",
            defaultValue = "auto",
            description = "How sockets are served. Default: auto")
    String io = "";

    @Option(names = "--memory", description = "Keep all data in memory; nothing is left at the end.")
    boolean memory;

    @Option(
            names = "--no-encryption",
            description =
                    "Do not encrypt what is stored in a new DIR. By default it is, by keys that are wrapped by the"
                            + " one in DIR.key, a file beside DIR.")
    boolean noEncryption;

    @Override
    public Integer call() throws CliException {
        if (size <= 0 || size % 4096 != 0) {
            throw new CliException(
                    ExitCode.USAGE, "--size: allowed is a positive multiple of 4096 bytes, such as 4GiB");
        }
        try {
            if (memory && directory == null) {
                Path dir = Files.createTempDirectory("nvmevf-");
                try {
                    return run(dir, () -> delete(dir));
                } finally {
                    delete(dir);
                }
            }
            return run(
                    (directory == null ? Path.of("quickstart-data") : directory)
                            .toAbsolutePath()
                            .normalize(),
                    () -> {});
        } catch (IOException | UncheckedIOException e) {
            throw new CliException(
                    ExitCode.FAILURE, "the directory cannot be used: " + e + "; choose one with --dir", e);
        }
    }

    private int run(Path dir, Runnable afterwards) throws CliException, IOException {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        Path file = dir.resolve("nvmevf.yaml");
        Path keyFile = keyFile(dir, file);
        String yaml = yaml(dir, keyFile);
        TargetConfig config;
        try {
            config = TargetConfig.parse(yaml, file);
        } catch (ConfigException e) {
            throw new CliException(ExitCode.USAGE, "an option is not allowed:\n" + e.getMessage(), e);
        }
        if (keyFile != null && !Files.exists(keyFile)) {
            makeKey(keyFile);
        }
        Files.createDirectories(dir);
        // For a later 'serve'; options given here hold for this run only, so an edited file is never written over.
        if (!Files.exists(file)) {
            Files.writeString(file, yaml, StandardOpenOption.CREATE_NEW);
        }
        try (RunningTarget running =
                RunningTarget.start(config, log.over(config.log(), Main.terminal(spec)), afterwards)) {
            Target target = running.target();
            populate(target.service());
            print(target, file, keyFile);
            running.awaitStop();
        }
        return ExitCode.OK;
    }

    /**
     * The file with the key-encryption key of DIR, which is missing only for a new DIR; null if DIR is not to be encrypted. A
     * DIR that is in use stays what it is.
     */
    private @Nullable Path keyFile(Path dir, Path file) throws CliException, IOException {
        if (memory) {
            return null;
        }
        Path beside = dir.resolveSibling(dir.getFileName() + ".key");
        if (!isUsed(dir)) {
            return noEncryption ? null : beside;
        }
        Path keyFile = configuredKeyFile(file);
        if (keyFile == null && Files.isDirectory(dir.resolve("keys"))) {
            keyFile = beside;
        }
        if (keyFile != null && !Files.exists(keyFile)) {
            throw new CliException(
                    ExitCode.FAILURE,
                    dir + " is encrypted, and the file with its key is missing: " + keyFile
                            + "\nrestore it from a backup; without it the data cannot be read. To begin anew, choose another"
                            + " --dir");
        }
        return keyFile;
    }

    private static boolean isUsed(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(dir)) {
            return entries.findAny().isPresent();
        }
    }

    /** What an earlier run, or an editor since then, has left; a file that 'serve' would refuse says nothing. */
    private static @Nullable Path configuredKeyFile(Path file) throws IOException {
        try {
            return Files.exists(file)
                    ? TargetConfig.load(file).pool().encryption().keyFile()
                    : null;
        } catch (ConfigException e) {
            return null;
        }
    }

    private static void makeKey(Path keyFile) throws CliException, IOException {
        Path parent = keyFile.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            KeyEncryptionKey.create(keyFile).close();
        } catch (PoolException e) {
            throw new CliException(ExitCode.FAILURE, e.getMessage() + "\nchoose another --dir, or --no-encryption", e);
        }
    }

    private String yaml(Path dir, @Nullable Path keyFile) {
        return """
                # Written by 'nvmevf quickstart'. Run it with: nvmevf serve -c <this file>
                data-dir: .
                pool:
                %s
                listeners:
                  - address: '%s'
                    port: %d
                transport:
                  io: %s
                api:
                  port: %d
                """.formatted(
                        memory ? "  kind: memory\n  capacity: " + 2 * Math.max(size, 1 << 20) : filePool(dir, keyFile),
                        quoted(address),
                        port,
                        "'" + quoted(io) + "'",
                        apiPort);
    }

    private static String filePool(Path dir, @Nullable Path keyFile) {
        return "  kind: file\n  path: pool"
                + (keyFile == null
                        ? ""
                        : "\n  encryption:\n    key-file: '" + quoted(String.valueOf(dir.relativize(keyFile))) + "'");
    }

    private static String quoted(String text) {
        return text.replace("'", "''");
    }

    private void populate(TargetService service) throws CliException {
        if (!service.state().vfs().isEmpty()) {
            return;
        }
        try {
            for (String name : VFS) {
                service.createVf(NewVirtualFunction.named(name).forAnyHost());
                service.createNamespace(NewNamespace.in(name, size, 4096));
            }
        } catch (ControlException e) {
            // Half a quickstart would be taken for a whole one the next time.
            for (VirtualFunction vf : service.state().vfs()) {
                try {
                    service.deleteVf(vf.name(), Disposal.DELETE);
                } catch (ControlException again) {
                    e.addSuppressed(again);
                }
            }
            throw new CliException(
                    ExitCode.FAILURE,
                    e.getMessage()
                            + (e.reason() == ControlException.Reason.NO_CAPACITY
                                    ? "\ntry a smaller --size, another --dir, or --memory"
                                    : ""),
                    e);
        }
    }

    private void print(Target target, Path file, @Nullable Path keyFile) {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        PrintWriter out = spec.commandLine().getOut();
        InetSocketAddress listener = target.listenAddresses().getFirst();
        String host = listener.getAddress().isAnyLocalAddress()
                ? "<address of this machine>"
                : listener.getAddress().getHostAddress();
        String api = RunningTarget.apiUrl(target);
        out.println();
        out.println(
                "nvmevf is ready. From a Linux machine with nvme-cli that reaches this one (modprobe nvme-tcp), as root:");
        out.println();
        for (VirtualFunction vf : target.service().state().vfs()) {
            long bytes = target.service().state().namespacesOf(vf.name()).stream()
                    .mapToLong(ns -> ns.bytes())
                    .sum();
            out.println("  # " + vf.name() + ", " + Sizes.rounded(bytes));
            out.println("  nvme connect -t tcp -a " + host + " -s " + listener.getPort() + " -n " + vf.nqn());
        }
        out.println();
        out.println("  API      " + api + "/v1/pf   (description: /v1/openapi.json)");
        out.println("  Metrics  " + api + "/metrics");
        out.println("  CLI      ./nvmevf" + " vf list" + (apiPort == 9420 ? "" : " --api " + api));
        out.println(
                memory && directory == null
                        ? "  Data     in memory, lost at the end"
                        : "  Data     " + file.toAbsolutePath().getParent() + (memory ? ", namespaces in memory" : ""));
        if (keyFile != null) {
            out.println("  Key      " + keyFile + "   (back it up, apart from the data)");
        }
        out.println();
        out.println("Every host that reaches it may connect to these two: for trials only. Ctrl-C stops.");
        out.flush();
    }

    private static void delete(Path dir) {
        if (!Files.exists(dir)) {
            return;
        }
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
