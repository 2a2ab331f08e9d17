package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.server.config.Sizes;
import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** A command that asks a running target. */
abstract class ApiCommand implements Callable<Integer> {
    @Spec
    @Nullable
    CommandSpec spec;

    @Mixin
    ApiOptions target = new ApiOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How to print the result. Default: table")
    Output.Format output = Output.Format.TABLE;

    /** What the shell gets if all goes well. */
    int exitCode = ExitCode.OK;

    /** Asks, and prints. */
    abstract void run(ApiClient client) throws CliException;

    @Override
    public Integer call() throws CliException {
        run(connect());
        out().flush();
        return exitCode;
    }

    final ApiClient connect() throws CliException {
        return target.connect(terminal());
    }

    final PrintWriter out() {
        return commandLine().getOut();
    }

    /** Progress and questions: what is no result. */
    final PrintWriter err() {
        return commandLine().getErr();
    }

    final Terminal terminal() {
        return commandLine().getCommandSpec().root().userObject() instanceof Main main
                ? main.terminal()
                : Terminal.SYSTEM;
    }

    private CommandLine commandLine() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return spec.commandLine();
    }

    /**
     * Asks a person before something is lost; without a terminal there is nobody to ask.
     *
     * @param yes whether it was confirmed by an option
     * @param name what has to be typed
     */
    final void confirm(boolean yes, String name, String what) throws CliException {
        if (yes || !terminal().isInteractive()) {
            return;
        }
        err().println(what);
        err().flush();
        if (!name.equals(terminal().ask("Type " + name + " to go on: "))) {
            throw new CliException(ExitCode.USAGE, "not confirmed; nothing was changed");
        }
    }

    final void printList(JsonNode answer, List<Output.Column> columns) {
        if (output == Output.Format.JSON) {
            Output.json(out(), answer);
        } else {
            Output.table(out(), answer.path("items"), columns);
        }
    }

    final void printOne(JsonNode answer, List<Output.Column> columns) {
        if (output == Output.Format.JSON) {
            Output.json(out(), answer);
        } else {
            Output.card(out(), answer, columns);
        }
    }

    /** A deletion has no answer to print: in JSON nothing, so that output stays parseable. */
    final void printDone(String text) {
        if (output == Output.Format.TABLE) {
            out().println(text);
        }
    }

    /** {@code 4GiB} and the like. */
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            OptionalLong bytes = Sizes.parse(text);
            if (bytes.isEmpty()) {
                throw new TypeConversionException(
                        "'" + text + "' is no size; write bytes, or a number with KiB, MiB, GiB or TiB such as 4GiB");
            }
            return bytes.getAsLong();
        }
    }
}
