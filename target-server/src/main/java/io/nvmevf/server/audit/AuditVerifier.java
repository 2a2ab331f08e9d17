package io.nvmevf.server.audit;

import io.nvmevf.server.audit.AuditReport.Break;
import io.nvmevf.server.audit.AuditReport.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Checks an audit log, wherever it lies. Streams: memory does not grow with the file. */
public final class AuditVerifier {
    /** Told of each line that is in order. */
    @FunctionalInterface
    interface Sink {
        void line(long start, AuditEntry entry, long end) throws IOException;
    }

    /** The unit in which a crash may keep parts of a write from the disk. */
    private static final int SECTOR = 512;

    private final LineReader reader;
    private final boolean signatures;
    private final @Nullable AuditHead expectedHead;
    private final @Nullable String expectedKey;
    private final Sink sink;

    private long lines;
    private long erasures;
    private String prev = AuditLine.NO_PREVIOUS;
    private @Nullable String publicKey;

    private AuditVerifier(
            InputStream in,
            boolean signatures,
            @Nullable AuditHead expectedHead,
            @Nullable String expectedKey,
            Sink sink) {
        this.reader = new LineReader(in);
        this.signatures = signatures;
        this.expectedHead = expectedHead;
        this.expectedKey = expectedKey;
        this.sink = sink;
    }

    /** As {@link #verify(InputStream, AuditHead, String)}. */
    public static AuditReport verify(Path file) throws IOException {
        return verify(file, null, null);
    }

    /** As {@link #verify(InputStream, AuditHead, String)}. */
    public static AuditReport verify(InputStream in) throws IOException {
        return verify(in, null, null);
    }

