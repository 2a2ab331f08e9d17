package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.server.transport.LoopMemory.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LoopMemoryTest {
    private static final long LIMIT = 1000;

    private final LoopMemory memory = new LoopMemory(LIMIT);

    @Test
    void oneOwnerGetsHalfAtMostAndAnotherStillFindsRoom() {
        Share hoarder = running("hoarder");
        Share other = running("other");
        assertThat(fill(hoarder, 10)).isEqualTo(500);
        assertThat(memory.hasRoom(hoarder, 10, true)).isFalse();
        assertThat(memory.hasRoom(other, 10, true)).isTrue();
        assertThat(fill(other, 10)).isEqualTo(250);
    }

    @Test
    void howeverManyHoardSomethingIsFreeForANewcomer() {
        List<Share> hoarders = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            hoarders.add(running(i));
        }
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            Share share = hoarders.get(random.nextInt(hoarders.size()));
            if (memory.hasRoom(share, 10, true)) {
                memory.take(share, 10);
            }
        }
        assertThat(memory.used()).isGreaterThan(LIMIT / 2).isLessThan(LIMIT);
        Share newcomer = running("newcomer");
        assertThat(fill(newcomer, 10)).isGreaterThan(10);
    }

    @Test
    void anOwnerOfWhichNothingRunsMayAlwaysBegin() {
        Share hoarder = running("hoarder");
        memory.take(hoarder, LIMIT);
        Share other = memory.join("other");
        memory.take(other, 100);
        assertThat(memory.hasRoom(other, 5000, true)).isTrue();
        memory.began(other);
        assertThat(memory.hasRoom(other, 1, true)).isFalse();
        memory.ended(other);
        assertThat(memory.hasRoom(other, 1, true)).isTrue();
        assertThat(memory.hasRoom(hoarder, 1, true)).isFalse();
    }

    @Test
    void anOwnerIsForgottenWithItsLastQueue() {
        Share first = memory.join("vf");
        Share second = memory.join("vf");
        assertThat(second).isSameAs(first);
        memory.leave(first);
        assertThat(memory.owners()).isEqualTo(1);
        memory.leave(second);
        assertThat(memory.owners()).isZero();
    }

    private Share running(Object owner) {
        Share share = memory.join(owner);
        memory.began(share);
        return share;
    }

    private long fill(Share share, int step) {
        long sum = 0;
        while (memory.hasRoom(share, step, true)) {
            memory.take(share, step);
            sum += step;
        }
        return sum;
    }
}
