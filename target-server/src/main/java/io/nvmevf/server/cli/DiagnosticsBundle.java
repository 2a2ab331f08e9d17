package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.doctor.Finding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What a diagnostics bundle holds. Each part is asked for by name: the routes listed here, none of which tells a secret, and the
 * values of {@link ConfigFacts}. No file of the target is copied. All of it passes {@link Redaction} on its way out.
 */
final class DiagnosticsBundle {
    private static final int AUDIT_LINES = 200;
    private static final String CANNOT = " (cannot be had: ";

    /** Of the API: the file, what it is, and the route. */
    private record Part(String file, String what, String path) {}

    private static final List<Part> PARTS = List.of(
            new Part("health.json", "whether it serves, and namespaces that it cannot use", "/healthz"),
            new Part("pf.json", "version, pool, queues, listeners, how much of it is used", "/v1/pf"),
            new Part(
                    "capacity.json",
                    "what the PF is said to be able to do, and what of that is guaranteed",
                    "/v1/pf/capacity"),
            new Part("vfs.json", "virtual functions with their hosts, limits and namespaces", "/v1/vfs"),
            new Part("namespaces.json", "namespaces with owner and state", "/v1/namespaces"),
            new Part("profiles.json", "QoS profiles", "/v1/profiles"),
            new Part("tenants.json", "tenants and their limits", "/v1/tenants"),
            new Part("operations.json", "erasures that run or have ended", "/v1/operations"),
            new Part("stats.json", "counters of each virtual function", "/v1/stats"),
            new Part("logging.json", "what the log writes", "/v1/logging"),
            new Part("log.json", "the last lines of the log", "/v1/logging/lines"),
            new Part(
                    "jvm.json",
                    "the target's JVM: options, memory, collections, buffers, what each thread does",
                    "/v1/diagnostics/jvm"));

    private final ApiClient client;
    private final Surgery surgery;
    private final Instant now;
    private final Map<String, String> files = new LinkedHashMap<>();
    private final List<String> contents = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    DiagnosticsBundle(ApiClient client, Surgery surgery, Instant now) {
        this.client = client;
        this.surgery = surgery;
        this.now = now;
    }

    /** Asks for everything; what cannot be had is {@link #missing}. */
    void gather() {
        add("version.json", "this program, its Java, and the machine", json(version()));
        List<Finding> findings = surgery.examine(client, false);
        StringWriter table = new StringWriter();
        DoctorCommand.print(new PrintWriter(table, true), findings);
        add("doctor.txt", "what 'nvmevf doctor' says", table.toString());
        add("doctor.json", "the same", json(DoctorCommand.json(findings)));
        TargetConfig config = surgery.config();
        if (config != null) {
            add(
                    "configuration.json",
                    "the configuration as it is in force; chosen values of it, not the file",
                    json(ConfigFacts.of(config)));
        } else {
            missing.add("configuration.json: it cannot be used; doctor.txt says more");
        }
        for (Part part : PARTS) {
            ask(part.file, part.what, () -> json(client.get(part.path)));
        }
        ask("metrics.txt", "what Prometheus gets", () -> client.text("/metrics"));
        ask("audit.ndjson", "the last " + AUDIT_LINES + " lines of the audit log", this::audit);
    }

    private interface Source {
        String get() throws CliException;
    }

    private void ask(String file, String what, Source source) {
        try {
            add(file, what, source.get());
        } catch (CliException e) {
            String why = Redaction.of(String.valueOf(e.getMessage()));
            missing.add(file + ": " + why);
            contents.add(line(file, what + CANNOT + why + ")"));
        }
    }

    private void add(String file, String what, String content) {
        files.put(file, content);
        contents.add(line(file, what));
    }

    private static String line(String file, String what) {
        return "%-20s %s".formatted(file, what);
    }

    private ObjectNode version() {
        return ApiClient.object()
                .put("nvmevf", new Main.Version().getVersion()[0])
                .put("java", surgery.machine.java().toString())
                .put("system", surgery.machine.system())
                .put("kernel", surgery.machine.read("/proc/sys/kernel/osrelease"))
                .put("distribution", surgery.machine.read("/etc/os-release"))
                .put("time", now.toString());
    }

    private String audit() throws CliException {
        Deque<String> last = new ArrayDeque<>();
        try (var in = new BufferedReader(
                new InputStreamReader(client.download("/v1/audit/export"), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (last.size() == AUDIT_LINES) {
                    last.removeFirst();
                }
                last.addLast(line);
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILURE, "the audit log ended too early: " + e, e);
        }
        return String.join("\n", last) + "\n";
    }

    private static String json(JsonNode node) {
        return node.toPrettyString() + "\n";
    }

    /** What could not be had, and why. */
    List<String> missing() {
        return missing;
    }

    /** Writes the ZIP file. */
    void write(OutputStream to) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(to, StandardCharsets.UTF_8)) {
            put(zip, "README.txt", readme());
            for (Map.Entry<String, String> file : files.entrySet()) {
                put(zip, file.getKey(), file.getValue());
            }
        }
    }

    private void put(ZipOutputStream zip, String name, String content) throws IOException {
        ZipEntry entry = new ZipEntry("nvmevf-diagnostics/" + name);
        entry.setTime(now.toEpochMilli());
        zip.putNextEntry(entry);
        zip.write(Redaction.of(content).getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    private String readme() {
        return """
                Diagnostics of an nvmevf target, made at %s by 'nvmevf diagnostics'.

                %s

                There are no secrets in it: no keys and PSKs of hosts, no tokens, no key-encryption keys, no private keys, and no
                data of any namespace. Where a text looked like one it says %s. There are names and addresses in it:
                of hosts, tenants, virtual functions, users, files and devices. It was given to you in confidence.
                """.formatted(now, String.join("\n", contents), "(redacted)");
    }
}
