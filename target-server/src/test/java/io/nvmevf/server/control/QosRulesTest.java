package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long the commands of a virtual function may wait. */
class QosRulesTest {
    private static final long MDTS = 1 << 20;
    private static final Limits NONE = Limits.NONE;
    private static final PhysicalFunction PF = TestService.PF;
    private static final TargetState EMPTY = TargetState.empty(new UUID(0, 1));

    private static NewVirtualFunction wanted(@Nullable Integer ioQueues, @Nullable Integer queueDepth, Limits limits) {
        return new NewVirtualFunction("vf", "t", null, null, null, null, ioQueues, queueDepth, null, null, limits);
    }

    private static VirtualFunction make(TargetState state, NewVirtualFunction wanted) throws ControlException {
        return VfRules.create(state, PF, wanted);
    }

    private static TargetState with(TargetState state, VirtualFunction vf) {
        StateChange change = new StateChange(state);
        change.vfs.add(vf);
        change.nextVf++;
        return change.next();
    }

    private static TargetState limited(String tenant, Limits limits) {
        return new StateChange(EMPTY).limit(tenant, limits).next();
    }

    private record Row(Limits limits, int ioQueues, int queueDepth, boolean allowed) {}

    @Test
    void tenSecondsOfTheSlowestLimitOfCommandsMayQueueUp() {
        Limit slow = Limit.of(300);
        Limit fast = Limit.of(100_000);
        List<Row> table = List.of(
                new Row(NONE, 64, 1024, true),
                new Row(NONE.withTotalIops(slow), 3, 1000, true),
                new Row(NONE.withTotalIops(slow), 3, 1001, false),
                new Row(NONE.withTotalIops(slow), 64, 46, true),
                new Row(NONE.withTotalIops(slow), 64, 47, false),
                new Row(NONE.withReadIops(slow), 3, 1000, true),
                new Row(NONE.withReadIops(slow), 3, 1001, false),
                new Row(NONE.withWriteIops(slow), 3, 1000, true),
                new Row(NONE.withWriteIops(slow), 3, 1001, false),
                new Row(NONE.withReadIops(fast).withWriteIops(slow).withTotalIops(fast), 3, 1001, false),
                new Row(NONE.withReadIops(fast).withWriteIops(fast).withTotalIops(slow), 3, 1001, false),
                new Row(NONE.withReadIops(fast).withWriteIops(fast).withTotalIops(fast), 64, 1024, true),
                // It is the rate without credits that counts: they may be spent.
                new Row(NONE.withTotalIops(Limit.withCredits(300, 3000, 5_400_000)), 3, 1001, false),
                new Row(NONE.withTotalIops(Limit.of(300, 1_000_000)), 3, 1001, false),
                new Row(NONE.withTotalIops(Limit.of(1)), 1, 10, true),
                new Row(NONE.withTotalIops(Limit.of(1)), 1, 11, false),
                new Row(NONE.withTotalIops(Limit.of(6554)), 64, 1024, true),
                new Row(NONE.withTotalIops(Limit.of(6553)), 64, 1024, false),
                new Row(NONE.withTotalIops(Limit.of(1_000_000_000_000L)), 64, 1024, true),
                // A command may have as many bytes as MDTS.
                new Row(NONE.withTotalBytes(Limit.of(300 * MDTS)), 3, 1000, true),
                new Row(NONE.withTotalBytes(Limit.of(300 * MDTS)), 3, 1001, false),
                new Row(NONE.withReadBytes(Limit.of(300 * MDTS)), 3, 1001, false),
                new Row(NONE.withWriteBytes(Limit.of(300 * MDTS)), 3, 1001, false),
                new Row(NONE.withWriteBytes(Limit.of(300 * MDTS)).withTotalIops(fast), 3, 1001, false),
                new Row(NONE.withTotalBytes(Limit.of(6554 * MDTS)), 64, 1024, true),
                new Row(NONE.withTotalBytes(Limit.of(MDTS / 5 + 1)), 1, 2, true),
                new Row(NONE.withTotalBytes(Limit.of(MDTS / 5)), 1, 2, false),
                new Row(NONE.withTotalBytes(Limit.of(1)), 1, 2, false));
        for (Row row : table) {
            ControlException refusal = catchThrowableOfType(
                    ControlException.class, () -> make(EMPTY, wanted(row.ioQueues(), row.queueDepth(), row.limits())));
            assertThat(refusal == null).as(row.toString()).isEqualTo(row.allowed());
            if (refusal != null) {
                assertThat(refusal.reason()).isEqualTo(ControlException.Reason.INVALID);
            }
        }
    }

    @Test
    void theRefusalNamesTheLimitAndASizeThatWouldDo() throws Exception {
        for (long rate : new long[] {1, 2, 7, 50, 300, 1000, 3000, 6553}) {
            Limits limits = NONE.withWriteIops(Limit.of(rate)).withReadIops(Limit.of(1_000_000));
            ControlException refusal =
                    catchThrowableOfType(ControlException.class, () -> make(EMPTY, wanted(64, 1024, limits)));
            assertThat(refusal)
                    .hasMessageContaining("ioQueues 64 x queueDepth 1024")
                    .hasMessageContaining("65536 commands that queue up at writeIops " + rate + " would wait")
                    .hasMessageContaining(rate * 10 + " at most may queue up");
            Matcher hint = Pattern.compile("ioQueues ([0-9]+) x queueDepth ([0-9]+) would do")
                    .matcher(String.valueOf(refusal.getMessage()));
            assertThat(hint.find()).isTrue();
            int queues = Integer.parseInt(hint.group(1));
            int depth = Integer.parseInt(hint.group(2));
            assertThat(make(EMPTY, wanted(queues, depth, limits)).ioQueues()).isEqualTo(queues);
            assertThat(QosRules.MAX_SECONDS * rate)
                    .as("no deeper queue would do")
                    .isLessThan((long) queues * (depth + 1));
        }
    }

