package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopLagTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private LoopLag lag = watched();

    private LoopLag watched() {
        channel.freezeTime();
        lag = LoopLag.of(channel.eventLoop());
        channel.runPendingTasks();
        return lag;
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void aLoopThatDoesWhatIsDueIsNotLate() {
        for (int i = 0; i < 100; i++) {
            pass(LoopLag.PERIOD_MILLIS);
        }
        assertThat(lag.largest()).isZero();
    }

    @Test
    void aPeakIsSeenForOneWindowAtLeastAndTwoAtMost() {
        pass(LoopLag.PERIOD_MILLIS + 70);
        Duration seen = Duration.ofMillis(70);
        assertThat(lag.largest()).isEqualTo(seen);
        int millis = 0;
        while (!lag.largest().isZero()) {
            pass(LoopLag.PERIOD_MILLIS);
            millis += LoopLag.PERIOD_MILLIS;
        }
        assertThat(millis).isBetween(LoopLag.WINDOW_SECONDS * 1000, 2 * LoopLag.WINDOW_SECONDS * 1000);
    }

    @Test
    void theLargestCounts() {
        pass(LoopLag.PERIOD_MILLIS + 5);
        pass(LoopLag.PERIOD_MILLIS + 900);
        pass(LoopLag.PERIOD_MILLIS + 20);
        assertThat(lag.largest()).isEqualTo(Duration.ofMillis(900));
    }
}
