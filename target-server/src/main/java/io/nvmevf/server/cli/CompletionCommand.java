package io.nvmevf.server.cli;

import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nvmevf completion}. */
@Command(
        name = "completion",
        description = "Prints a completion script for bash; use it with: source <(nvmevf completion)")
final class CompletionCommand implements Runnable {
    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public void run() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        spec.commandLine()
                .getOut()
                .print(AutoComplete.bash("nvmevf", spec.root().commandLine()));
        spec.commandLine().getOut().flush();
    }
}