    /** As {@link #verify(InputStream, AuditHead, String)}. */
    public static AuditReport verify(Path file, @Nullable AuditHead head, @Nullable String publicKey)
            throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return verify(in, head, publicKey);
        }
    }

    /**
     * Reads the stream to its end, or to what is broken. It is not closed.
     *
     * @param head an end of the log that was seen before; without it, lines cut off at the end are not found
     * @param publicKey the log's key as base64 of its X.509 form; without it, a log that was made anew with another key is not found
     * @throws IOException if the stream cannot be read
     */
    public static AuditReport verify(InputStream in, @Nullable AuditHead head, @Nullable String publicKey)
            throws IOException {
        return new AuditVerifier(in, true, head, publicKey, (start, entry, end) -> {}).run();
    }

    /**
     * Reads a public key for {@link #verify(InputStream, AuditHead, String)}.
     *
     * @param text base64 of the X.509 form, or a PEM file's text
     * @throws IllegalArgumentException if it is no Ed25519 public key
     */
    public static String publicKey(String text) {
        return AuditKey.publicKeyOf(text);
    }

    /** Only the chain, which is what a damaged disk breaks: signatures take too long at a start. */
    static AuditReport scan(InputStream in, Sink sink) throws IOException {
        return new AuditVerifier(in, false, null, null, sink).run();
    }

    private AuditReport run() throws IOException {
        Break broken = null;
        for (byte[] line = reader.next(); line != null && broken == null; line = reader.next()) {
            broken = check(line);
            if (broken != null) {
                break;
            }
        }
        if (broken == null) {
            broken = atEnd();
        }
        AuditHead head = lines == 0 ? null : new AuditHead(lines, prev);
        return new AuditReport(lines, erasures, head, publicKey, broken);
    }

    private @Nullable Break atEnd() {
        if (lines == 0) {
            return broken(Kind.TRUNCATED, "the log is empty; a log has at least its first line");
        }
        if (expectedHead != null && lines < expectedHead.seq()) {
            return broken(
                    Kind.TRUNCATED,
                    "the log ends here, but it had " + expectedHead.seq() + " lines: " + (expectedHead.seq() - lines)
                            + " were cut off");
        }
        return null;
    }

    /** Looks at the next line; null if it is in order. */
    private @Nullable Break check(byte[] line) throws IOException {
        if (reader.isTooLong()) {
            return broken(Kind.CHANGED, "the line is longer than " + AuditLine.MAX_LENGTH + " bytes");
        }
        if (!reader.isTerminated()) {
            return broken(
                    Kind.TORN,
                    "the line has no end: the target crashed while it was written, or is writing it; a start of the"
                            + " target cuts it off");
        }
        AuditEntry entry;
        try {
            entry = AuditLine.parse(line);
        } catch (AuditLine.InvalidLine e) {
            if (isTornSector(line) && reader.atEnd()) {
                return broken(
                        Kind.TORN,
                        "the last line holds zeros where a crash kept it from the disk; a start of the target cuts it off");
            }
            return broken(Kind.CHANGED, "the line was changed: " + e.getMessage());
        }
        Break wrong = place(entry);
        if (wrong == null) {
            wrong = signature(entry);
        }
        if (wrong == null && expectedHead != null && entry.seq() == expectedHead.seq()) {
            wrong = entry.hash().equals(expectedHead.hash())
                    ? null
                    : broken(
                            Kind.CHANGED,
                            "the line is not the one of the given head: it, or lines before it, were replaced");
        }
        if (wrong == null) {
            sink.line(reader.start(), entry, reader.end());
            lines++;
            prev = entry.hash();
            if (entry.type().equals(ErasureRecord.TYPE)) {
                erasures++;
            }
        }
        return wrong;
    }

    private @Nullable Break place(AuditEntry entry) throws IOException {
        long wanted = lines + 1;
        if (entry.seq() < wanted) {
            return broken(
                    Kind.DUPLICATED, "the line has the number " + entry.seq() + ", which a line before it has too");
        }
        if (entry.seq() > wanted) {
            long at = wanted;
            long found = find(wanted);
            return found > 0
                    ? new Break(
                            at,
                            Kind.REORDERED,
                            "here is number " + entry.seq() + ", and number " + wanted + " stands in line " + found)
                    : new Break(
                            at,
                            Kind.DROPPED,
                            "here is number " + entry.seq() + ": "
                                    + (entry.seq() == wanted + 1
                                            ? "number " + wanted + " is missing"
                                            : "numbers " + wanted + " to " + (entry.seq() - 1) + " are missing"));
        }
        if (!entry.prev().equals(prev)) {
            return broken(
                    Kind.CHANGED,
                    "the line does not continue the one before it: one of the two was replaced by another");
        }
        return null;
    }

    /** In which later line this number stands, or 0. Lines that are broken themselves are passed over: the first break counts. */
    private long find(long seq) throws IOException {
        long line = lines + 1;
        for (byte[] each = reader.next(); each != null; each = reader.next()) {
            line++;
            if (seqOf(each) == seq) {
                return line;
            }
        }
        return 0;
    }

    /** The number of a line, or 0 if it is broken. */
    private static long seqOf(byte[] line) {
        try {
            return AuditLine.parse(line).seq();
        } catch (AuditLine.InvalidLine e) {
            return 0;
        }
    }

    private @Nullable Break signature(AuditEntry entry) {
        boolean genesis = entry.seq() == 1;
        if (genesis != entry.type().equals(AuditLog.GENESIS)) {
            return broken(Kind.CHANGED, genesis ? "the log does not begin with its first line" : "a second beginning");
        }
        if (genesis) {
            if (!(entry.fields().get(AuditLog.PUBLIC_KEY) instanceof String key)) {
                return broken(Kind.CHANGED, "the first line holds no public key");
            }
            if (expectedKey != null && !expectedKey.equals(key)) {
                return broken(Kind.WRONG_KEY, "the log was written with another key than the given one: " + key);
            }
            publicKey = key;
        }
        boolean signed = genesis || entry.type().equals(ErasureRecord.TYPE);
        String signature = entry.signature();
        if (signed != (signature != null)) {
            return signed
                    ? broken(Kind.FORGED, "the signature is missing")
                    : broken(Kind.CHANGED, "a signature where none belongs");
        }
        if (signatures
                && signature != null
                && (publicKey == null || !AuditKey.verify(publicKey, AuditLine.signedBytes(entry), signature))) {
            return broken(Kind.FORGED, "the signature was not made with the log's key");
        }
        return null;
    }

    private Break broken(Kind kind, String why) {
        return new Break(lines + 1, kind, why);
    }

    /** Whether zeros fill whole sectors of the file, from the line's begin or a sector's to a sector's end. */
    private boolean isTornSector(byte[] line) {
        int first = 0;
        while (first < line.length && line[first] != 0) {
            first++;
        }
        int end = line.length;
        while (end > first && line[end - 1] != 0) {
            end--;
        }
        return first < end
                && (first == 0 || (reader.start() + first) % SECTOR == 0)
                && (reader.start() + end) % SECTOR == 0;
    }
}
