package io.nvmevf.server.audit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Logs to take apart. */
final class AuditFixture {
    static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T10:20:30.123456Z"));

    private AuditFixture() {}

    static ErasureRecord erasure(int number) {
        return new ErasureRecord(
                "op-" + number,
                "ns-" + number,
                new UUID(1, number),
                number % 2 == 0 ? null : new UUID(2, number),
                "tenant-a",
                null,
                number % 3 == 0 ? "overwrite" : "crypto",
                1,
                number % 3 == 0 ? 0xCAFEBABE : null,
                1L << 40,
                "sampled",
                6L << 20,
                -5L * number,
                Instant.parse("2026-11-23T10:20:00Z"),
                Instant.parse("2026-11-23T10:20:30Z"),
                "succeeded",
                "0.1.0");
    }

    /** Appends {@code count} entries, every second one an erasure record. */
    static void append(AuditLog log, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            if (i % 2 == 0) {
                log.appendErasure(erasure(i));
            } else {
                log.append(
                        "vf-created", Map.of("vf", "vf" + i, "tenant", "Zoë \u2028 \"x\"\n", "hosts", List.of("a", 1)));
            }
        }
    }

    /** A log of so many lines, the first one included. */
    static List<byte[]> lines(Path directory, int count) throws IOException {
        try (AuditLog log = AuditLog.open(directory, CLOCK)) {
            append(log, count - 1);
            return split(log.export().readAllBytes());
        }
    }

    /** Lines with their line feeds. */
    static List<byte[]> split(byte[] bytes) {
        List<byte[]> lines = new ArrayList<>();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (byte each : bytes) {
            line.write(each);
            if (each == '\n') {
                lines.add(line.toByteArray());
                line.reset();
            }
        }
        if (line.size() > 0) {
            lines.add(line.toByteArray());
        }
        return lines;
    }

    static byte[] join(List<byte[]> lines) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        lines.forEach(all::writeBytes);
        return all.toByteArray();
    }

    static AuditReport verify(List<byte[]> lines) throws IOException {
        return verify(join(lines));
    }

    static AuditReport verify(byte[] bytes) throws IOException {
        return AuditVerifier.verify(new ByteArrayInputStream(bytes));
    }

    static AuditEntry parse(byte[] line) throws Exception {
        String text = new String(line, StandardCharsets.US_ASCII);
        return AuditLine.parse(text.substring(0, text.length() - 1).getBytes(StandardCharsets.US_ASCII));
    }
}
