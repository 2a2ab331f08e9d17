package io.nvmevf.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nvmevf.server.control.Erasure;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.NamespaceState;
import io.nvmevf.server.control.Operation;
import io.nvmevf.server.control.OperationState;
import io.nvmevf.server.control.Purpose;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.wipe.Verification;
import io.nvmevf.server.wipe.WipeMethod;
import io.nvmevf.server.wipe.WipePlan;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LifeMetricsTest {
    private static final WipePlan PLAN = WipePlan.of(WipeMethod.ZERO, Verification.FULL, 1);

    private TargetState state = TargetState.EMPTY;
    private long now = 100_000;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private static Operation op(int number, OperationState state, long started) {
        return new Operation(
                "op-" + number,
                Purpose.RELEASE,
                "ns-" + number,
                null,
                PLAN,
                state,
                null,
                started,
                state == OperationState.RUNNING ? 0 : started + 1);
    }

    private static Namespace quarantined(int number) {
        return new Namespace(
                "ns-" + number,
                "ns-" + number,
                4096,
                4096,
                new UUID(0, number),
                false,
                false,
                NamespaceState.QUARANTINED,
                null,
                0,
                "tenant",
                new Erasure("op-" + number, PLAN, Purpose.RELEASE, null, 4096));
    }

    private void state(List<Namespace> namespaces, Operation... operations) {
        state = new TargetState(
                new UUID(0, 0),
                1,
                1,
                99,
                99,
                List.of(),
                namespaces,
                List.of(operations),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of(),
                List.of());
    }

    private LifeMetrics start() {
        return new LifeMetrics(registry, () -> state, op -> null, () -> Instant.ofEpochMilli(now));
    }

    private double age() {
        return registry.get("nvmevf.oldest.unwiped.age").gauge().value();
    }

    private double count(String outcome) {
        return registry.get("nvmevf.operations")
                .tag("kind", "release")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void tellsTheAgeOfTheOldestThatIsNotErased() {
        start();
        assertThat(age()).isZero();
        state(List.of(), op(1, OperationState.SUCCEEDED, 10_000));
        assertThat(age()).isZero();
        state(List.of(), op(1, OperationState.SUCCEEDED, 10_000), op(2, OperationState.RUNNING, 70_000));
        assertThat(age()).isEqualTo(30);
        state(List.of(quarantined(1)), op(1, OperationState.FAILED, 20_000), op(2, OperationState.RUNNING, 70_000));
        assertThat(age()).isEqualTo(80);
        now = 130_000;
        state(List.of(quarantined(1)));
        assertThat(age())
                .as("its operation is forgotten: since the start at least")
                .isEqualTo(30);
    }

    @Test
    void countsEachEndOnceAndNothingFromBeforeItsStart() {
        state(List.of(), op(1, OperationState.FAILED, 1), op(2, OperationState.RUNNING, 1));
        LifeMetrics metrics = start();
        metrics.follow();
        assertThat(count("failed")).isZero();
        state(List.of(), op(1, OperationState.FAILED, 1), op(2, OperationState.SUCCEEDED, 1));
        metrics.follow();
        metrics.follow();
        assertThat(count("succeeded")).isEqualTo(1);
        state(List.of(), op(3, OperationState.FAILED, 1));
        metrics.follow();
        assertThat(count("succeeded")).isEqualTo(1);
        assertThat(count("failed")).isEqualTo(1);
    }
}
