package io.nvmevf.server.wipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which places a verification reads. */
class SamplingTest {
    private static final long MIB = 1 << 20;

    private record Piece(long offset, int length) {}

    private static List<Piece> pieces(Verification verification, long seed, long capacity) throws Exception {
        List<Piece> pieces = new ArrayList<>();
        Sampling.forEach(verification, seed, capacity, (offset, length) -> pieces.add(new Piece(offset, length)));
        return pieces;
    }

    /** The places were computed by another program, from the description in docs/wipe.md. */
    @ParameterizedTest
    @CsvSource({
        "42, 1099511627776, 656052224, 1864376320, 549703114752, 1099401039872",
        "-1, 16789504, 1056768, 1064960, 8376320, 15736832",
    })
    void aSeedAlwaysGivesTheSamePlaces(long seed, long capacity, long first, long second, long middle, long last)
            throws Exception {
        List<Piece> pieces = pieces(Verification.SAMPLED, seed, capacity);
        assertThat(pieces).hasSize(1026);
        assertThat(pieces.get(1).offset()).isEqualTo(first);
        assertThat(pieces.get(2).offset()).isEqualTo(second);
        assertThat(pieces.get(512).offset()).isEqualTo(middle);
        assertThat(pieces.get(1024).offset()).isEqualTo(last);
    }

    @ParameterizedTest
    @ValueSource(longs = {8 * MIB + 4096, 9 * MIB, 16 * MIB + 12288, 1L << 40, 1L << 60})
    void samplesLieInOrderWithinAndOneInEachPart(long capacity) throws Exception {
        for (long seed = 0; seed < 50; seed++) {
            List<Piece> pieces = pieces(Verification.SAMPLED, seed * 0x123456789L, capacity);
            assertThat(pieces.getFirst()).isEqualTo(new Piece(0, (int) MIB));
            assertThat(pieces.getLast()).isEqualTo(new Piece(capacity - MIB, (int) MIB));
            long end = MIB;
            double part = (capacity - 2.0 * MIB) / 1024;
            for (int i = 0; i < 1024; i++) {
                Piece piece = pieces.get(i + 1);
                assertThat(piece.length()).isEqualTo(4096);
                assertThat(piece.offset() % 4096).isZero();
                assertThat(piece.offset()).isGreaterThanOrEqualTo(end);
                end = piece.offset() + 4096;
                assertThat((double) piece.offset()).isBetween(MIB + part * i - 4096, MIB + part * (i + 1) + 4096);
            }
            assertThat(end).isLessThanOrEqualTo(capacity - MIB);
            assertThat(pieces.stream().mapToLong(Piece::length).sum())
                    .isEqualTo(Sampling.bytes(Verification.SAMPLED, capacity));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4096, MIB, MIB + 4096, 8 * MIB, 100 * MIB + 4096})
    void fullMeansEveryByteOnce(long capacity) throws Exception {
        long end = 0;
        for (Piece piece : pieces(Verification.FULL, 1, capacity)) {
            assertThat(piece.offset()).isEqualTo(end);
            end += piece.length();
        }
        assertThat(end).isEqualTo(capacity);
        assertThat(Sampling.bytes(Verification.FULL, capacity)).isEqualTo(capacity);
    }

    @Test
    void aSmallDeviceIsReadAsAWhole() throws Exception {
        assertThat(pieces(Verification.SAMPLED, 1, 8 * MIB)).isEqualTo(pieces(Verification.FULL, 1, 8 * MIB));
    }

    @ParameterizedTest
    @CsvSource({
        "SAMPLED, 1073741824, 268435456",
        "SAMPLED, 537915392, 268435456",
        "SAMPLED, 16789504, 1048576",
        "SAMPLED, 5242880, 1048576",
        "FULL, 16789504, 3145728",
    })
    void piecesOfPartsAreThoseOfTheWhole(Verification verification, long capacity, long part) throws Exception {
        List<Piece> parts = new ArrayList<>();
        for (long from = 0; from < capacity; from += part) {
            long first = from;
            long end = Math.min(from + part, capacity);
            Sampling.forEach(verification, 3, capacity, first, end, (offset, length) -> {
                assertThat(offset).isGreaterThanOrEqualTo(first);
                assertThat(offset + length).isLessThanOrEqualTo(end);
                parts.add(new Piece(offset, length));
            });
        }
        // Where a boundary cuts a piece in two they are put together again.
        List<Piece> joined = new ArrayList<>();
        for (Piece piece : pieces(verification, 3, capacity)) {
            int length = 0;
            while (length < piece.length()) {
                Piece next = parts.removeFirst();
                assertThat(next.offset()).isEqualTo(piece.offset() + length);
                length += next.length();
            }
            joined.add(new Piece(piece.offset(), length));
        }
        assertThat(parts).isEmpty();
        assertThat(joined).isEqualTo(pieces(verification, 3, capacity));
    }
}
