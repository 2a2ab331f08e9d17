package io.nvmevf.server.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code nvmevf diagnostics}. */
@Command(
        name = "diagnostics",
        description = {
            "Gathers what somebody who helps has to know in one ZIP file, without secrets: versions, configuration, state, metrics,",
            "the end of the audit log, the last lines of the log, the doctor's findings, threads and memory of the JVM.",
            "It names hosts, tenants, addresses and paths: look into it before you give it away. README.txt in it says what is what."
        })
final class DiagnosticsCommand extends ApiCommand {
    @Mixin
    Surgery surgery = new Surgery();

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE.zip",
            description = "Where to write it; must not be there. Default: nvmevf-diagnostics-TIME.zip here")
    @Nullable
    Path file;

    @Override
    public Integer call() throws CliException {
        surgery.findTarget(target, terminal());
        return super.call();
    }

    @Override
    void run(ApiClient client) throws CliException {
        Instant now = surgery.machine.now();
        Path to = file == null
                ? Path.of("nvmevf-diagnostics-"
                        + DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
                                .withZone(ZoneOffset.UTC)
                                .format(now)
                        + ".zip")
                : file;
        DiagnosticsBundle bundle = new DiagnosticsBundle(client, surgery, now);
        bundle.gather();
        try (var out = Files.newByteChannel(
                to,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            bundle.write(java.nio.channels.Channels.newOutputStream(out));
        } catch (FileAlreadyExistsException e) {
            throw new CliException(ExitCode.USAGE, to + " is there already; name another file", e);
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILURE, to + " cannot be written: " + e, e);
        }
        if (output == Output.Format.JSON) {
            Output.json(
                    out(),
                    ApiClient.object()
                            .put("file", to.toString())
                            .put("missing", bundle.missing().size()));
            return;
        }
        out().println(to + " is written; look into it before you give it away: it names hosts, tenants and paths");
        bundle.missing().forEach(what -> err().println("nvmevf: not in it: " + what));
        err().flush();
    }
}
