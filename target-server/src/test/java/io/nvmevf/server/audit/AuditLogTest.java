package io.nvmevf.server.audit;

import static io.nvmevf.server.audit.AuditFixture.CLOCK;
import static io.nvmevf.server.audit.AuditFixture.append;
import static io.nvmevf.server.audit.AuditFixture.erasure;
import static io.nvmevf.server.audit.AuditFixture.join;
import static io.nvmevf.server.audit.AuditFixture.split;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log in its directory: durable, continued, recovered after a crash, and never repaired. */
class AuditLogTest {
    @TempDir
    Path directory;

    private Path file;
    private Path key;

    @BeforeEach
    void paths() {
        file = directory.resolve("audit.log");
        key = directory.resolve("audit.key");
    }

    private AuditLog open() throws IOException {
        return AuditLog.open(directory, CLOCK);
    }

    @Test
    void aNewLogBeginsWithItsPublicKey() throws Exception {
        try (AuditLog log = open()) {
            AuditEntry genesis = log.entries(0, 10).getFirst();
            assertThat(genesis.seq()).isEqualTo(1);
            assertThat(genesis.type()).isEqualTo("genesis");
            assertThat(genesis.fields())
                    .containsEntry("publicKey", log.publicKey())
                    .containsEntry("format", 1L);
            assertThat(genesis.prev()).isEqualTo("0".repeat(64));
            assertThat(genesis.time()).hasToString("2026-11-23T10:20:30.123Z");
            assertThat(log.head()).isEqualTo(new AuditHead(1, genesis.hash()));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(AuditVerifier.publicKey(Files.readString(key)))
                .isEqualTo(AuditVerifier.verify(file).publicKey());
    }

    @Test
    void anEntryComesBackAsItWasAppended() throws Exception {
        Map<String, @Nullable Object> fields = new HashMap<>();
        fields.put("text", "ü \u0000 \ud800 \"\\");
        fields.put("number", Long.MIN_VALUE);
        fields.put("none", null);
        fields.put("list", Arrays.asList(true, null, List.of(Map.of("b", 1, "a", 2))));
        try (AuditLog log = open()) {
            AuditEntry appended = log.append("a-type", fields);
            assertThat(appended.fields()).containsEntry("text", "ü \u0000 \ud800 \"\\");
            assertThat(appended.fields())
                    .containsEntry("number", Long.MIN_VALUE)
                    .containsEntry("none", null);
            assertThat(log.entries(1, 10)).containsExactly(appended);
            AuditEntry erasure = log.appendErasure(erasure(3));
            assertThat(erasure.signature()).hasSize(128);
            assertThat(erasure.fields())
                    .hasSize(17)
                    .containsEntry("pattern", "cafebabe")
                    .containsEntry("newOwner", null)
                    .containsEntry("bytes", 1L << 40)
                    .containsEntry("seed", "fffffffffffffff1");
        }
        assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                .matches("[ -~\n]*");
        assertThat(AuditVerifier.verify(file).intact()).isTrue();
    }

    @Test
    void eachAppendIsSyncedOnceAndBeforeItReturns() throws Exception {
        AtomicInteger syncs = new AtomicInteger();
        List<Long> sizes = new ArrayList<>();
        try (AuditLog log = AuditLog.open(directory, CLOCK, channel -> {
            channel.force(true);
            syncs.incrementAndGet();
            sizes.add(channel.size());
        })) {
            assertThat(syncs).hasValue(1);
            log.append("a", Map.of());
            assertThat(syncs).hasValue(2);
            log.appendErasure(erasure(1));
            assertThat(syncs).hasValue(3);
            // All of it was in the file when it was synced.
            assertThat(sizes.getLast()).isEqualTo(Files.size(file));
            assertThat(sizes).doesNotHaveDuplicates();
        }
    }

    @Test
    void reopeningContinuesTheChain() throws Exception {
        for (int round = 0; round < 5; round++) {
            try (AuditLog log = open()) {
                append(log, 3);
            }
        }
        AuditReport report = AuditVerifier.verify(file);
        assertThat(report.broken()).isNull();
        assertThat(report.lines()).isEqualTo(16);
        try (AuditLog log = open()) {
            assertThat(log.head()).isEqualTo(report.head());
        }
    }

    @Test
    void aLineTornAtAnyByteIsCutOff() throws Exception {
        try (AuditLog log = open()) {
            append(log, 3);
        }
        byte[] whole = Files.readAllBytes(file);
        int last = split(whole).getLast().length;
        for (int kept = 0; kept < last; kept++) {
            byte[] torn = Arrays.copyOf(whole, whole.length - last + kept);
            Files.write(file, torn);
            assertThat(AuditVerifier.verify(file).intact()).isEqualTo(kept == 0);
            try (AuditLog log = open()) {
                assertThat(log.head().seq()).isEqualTo(3);
                assertThat(Files.size(file)).isEqualTo(whole.length - last);
                if (kept % 50 == 0) {
                    log.appendErasure(erasure(1));
                    assertThat(AuditVerifier.verify(file).intact()).isTrue();
                }
            }
        }
    }

    @Test
    void aFirstLineTornAtAnyByteIsWrittenAgain() throws Exception {
        open().close();
        byte[] whole = Files.readAllBytes(file);
        for (int kept = 0; kept < whole.length; kept++) {
            Files.write(file, Arrays.copyOf(whole, kept));
            open().close();
            assertThat(AuditVerifier.verify(file).lines()).isEqualTo(1);
        }
    }

    @Test
    void sectorsThatACrashKeptFromTheDiskAreATornLineToo() throws Exception {
        try (AuditLog log = open()) {
            append(log, 1);
            log.append("long", Map.of("text", "x".repeat(3000)));
        }
        byte[] whole = Files.readAllBytes(file);
        int start = whole.length - split(whole).getLast().length;
        int sector = (start / 512 + 2) * 512;
        for (int[] lost : new int[][] {{start, sector}, {sector, sector + 512}}) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, lost[0], lost[1], (byte) 0);
            Files.write(file, torn);
            open().close();
            assertThat(Files.size(file)).isEqualTo(start);
        }
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, sector, sector + 100, (byte) 0);
        Files.write(file, damaged);
        assertThatThrownBy(this::open).isInstanceOf(AuditException.class).hasMessageContaining("line 3");
        assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
    }

    @Test
    void aDamagedLogStopsTheStartAndIsLeftAlone() throws Exception {
        try (AuditLog log = open()) {
            append(log, 5);
        }
        byte[] whole = Files.readAllBytes(file);
        List<byte[]> lines = split(whole);
        List<byte[]> swapped = new ArrayList<>(lines);
        Collections.swap(swapped, 2, 3);
        byte[] changed = whole.clone();
        changed[whole.length - 10] ^= 1; // the last line is whole, and so not cut off
        for (byte[] bad : List.of(
                join(swapped),
                join(lines.subList(1, 6)),
                changed,
                "\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))) {
            Files.write(file, bad);
            assertThatThrownBy(this::open)
                    .isInstanceOf(AuditException.class)
                    .hasMessageStartingWith(file + " is damaged in line ");
            assertThat(Files.readAllBytes(file)).isEqualTo(bad);
        }
        Files.write(file, whole);
        open().close();
    }

    @Test
    void theKeyMustBeThereAndBeTheRightOneAndSecret() throws Exception {
        open().close();
        byte[] text = Files.readAllBytes(key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(this::open).isInstanceOf(AuditException.class).hasMessageContaining("chmod 600");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--------"));
        open().close();
        Files.delete(key);
        assertThatThrownBy(this::open).isInstanceOf(AuditException.class).hasMessageContaining("is missing");
        assertThat(key).doesNotExist();
        Path other = Files.createDirectory(directory.resolve("other"));
        AuditLog.open(other, CLOCK).close();
        Files.copy(other.resolve("audit.key"), key, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        assertThatThrownBy(this::open).isInstanceOf(AuditException.class).hasMessageContaining("another key");
        Files.write(key, Arrays.copyOf(text, 40));
        assertThatThrownBy(this::open).isInstanceOf(AuditException.class).hasMessageContaining("is damaged");
        Files.write(key, text);
        open().close();
    }

    @Test
    void aLogThatIsMissingIsNotBegunAgainUnlessItsKeyIsMovedAwayToo() throws Exception {
        try (AuditLog log = open()) {
            append(log, 3);
        }
        byte[] text = Files.readAllBytes(file);
        Files.delete(file);
        assertThatThrownBy(this::open)
                .isInstanceOf(AuditException.class)
                .hasMessage(file + " is missing, but audit.key, which was made for it, is there; put audit.log back."
                        + " To begin a new log knowingly, move audit.key away too.");
        assertThat(file).doesNotExist();
        Files.write(file, text);
        open().close();
        assertThat(AuditVerifier.verify(file).lines()).isEqualTo(4);
        Files.delete(file);
        Files.delete(key);
        try (AuditLog log = open()) {
            assertThat(log.head().seq()).isEqualTo(1);
        }
    }

    @Test
    void aFailedSyncEndsTheLogUntilItIsOpenedAgain() throws Exception {
        AtomicInteger fail = new AtomicInteger(Integer.MAX_VALUE);
        try (AuditLog log = AuditLog.open(directory, CLOCK, channel -> {
            if (fail.decrementAndGet() <= 0) {
                throw new IOException("disk broken");
            }
            channel.force(true);
        })) {
            AuditHead head = log.head();
            fail.set(1);
            assertThatThrownBy(() -> log.append("a", Map.of())).hasMessage("disk broken");
            fail.set(Integer.MAX_VALUE);
            assertThatThrownBy(() -> log.append("a", Map.of())).hasMessageContaining("takes no entries");
            assertThat(log.head()).isEqualTo(head);
            assertThat(log.entries(0, 10)).hasSize(1);
        }
        try (AuditLog log = open()) {
            log.append("b", Map.of());
            assertThat(AuditVerifier.verify(file).intact()).isTrue();
        }
    }

    @Test
    void entriesAndExportShowWhatWasAppended() throws Exception {
        try (AuditLog log = open()) {
            List<AuditEntry> all = new ArrayList<>(log.entries(0, 1));
            for (int i = 0; i < 600; i++) {
                all.add(log.append("step", Map.of("i", i)));
            }
            assertThat(log.entries(0, 1000)).isEqualTo(all);
            for (long after : new long[] {-1, 0, 1, 254, 255, 256, 257, 511, 512, 513, 599, 600}) {
                int from = (int) Math.max(after, 0);
                assertThat(log.entries(after, 7)).isEqualTo(all.subList(from, Math.min(from + 7, 601)));
            }
            assertThat(log.entries(601, 7)).isEmpty();
            assertThat(log.entries(Long.MAX_VALUE, 7)).isEmpty();
            assertThatThrownBy(() -> log.entries(0, 0)).isInstanceOf(IllegalArgumentException.class);
            try (InputStream export = log.export()) {
                log.append("later", Map.of());
                AuditReport report = AuditVerifier.verify(export);
                assertThat(report.broken()).isNull();
                assertThat(report.lines()).isEqualTo(601);
            }
        }
        try (AuditLog log = open()) {
            assertThat(log.entries(600, 7)).hasSize(2);
        }
    }

    @Test
    void whatCannotBeRecordedIsRefusedAndChangesNothing() throws Exception {
        try (AuditLog log = open()) {
            long size = Files.size(file);
            for (String type : new String[] {"", "Upper", "genesis", "erasure", "a b", "x".repeat(65)}) {
                assertThatThrownBy(() -> log.append(type, Map.of())).isInstanceOf(IllegalArgumentException.class);
            }
            Object deep = "x";
            for (int i = 0; i < 20; i++) {
                deep = List.of(deep);
            }
            for (Object value : new Object[] {1.5, new Object(), Map.of(1, 2), deep, "x".repeat(65536)}) {
                assertThatThrownBy(() -> log.append("a", Map.of("f", value)))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(Files.size(file)).isEqualTo(size);
            log.append("a", Map.of("f", "x".repeat(60000)));
        }
        open().close();
        assertThat(AuditVerifier.verify(file).lines()).isEqualTo(2);
    }
}
