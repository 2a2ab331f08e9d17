package io.nvmevf.server.audit;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cuts a stream into lines, holding no more than one of them. */
final class LineReader {
    private final InputStream in;
    private final byte[] chunk = new byte[16 << 10];
    private int chunkStart;
    private int chunkEnd;
    private byte[] line = new byte[4096];
    private int length;
    private long next;
    private long start;
    private boolean terminated = true;
    private boolean tooLong;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** The next line without its line feed, or null at the end. One that is too long is cut. */
    byte @Nullable [] next() throws IOException {
        start = next;
        length = 0;
        tooLong = false;
        terminated = false;
        while (fill()) {
            int at = chunkStart;
            while (at < chunkEnd && chunk[at] != '\n') {
                at++;
            }
            keep(at - chunkStart);
            next += at - chunkStart;
            chunkStart = at;
            if (at < chunkEnd) {
                chunkStart++;
                next++;
                terminated = true;
                return Arrays.copyOf(line, length);
            }
        }
        return next == start ? null : Arrays.copyOf(line, length);
    }

    /** Where the line that was returned last begins. */
    long start() {
        return start;
    }

    /** Where it ends: its line feed included. */
    long end() {
        return next;
    }

    /** Whether it ended with a line feed. */
    boolean isTerminated() {
        return terminated;
    }

    /** Whether it, with its line feed, is longer than a line may be. */
    boolean isTooLong() {
        return tooLong;
    }

    /** Whether nothing follows. */
    boolean atEnd() throws IOException {
        return !fill();
    }

    private boolean fill() throws IOException {
        while (chunkStart == chunkEnd) {
            int read = in.read(chunk);
            if (read < 0) {
                return false;
            }
            chunkStart = 0;
            chunkEnd = read;
        }
        return true;
    }

    private void keep(int count) {
        int kept = Math.min(count, AuditLine.MAX_LENGTH - 1 - length);
        tooLong |= kept < count;
        if (length + kept > line.length) {
            line = Arrays.copyOf(line, Math.max(2 * line.length, length + kept));
        }
        System.arraycopy(chunk, chunkStart, line, length, kept);
        length += kept;
    }
}
