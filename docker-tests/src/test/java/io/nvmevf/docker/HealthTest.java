package io.nvmevf.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The image's health check. */
class HealthTest {

    @Test
    void tellsATargetThatAnswersFromOneThatDoesNot() {
        TargetContainer.withTarget(TargetContainer.options().healthEvery(Duration.ofSeconds(1)), target -> {
            awaitHealth(target, "healthy");
            // (It is there, and its ports are open, but it does nothing.)
            target.signal("STOP");
            awaitHealth(target, "unhealthy");
            target.signal("CONT");
            awaitHealth(target, "healthy");
            assertThat(target.log()).as("a check leaves no line in the log").doesNotContain("connection from");
        });
    }

    private static void awaitHealth(TargetContainer target, String wanted) {
        target.await(wanted, state -> wanted.equals(state.getHealth().getStatus()));
    }
}
