package io.nvmevf.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessesTest {
    @ParameterizedTest
    @ValueSource(longs = {3, 7, 64, 1000, 1001})
    void allQueuesTogetherTouchEachBlockExactlyOnce(long blocks) {
        int queues = 3;
        List<Long> scattered = new ArrayList<>();
        List<Long> ascending = new ArrayList<>();
        for (int queue = 0; queue < queues; queue++) {
            drain(Accesses.scattered(true, blocks, queue, queues), scattered);
            drain(Accesses.once(true, blocks, queue, queues), ascending);
        }

        assertThat(scattered).hasSize((int) blocks).doesNotHaveDuplicates().allMatch(b -> b >= 0 && b < blocks);
        assertThat(ascending).hasSize((int) blocks).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void randomAccessesReachAllBlocksAndNoOther() {
        Accesses random = Accesses.endless(Workload.RANDREAD, 16, 0, 1, 42);
        HashSet<Long> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            seen.add(random.next());
        }

        assertThat(seen).hasSize(16).allMatch(b -> b >= 0 && b < 16);
    }

    @Test
    void sequentialAccessesStartAgainAtTheEndOfTheirShare() {
        Accesses second = Accesses.endless(Workload.SEQREAD, 8, 1, 2, 1);

        assertThat(List.of(second.next(), second.next(), second.next(), second.next(), second.next()))
                .containsExactly(4L, 5L, 6L, 7L, 4L);
    }

    @Test
    void sevenOfTenMixedAccessesAreReads() {
        Accesses mixed = Accesses.endless(Workload.RANDRW, 1000, 0, 1, 3);
        int reads = 0;
        for (int i = 0; i < 10_000; i++) {
            reads += mixed.nextIsRead() ? 1 : 0;
        }

        assertThat(reads).isBetween(6800, 7200);
    }

    private static void drain(Accesses from, List<Long> to) {
        while (from.hasNext()) {
            to.add(from.next());
        }
    }
}
