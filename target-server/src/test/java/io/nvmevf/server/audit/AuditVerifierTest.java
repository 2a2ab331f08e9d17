package io.nvmevf.server.audit;

import static io.nvmevf.server.audit.AuditFixture.join;
import static io.nvmevf.server.audit.AuditFixture.lines;
import static io.nvmevf.server.audit.AuditFixture.parse;
import static io.nvmevf.server.audit.AuditFixture.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.server.audit.AuditReport.Break;
import io.nvmevf.server.audit.AuditReport.Kind;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to a log is found, and where. */
class AuditVerifierTest {
    private static final int LINES = 9;

    @TempDir
    Path directory;

    private List<byte[]> log;

    @BeforeEach
    void write() throws Exception {
        log = lines(directory, LINES);
    }

    private static Break broken(AuditReport report) {
        assertThat(report.intact()).isFalse();
        Break broken = report.broken();
        assertThat(broken).isNotNull();
        if (broken == null) {
            throw new AssertionError();
        }
        return broken;
    }

    @Test
    void anUntouchedLogIsIntact() throws Exception {
        AuditReport report = verify(log);
        assertThat(report.broken()).isNull();
        assertThat(report.lines()).isEqualTo(LINES);
        assertThat(report.erasures()).isEqualTo(4);
        assertThat(report.head())
                .isEqualTo(new AuditHead(LINES, parse(log.getLast()).hash()));
        assertThat(AuditVerifier.verify(directory.resolve(AuditLog.NAME))).isEqualTo(report);
    }

    @Test
    void everyChangedByteIsFoundInItsLine() throws Exception {
        SplittableRandom random = new SplittableRandom(4711);
        byte[] whole = join(log);
        int line = 1;
        for (int at = 0; at < whole.length; at++) {
            byte original = whole[at];
            // One bit, or any other value.
            int change = at % 2 == 0 ? 1 << random.nextInt(8) : 1 + random.nextInt(255);
            byte[] copy = whole.clone();
            copy[at] ^= (byte) change;
            Break broken = broken(verify(copy));
            assertThat(broken.line()).as("byte %d xor %d", at, change).isEqualTo(line);
            if (broken.kind() != Kind.CHANGED) {
                // The last line feed is what makes the last line whole.
                assertThat(at).isEqualTo(whole.length - 1);
                assertThat(broken.kind()).isEqualTo(Kind.TORN);
            }
            if (original == '\n') {
                line++;
            }
        }
    }

    @Test
    void everyDroppedLineIsFound() throws Exception {
        for (int drop = 0; drop < LINES - 1; drop++) {
            List<byte[]> copy = new ArrayList<>(log);
            copy.remove(drop);
            Break broken = broken(verify(copy));
            assertThat(broken.kind()).isEqualTo(Kind.DROPPED);
            assertThat(broken.line()).isEqualTo(drop + 1);
            assertThat(broken.why()).contains("number " + (drop + 1) + " is missing");
        }
        List<byte[]> copy = new ArrayList<>(log);
        copy.subList(2, 5).clear();
        assertThat(broken(verify(copy)).why()).isEqualTo("here is number 6: numbers 3 to 5 are missing");
    }

    @Test
    void everySwappedPairIsFound() throws Exception {
        for (int i = 0; i < LINES; i++) {
            for (int j = i + 1; j < LINES; j++) {
                List<byte[]> copy = new ArrayList<>(log);
                Collections.swap(copy, i, j);
                Break broken = broken(verify(copy));
                assertThat(broken.kind()).isEqualTo(Kind.REORDERED);
                assertThat(broken.line()).isEqualTo(i + 1);
                assertThat(broken.why()).contains("number " + (i + 1) + " stands in line " + (j + 1));
            }
        }
    }

    @Test
    void everyRepeatedLineIsFound() throws Exception {
        for (int i = 0; i < LINES; i++) {
            for (int at = i + 1; at <= LINES; at++) {
                List<byte[]> copy = new ArrayList<>(log);
                copy.add(at, log.get(i));
                Break broken = broken(verify(copy));
                assertThat(broken.kind()).isEqualTo(Kind.DUPLICATED);
                assertThat(broken.line()).isEqualTo(at + 1);
            }
        }
    }

    @Test
    void aCutTailIsFoundWithTheHead() throws Exception {
        AuditHead head = new AuditHead(LINES, parse(log.getLast()).hash());
        assertThat(AuditVerifier.verify(new ByteArrayInputStream(join(log)), head, null)
                        .intact())
                .isTrue();
        for (int kept = 1; kept < LINES; kept++) {
            byte[] cut = join(log.subList(0, kept));
            assertThat(verify(cut).intact()).isTrue();
            Break broken = broken(AuditVerifier.verify(new ByteArrayInputStream(cut), head, null));
            assertThat(broken.kind()).isEqualTo(Kind.TRUNCATED);
            assertThat(broken.line()).isEqualTo(kept + 1);
        }
        assertThat(broken(verify(new byte[0])).kind()).isEqualTo(Kind.TRUNCATED);
        // A head from the middle, and one that the log never had.
        AuditHead middle = new AuditHead(4, parse(log.get(3)).hash());
        assertThat(AuditVerifier.verify(new ByteArrayInputStream(join(log)), middle, null)
                        .intact())
                .isTrue();
        AuditHead other = new AuditHead(4, parse(log.get(4)).hash());
        assertThat(broken(AuditVerifier.verify(new ByteArrayInputStream(join(log)), other, null))
                        .line())
                .isEqualTo(4);
    }