    @Test
    void theRefusalOfALimitOfBytesSaysWhichCommandsItMeans() {
        assertThatThrownBy(() -> make(EMPTY, wanted(64, 1024, NONE.withReadBytes(Limit.of(10 * MDTS)))))
                .hasMessageContaining("65536 commands of 1048576 bytes (MDTS) that queue up at readBytes 10485760 would"
                        + " wait up to 6554 s")
                .hasMessageContaining("100 at most may queue up: ioQueues 3 x queueDepth 33 would do");
        assertThatThrownBy(() -> make(EMPTY, wanted(null, null, NONE.withReadBytes(Limit.of(100_000)))))
                .hasMessageContaining("ioQueues 1 x queueDepth 2")
                .hasMessageContaining("0 at most may queue up: no queue is that short; a higher limit would do");
    }

    @Test
    void whatIsNotSaidGetsTheLargestSizeThatWouldDo() throws Exception {
        assertThat(make(EMPTY, wanted(null, null, NONE)))
                .extracting(VirtualFunction::ioQueues, VirtualFunction::queueDepth)
                .containsExactly(64, 1024);
        assertThat(make(EMPTY, wanted(null, null, NONE.withTotalIops(Limit.of(300)))))
                .extracting(VirtualFunction::ioQueues, VirtualFunction::queueDepth)
                .containsExactly(64, 46);
        assertThat(make(EMPTY, wanted(null, null, NONE.withTotalIops(Limit.of(50)))))
                .extracting(VirtualFunction::ioQueues, VirtualFunction::queueDepth)
                .containsExactly(15, 33);
        assertThat(make(EMPTY, wanted(null, 128, NONE.withTotalIops(Limit.of(50)))))
                .extracting(VirtualFunction::ioQueues, VirtualFunction::queueDepth)
                .containsExactly(3, 128);
        assertThat(make(EMPTY, wanted(4, null, NONE.withTotalIops(Limit.of(50)))))
                .extracting(VirtualFunction::ioQueues, VirtualFunction::queueDepth)
                .containsExactly(4, 125);
        assertThat(make(EMPTY, wanted(null, null, NONE.withTotalBytes(Limit.of(125 * MDTS)))))
                .extracting(VirtualFunction::ioQueues, VirtualFunction::queueDepth)
                .containsExactly(39, 32);
        assertThat(make(EMPTY, wanted(null, null, NONE.withTotalIops(Limit.of(1)))))
                .extracting(VirtualFunction::ioQueues, VirtualFunction::queueDepth)
                .containsExactly(1, 10);
    }

    @Test
    void everyPresetCanBeUsedWithoutSayingMore() throws Exception {
        for (QosProfile preset : QosProfile.PRESETS) {
            VirtualFunction vf = make(EMPTY, NewVirtualFunction.named("vf").limitedBy(preset.name(), null));
            assertThat(QosRules.commands(vf)).isLessThanOrEqualTo(QosRules.mostCommands(PF, preset.limits()));
            assertThat(EMPTY.limitsOf(vf)).isEqualTo(preset.limits());
        }
    }

    @Test
    void allVirtualFunctionsOfATenantWaitForItsLimits() throws Exception {
        TargetState state = limited("t", NONE.withTotalIops(Limit.of(100)));
        VirtualFunction first = make(state, wanted(1, 600, NONE));
        state = with(state, first);
        TargetState one = state;
        assertThatThrownBy(() ->
                        make(one, new NewVirtualFunction("b", "t", null, null, null, null, 1, 401, null, null, null)))
                .hasMessageContaining("tenant t has 2 virtual functions")
                .hasMessageContaining("1001 commands that queue up at totalIops 100 would wait up to 11 s")
                .hasMessageContaining("ioQueues 15 x queueDepth 33 for each of them would do");
        VirtualFunction second = make(state, NewVirtualFunction.named("b").of("t"));
        assertThat(QosRules.commands(second)).isBetween(190L, 200L);
        assertThat(QosRules.commands(make(state, NewVirtualFunction.named("c").of("other"))))
                .isEqualTo(65536);
        assertThatThrownBy(() -> QosRules.checkTenant(one, PF, "t", NONE.withTotalIops(Limit.of(59))))
                .hasMessageContaining("600 commands that queue up at totalIops 59");
        QosRules.checkTenant(one, PF, "t", NONE.withTotalIops(Limit.of(60)));
    }

    @Test
    void whatDoesNotGetWorseIsNotRefused() throws Exception {
        // (Such as what an older program allowed.)
        VirtualFunction deep = make(EMPTY, wanted(64, 1024, NONE));
        VirtualFunction tooDeep = deep.limitedBy(null, NONE.withTotalIops(Limit.of(100)));
        TargetState state = with(EMPTY, tooDeep);
        VirtualFunctionChange shorter = new VirtualFunctionChange(null, null, null, null, 512, null, null, null);
        assertThat(VfRules.update(state, PF, tooDeep, shorter).queueDepth()).isEqualTo(512);
        VirtualFunctionChange open =
                new VirtualFunctionChange(null, AccessChange.allowAny(true), null, null, null, null, null, null);
        assertThat(VfRules.update(state, PF, tooDeep, open).access().allowAnyHost())
                .isTrue();
        VirtualFunctionChange slower = VirtualFunctionChange.NONE.limitedBy(null, NONE.withTotalIops(Limit.of(99)));
        assertThatThrownBy(() -> VfRules.update(state, PF, tooDeep, slower)).hasMessageContaining("totalIops 99");
    }
}
