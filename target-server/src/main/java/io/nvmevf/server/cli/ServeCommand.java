package io.nvmevf.server.cli;

import io.nvmevf.server.Target;
import io.nvmevf.server.config.ConfigException;
import io.nvmevf.server.config.TargetConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nvmevf serve}. */
@Command(name = "serve", description = "Runs a target until Ctrl-C or SIGTERM.")
final class ServeCommand implements Callable<Integer> {
    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "nvmevf.yaml",
            description = "Configuration. Default: nvmevf.yaml")
    Path file = Path.of("nvmevf.yaml");

    @Mixin
    LogOptions log = new LogOptions();

    @Override
    public Integer call() throws CliException {
        TargetConfig config;
        try {
            config = TargetConfig.load(file);
        } catch (ConfigException e) {
            throw new CliException(ExitCode.USAGE, "the configuration is refused:\n" + e.getMessage(), e);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    "the configuration " + file + " cannot be read ("
                            + e.getClass().getSimpleName() + "); name one with -c, or try 'nvmevf quickstart'",
                    e);
        }
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (RunningTarget running =
                RunningTarget.start(config, log.over(config.log(), Main.terminal(spec)), () -> {})) {
            Target target = running.target();
            target.listenAddresses().forEach(a -> out.println("nvmevf serves NVMe/TCP on " + RunningTarget.shown(a)));
            out.println("API and metrics: " + RunningTarget.apiUrl(target));
            if (target.apiSocket() != null) {
                out.println("API of this machine's users: unix:" + target.apiSocket());
            }
            out.flush();
            ServiceManager.ready();
            running.awaitStop();
            ServiceManager.stopping();
        }
        return ExitCode.OK;
    }
}
