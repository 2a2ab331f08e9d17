package io.nvmevf.server.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;

/** The program's entry. */
@Command(
        name = "nvmevf",
        description = "Shares storage out as NVMe/TCP virtual functions.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        scope = CommandLine.ScopeType.INHERIT,
        subcommands = {
            QuickstartCommand.class,
            ServeCommand.class,
            StatusCommand.class,
            PfCommands.class,
            VfCommands.class,
            NsCommands.class,
            ProfileCommands.class,
            TenantCommands.class,
            SecretCommands.class,
            TokenCommands.class,
            OpCommands.class,
            AuditCommands.class,
            ApplyCommand.class,
            GetCommand.class,
            TopCommand.class,
            LogCommands.class,
            DoctorCommand.class,
            DiagnosticsCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed",
            "2:the command line or the configuration is wrong",
            "3:there is no such virtual function, namespace, profile or operation",
            "4:the name is taken, something still depends on it, or its state does not allow that now",
            "5:no target answers at the API's address",
            "6:the target does not allow a value",
            "7:the pool has too little capacity left, or the physical function too few queues",
            "8:apply --dry-run: there is something to do",
            "9:the operation failed",
            "10:a token is needed, or what it, or this user, may do is not enough"
        })
public final class Main {
    private final Terminal terminal;

    private Main(Terminal terminal) {
        this.terminal = terminal;
    }

    public static void main(String[] args) {
        nettyDefaults();
        // A command that started a target ends by itself; until then its threads keep the program alive.
        int code = commandLine().execute(args);
        System.out.flush();
        System.exit(code);
    }

    /**
     * Settings of Netty without which the data path allocates (measured: benchmarks/README.md), unless they are given with
     * -D. Before any class of Netty's is used.
     */
    private static void nettyDefaults() {
        // The leak detector samples buffers; the tests run with it at its most thorough.
        setDefault("io.netty.leakDetection.level", "disabled");
        // Recycled objects beyond a chunk make the recycler's queue grow and shrink by arrays, all the time. A chunk
        // holds
        // what a deep queue has in flight.
        setDefault("io.netty.recycler.chunkSize", "1024");
        // Connections are taken one by one, at the pace that the target chooses. A request for all that come would
        // bring a
        // thousand of them within one turn of the loop, in which those who are connected wait (milliseconds, measured).
        setDefault("io.netty.iouring.acceptMultiShotEnabled", "false");
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** The commands, with our exit codes and error messages. */
    static CommandLine commandLine() {
        return commandLine(Terminal.SYSTEM);
    }

    static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new Main(terminal))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, line, parsed) -> report(exception, line));
    }

    /** The terminal of a command of ours. */
    static Terminal terminal(CommandSpec spec) {
        return spec.root().userObject() instanceof Main main ? main.terminal() : Terminal.SYSTEM;
    }

    Terminal terminal() {
        return terminal;
    }

    private static int report(Exception exception, CommandLine line) {
        PrintWriter err = line.getErr();
        if (exception instanceof CliException e) {
            err.println("nvmevf: " + e.getMessage());
            err.flush();
            return e.exitCode();
        }
        err.println("nvmevf: a bug in nvmevf, please report it:");
        exception.printStackTrace(err);
        err.flush();
        return ExitCode.FAILURE;
    }

    /** {@code --version}. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"nvmevf " + (version == null ? "development" : version)};
        }
    }
}
