package io.nvmevf.server.audit;

import io.nvmevf.server.audit.AuditReport.Break;
import io.nvmevf.server.audit.AuditReport.Kind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log of a data directory: {@code audit.log}, and the key {@code audit.key} that signs in it.
 *
 * <p>One entry is one write and one sync, and counts when {@link #append} returns. A crash may leave a part of a line that was
 * never acknowledged; it is cut off when the log is opened. Anything else that is wrong stops the start: the log is never repaired.
 *
 * <p>Any thread. The caller sees to it that only one process has the data directory.
 */
public final class AuditLog implements AutoCloseable {
    /** The file's name in the data directory. */
    public static final String NAME = "audit.log";
    /** The most entries that {@link #entries} returns. */
    public static final int MAX_ENTRIES = 1000;

    static final String GENESIS = "genesis";
    static final String PUBLIC_KEY = "publicKey";

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9-]{0,63}");
    private static final long FORMAT = 1;
    /** The place of every so many lines is kept in memory. */
    private static final int STRIDE = 256;

    /** How a file is made durable; tests count and fail it. */
    @FunctionalInterface
    interface Sync {
        Sync FORCE = channel -> channel.force(true);

        void sync(FileChannel channel) throws IOException;
    }

    private final Path file;
    private final FileChannel channel;
    private final InstantSource clock;
    private final Sync sync;
    private final AuditKey key;

    private long length;
    private long seq;
    private String hash = AuditLine.NO_PREVIOUS;
    private long[] places = new long[16];
    private @Nullable String unusable;

    private AuditLog(Path file, FileChannel channel, InstantSource clock, Sync sync, AuditKey key) {
        this.file = file;
        this.channel = channel;
        this.clock = clock;
        this.sync = sync;
        this.key = key;
    }

    /**
     * Opens the log of a data directory, or begins one with a new key.
     *
     * @throws AuditException if log or key is damaged, or one of them is missing
     * @throws IOException if they cannot be read or written
     */
    public static AuditLog open(Path dataDir, InstantSource clock) throws IOException {
        return open(dataDir, clock, Sync.FORCE);
    }

    static AuditLog open(Path dataDir, InstantSource clock, Sync sync) throws IOException {
        Path file = dataDir.resolve(NAME);
        if (!Files.exists(file)) {
            if (Files.exists(dataDir.resolve(AuditKey.NAME))) {
                throw new AuditException(file + " is missing, but " + AuditKey.NAME
                        + ", which was made for it, is there; put " + NAME
                        + " back. To begin a new log knowingly, move " + AuditKey.NAME + " away too.");
            }
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            // (So that no crash leaves a key without a log.)
            AuditKey.syncDirectory(dataDir);
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            AuditKey key;
            if (Files.exists(dataDir.resolve(AuditKey.NAME))) {
                key = AuditKey.load(dataDir);
            } else if (channel.size() == 0) {
                key = AuditKey.create(dataDir);
            } else {
                throw new AuditException(
                        dataDir.resolve(AuditKey.NAME) + " is missing, but " + file
                                + " was written with it; put it back from a backup. To begin a new log, move the old one away.");
            }
            AuditLog log = new AuditLog(file, channel, clock, sync, key);
            log.load();
            AuditKey.syncDirectory(dataDir);
            return log;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private synchronized void load() throws IOException {
        AuditReport report;
        try (InputStream in = Files.newInputStream(file)) {
            report = AuditVerifier.scan(in, this::loaded);
        }
        Break broken = report.broken();
        if (broken != null && broken.kind() != Kind.TORN && channel.size() > 0) {
            throw new AuditException(file + " is damaged in line " + broken.line() + " (" + broken.why()
                    + "). It was left as it is, and nothing was started. Keep a copy of it, and put back one from a backup;"
                    + " to begin a new log, move it and " + AuditKey.NAME + " away.");
        }
        if (report.publicKey() != null && !report.publicKey().equals(key.publicKey())) {
            throw new AuditException(file + " was written with another key than " + AuditKey.NAME
                    + "; put back the one that belongs to it from a backup");
        }
        if (channel.size() > length) {
            LOG.warn(
                    "{}: line {} was torn by a crash before it was acknowledged; its {} bytes are cut off",
                    file,
                    seq + 1,
                    channel.size() - length);
            channel.truncate(length);
            sync.sync(channel);
        }
        if (seq == 0) {
            write(
                    GENESIS,
                    Map.of("format", FORMAT, "log", UUID.randomUUID().toString(), PUBLIC_KEY, key.publicKey()),
                    key);
        }
    }

    private void loaded(long start, AuditEntry entry, long end) {
        place(entry.seq(), start);
        seq = entry.seq();
        hash = entry.hash();
        length = end;
    }

    /** Remembers where every {@value #STRIDE}th line is. */
    private void place(long lineSeq, long start) {
        long index = (lineSeq - 1) / STRIDE;
        if ((lineSeq - 1) % STRIDE == 0) {
            if (index >= places.length) {
                places = Arrays.copyOf(places, places.length * 2);
            }
            places[(int) index] = start;
        }
    }

    /**
     * Appends an entry; it is durable when this returns.
     *
     * @param type {@code [a-z][a-z0-9-]{0,63}}, but not {@code genesis} or {@code erasure}
     * @param fields strings, whole numbers, booleans, nulls, lists and maps of these; the line must stay below 64 KiB
     * @throws IllegalArgumentException if type or fields are not allowed
     * @throws IOException if it could not be written; it is not in the log then, unless the sync failed: then nobody knows, and the log
     *     takes no more entries until it is opened again
     */
    public synchronized AuditEntry append(String type, Map<String, ? extends @Nullable Object> fields)
            throws IOException {
        if (!TYPE.matcher(type).matches() || type.equals(GENESIS) || type.equals(ErasureRecord.TYPE)) {
            throw new IllegalArgumentException("'" + type + "' is no type of an audit entry");
        }
        return write(type, fields, null);
    }

    /** Appends an erasure record and signs it; otherwise as {@link #append}. */
    public synchronized AuditEntry appendErasure(ErasureRecord erasure) throws IOException {
        return write(ErasureRecord.TYPE, erasure.fields(), key);
    }

    private AuditEntry write(String type, Map<String, ? extends @Nullable Object> fields, @Nullable AuditKey signer)
            throws IOException {
        if (unusable != null) {
            throw new IOException(
                    file + " takes no entries: " + unusable + "; restart the target when the disk is repaired");
        }
        Instant time = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        byte[] line = AuditLine.of(seq + 1, time, type, fields, hash, signer);
        AuditEntry entry = parse(Arrays.copyOf(line, line.length - 1));
        try {
            ByteBuffer bytes = ByteBuffer.wrap(line);
            while (bytes.hasRemaining()) {
                channel.write(bytes, length + bytes.position());
            }
        } catch (IOException e) {
            undo(e);
            throw e;
        }
        try {
            sync.sync(channel);
        } catch (IOException e) {
            // What a failed sync left on the disk cannot be known, and a second one may lie.
            unusable = "an entry could not be made durable (" + e.getMessage() + ")";
            throw e;
        }
        place(entry.seq(), length);
        length += line.length;
        seq = entry.seq();
        hash = entry.hash();
        return entry;
    }

    /** Takes a line that was written in part away again. */
    private void undo(IOException cause) {
        try {
            channel.truncate(length);
        } catch (IOException e) {
            cause.addSuppressed(e);
            unusable = "an entry was written in part (" + cause.getMessage() + ")";
        }
    }

    /** The last entry: what {@link AuditVerifier} can be told to find cut or replaced lines. */
    public synchronized AuditHead head() {
        return new AuditHead(seq, hash);
    }

    /** The public key, as base64 of its X.509 form. */
    public String publicKey() {
        return key.publicKey();
    }

    /**
     * Entries in order.
     *
     * @param afterSeq the number of the entry before the first one; 0 for all
     * @param max 1 to {@link #MAX_ENTRIES}
     * @throws AuditException if the file was changed since it was opened
     */
    public List<AuditEntry> entries(long afterSeq, int max) throws IOException {
        if (max < 1 || max > MAX_ENTRIES) {
            throw new IllegalArgumentException("max must be 1 to " + MAX_ENTRIES + ", not " + max);
        }
        long last;
        long end;
        long place;
        synchronized (this) {
            last = seq;
            end = length;
            place = afterSeq < 0 || afterSeq >= last ? 0 : places[(int) (afterSeq / STRIDE)];
        }
        List<AuditEntry> result = new ArrayList<>();
        if (afterSeq >= last) {
            return result;
        }
        try (InputStream in = open(place, end)) {
            LineReader reader = new LineReader(in);
            for (byte[] line = reader.next(); line != null && result.size() < max; line = reader.next()) {
                AuditEntry entry = parse(line);
                if (entry.seq() > afterSeq) {
                    result.add(entry);
                }
            }
        }
        return result;
    }

    /** The file as it is now, for {@link AuditVerifier} elsewhere. The caller closes the stream. */
    public InputStream export() throws IOException {
        long end;
        synchronized (this) {
            end = length;
        }
        return open(0, end);
    }

    private InputStream open(long from, long to) throws IOException {
        FileChannel in = FileChannel.open(file, StandardOpenOption.READ);
        in.position(from);
        return new BoundedStream(new BufferedInputStream(Channels.newInputStream(in)), to - from);
    }

    private AuditEntry parse(byte[] line) throws AuditException {
        try {
            return AuditLine.parse(line);
        } catch (AuditLine.InvalidLine e) {
            throw new AuditException(file + " was changed while the target runs: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        unusable = "it is closed";
        channel.close();
    }

    /** The first bytes of a stream. */
    private static final class BoundedStream extends InputStream {
        private final InputStream in;
        private long left;

        BoundedStream(InputStream in, long left) {
            this.in = in;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            if (left == 0) {
                return -1;
            }
            left--;
            return in.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (left == 0) {
                return count == 0 ? 0 : -1;
            }
            int read = in.read(bytes, offset, (int) Math.min(count, left));
            left -= Math.max(read, 0);
            return read;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
