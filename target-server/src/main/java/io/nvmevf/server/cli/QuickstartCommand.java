package io.nvmevf.server.cli;

import io.nvmevf.server.Target;
import io.nvmevf.server.config.ConfigException;
import io.nvmevf.server.config.Sizes;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.NewVirtualFunction;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.VirtualFunction;
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
            return run((directory == null ? Path.of("quickstart-data") : directory).toAbsolutePath(), () -> {});
        } catch (IOException | UncheckedIOException e) {
            throw new CliException(
                    ExitCode.FAILURE, "the directory cannot be used: " + e + "; choose one with --dir", e);
        }
    }

    private int run(Path dir, Runnable afterwards) throws CliException, IOException {
        Path file = dir.resolve("nvmevf.yaml");
        String yaml = yaml();
        TargetConfig config;
        try {
            config = TargetConfig.parse(yaml, file);
        } catch (ConfigException e) {
            throw new CliException(ExitCode.USAGE, "an option is not allowed:\n" + e.getMessage(), e);
        }
        Files.createDirectories(dir);
        // For a later 'serve'; options given here hold for this run only, so an edited file is never written over.
        if (!Files.exists(file)) {
            Files.writeString(file, yaml, StandardOpenOption.CREATE_NEW);
        }
        try (RunningTarget running = RunningTarget.start(config, afterwards)) {
            Target target = running.target();
            populate(target.service());
            print(target, file);
            running.awaitStop();
        }
        return ExitCode.OK;
    }

    private String yaml() {
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
                memory ? "  kind: memory\n  capacity: " + 2 * Math.max(size, 1 << 20) : "  kind: file\n  path: pool",
                address.replace("'", "''"),
                port,
                "'" + io.replace("'", "''") + "'",
                apiPort);
    }

    private void populate(TargetService service) throws CliException {
        if (!service.state().vfs().isEmpty()) {
            return;
        }
        try {
            for (String name : VFS) {
                service.createVf(NewVirtualFunction.named(name).forAnyHost());
                service.createNamespace(name, size, 4096);
            }
        } catch (ControlException e) {
            // Half a quickstart would be taken for a whole one the next time.
            for (VirtualFunction vf : service.state().vfs()) {
                try {
                    service.deleteVf(vf.name(), true);
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

    private void print(Target target, Path file) {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        PrintWriter out = spec.commandLine().getOut();
        InetSocketAddress listener = target.listenAddresses().getFirst();
        String host = listener.getAddress().isAnyLocalAddress()
                ? "<address of this machine>"
                : listener.getAddress().getHostAddress();
        String api = "http://" + RunningTarget.shown(target.apiAddress());
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
