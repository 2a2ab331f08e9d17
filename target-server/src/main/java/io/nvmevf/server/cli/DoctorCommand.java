package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.doctor.Finding;
import io.nvmevf.server.doctor.Finding.Verdict;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nvmevf doctor}. */
@Command(
        name = "doctor",
        description = {
            "Says what is wrong with this machine, the configuration and a running target, and what to do about it.",
            "Exit code 0 if nothing fails (there may be warnings), 1 if something does. Run it as the target's user."
        })
final class DoctorCommand extends ApiCommand {
    @Mixin
    Surgery surgery = new Surgery();

    @Override
    public Integer call() throws CliException {
        surgery.findTarget(target, terminal());
        return super.call();
    }

    @Override
    void run(ApiClient client) {
        List<Finding> findings = surgery.examine(client, true);
        if (output == Output.Format.JSON) {
            Output.json(out(), json(findings));
        } else {
            print(out(), findings);
        }
        if (findings.stream().anyMatch(one -> one.verdict() == Verdict.FAIL)) {
            exitCode = ExitCode.FAILURE;
        }
    }

    static ObjectNode json(List<Finding> findings) {
        ObjectNode root = ApiClient.object();
        for (Verdict verdict : Verdict.values()) {
            root.put(
                    word(verdict),
                    findings.stream().filter(one -> one.verdict() == verdict).count());
        }
        ArrayNode all = root.putArray("findings");
        for (Finding finding : findings) {
            all.addObject()
                    .put("check", finding.check())
                    .put("verdict", word(finding.verdict()))
                    .put("what", finding.what())
                    .put("next", finding.next());
        }
        return root;
    }

    private static String word(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    /** One line for each, and below those that are not well what to do. */
    static void print(PrintWriter out, List<Finding> findings) {
        int width =
                findings.stream().mapToInt(one -> one.check().length()).max().orElse(0);
        for (Finding finding : findings) {
            String check = finding.check() + " ".repeat(width - finding.check().length());
            String indent = " ".repeat(width + 8);
            out.println("%-4s  %s  %s"
                    .formatted(finding.verdict(), check, finding.what().replace("\n", "\n" + indent)));
            if (finding.next() != null) {
                out.println(indent + "→ " + finding.next());
            }
        }
    }
}