    /** A line as somebody without the key would write it, consistent in itself. */
    private byte[] forged(int line, String field, String value, @Nullable String signature) throws Exception {
        AuditEntry entry = parse(log.get(line));
        Map<String, @Nullable Object> fields = new HashMap<>(entry.fields());
        fields.put(field, value);
        byte[] unsigned = AuditLine.of(entry.seq(), entry.time(), entry.type(), fields, entry.prev(), null);
        if (signature == null) {
            return unsigned;
        }
        String text = new String(unsigned, StandardCharsets.US_ASCII)
                .replaceFirst("\"hash\":\"[0-9a-f]{64}\",", "")
                .replaceFirst("\"time\"", "\"signature\":\"" + signature + "\",\"time\"")
                .strip();
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
        return (text.replaceFirst("\"prev\"", "\"hash\":\"" + hash + "\",\"prev\"") + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void aForgedErasureRecordIsFound() throws Exception {
        int erasure = LINES - 2;
        AuditEntry original = parse(log.get(erasure));
        assertThat(original.type()).isEqualTo(ErasureRecord.TYPE);
        String signature = original.signature();
        assertThat(signature).isNotNull();
        // The helper remakes the true line, so what it forges fails for no other reason than its content.
        assertThat(forged(erasure, "outcome", "succeeded", signature)).isEqualTo(log.get(erasure));
        for (String sign : new String[] {null, signature, "00".repeat(64), "no hex"}) {
            List<byte[]> copy = new ArrayList<>(log.subList(0, erasure));
            copy.add(forged(erasure, "outcome", "never happened", sign));
            Break broken = broken(verify(copy));
            assertThat(broken.kind()).isEqualTo(Kind.FORGED);
            assertThat(broken.line()).isEqualTo(erasure + 1);
        }
    }

    @Test
    void anEntryThatWasReplacedIsFoundInTheNextLine() throws Exception {
        int plain = 2;
        assertThat(parse(log.get(plain)).signature()).isNull();
        List<byte[]> copy = new ArrayList<>(log);
        copy.set(plain, forged(plain, "vf", "other", null));
        Break broken = broken(verify(copy));
        assertThat(broken.kind()).isEqualTo(Kind.CHANGED);
        assertThat(broken.line()).isEqualTo(plain + 2);
        assertThat(broken.why()).contains("does not continue the one before it");
    }

    @Test
    void aLogMadeAnewWithAnotherKeyIsFoundWithTheKey() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other"));
        List<byte[]> anew = lines(other, LINES);
        assertThat(verify(anew).intact()).isTrue();
        String key = verify(log).publicKey();
        Break broken = broken(AuditVerifier.verify(new ByteArrayInputStream(join(anew)), null, key));
        assertThat(broken.kind()).isEqualTo(Kind.WRONG_KEY);
        assertThat(broken.line()).isEqualTo(1);
        // Lines of one log in another.
        List<byte[]> mixed = new ArrayList<>(log.subList(0, 3));
        mixed.addAll(anew.subList(3, LINES));
        assertThat(broken(verify(mixed)).line()).isEqualTo(4);
    }

    @Test
    void whatIsNoLogIsFoundWithoutReadingItIntoMemory() throws Exception {
        assertThat(broken(verify("hello\n".getBytes(StandardCharsets.US_ASCII))).kind())
                .isEqualTo(Kind.CHANGED);
        assertThat(broken(verify("{}\n".getBytes(StandardCharsets.US_ASCII))).kind())
                .isEqualTo(Kind.CHANGED);
        assertThat(broken(verify("[".repeat(60_000).concat("\n").getBytes(StandardCharsets.US_ASCII)))
                        .kind())
                .isEqualTo(Kind.CHANGED);
        long[] left = {3L << 30};
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("read in bulk");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                if (left[0] <= 0) {
                    return -1;
                }
                left[0] -= length;
                java.util.Arrays.fill(bytes, offset, offset + length, (byte) 'x');
                return length;
            }
        };
        Break broken = broken(AuditVerifier.verify(endless));
        assertThat(broken.kind()).isEqualTo(Kind.CHANGED);
        assertThat(broken.why()).isEqualTo("the line is longer than 65536 bytes");
    }

    @Test
    void anybodyCanCheckTheHashOfALine() throws Exception {
        for (byte[] line : log) {
            String text = new String(line, StandardCharsets.US_ASCII).strip();
            String rest = text.replaceFirst("\"hash\":\"[0-9a-f]{64}\",", "");
            assertThat(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256")
                                    .digest(rest.getBytes(StandardCharsets.US_ASCII))))
                    .isEqualTo(parse(line).hash());
        }
    }

    @Test
    void headsAndKeysAreReadStrictly() {
        String hash = "0123456789abcdef".repeat(4);
        assertThat(AuditHead.parse("12:" + hash)).isEqualTo(new AuditHead(12, hash));
        for (String bad : new String[] {
            "", "12", "0:" + hash, "12:" + hash + "0", "-1:" + hash, "12:" + hash.toUpperCase(java.util.Locale.ROOT)
        }) {
            assertThatThrownBy(() -> AuditHead.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        for (String bad :
                new String[] {"", "AAAA", "?", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"}) {
            assertThatThrownBy(() -> AuditVerifier.publicKey(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
