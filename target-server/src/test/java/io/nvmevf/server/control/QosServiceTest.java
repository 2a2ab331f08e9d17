package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.server.control.ControlException.Reason;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Profiles and limits through the service. */
class QosServiceTest extends ServiceTest {
    private static final Limits FAST = Limits.NONE.withTotalIops(Limit.of(50_000));
    private static final Limits SLOW = Limits.NONE.withTotalIops(Limit.of(300));

    private static ControlException refused(Reason reason, ThrowingCallable call) {
        ControlException e = catchThrowableOfType(ControlException.class, call);
        assertThat(e).isNotNull();
        assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
        return e;
    }

    private Limits published(String vf) {
        TargetState last = plane.published.getLast();
        return last.limitsOf(last.vf(vf).orElseThrow());
    }

    @Test
    void aProfileHoldsForAllThatHaveIt() throws Exception {
        service.createProfile("silver", FAST);
        service.createVf(NewVirtualFunction.named("a").limitedBy("silver", null));
        service.createVf(NewVirtualFunction.named("b").limitedBy("silver", null));
        service.createVf(NewVirtualFunction.named("c").limitedBy(null, SLOW));
        service.createVf(NewVirtualFunction.named("d"));
        assertThat(published("a")).isEqualTo(FAST);
        Limits faster = FAST.withReadBytes(Limit.of(1L << 33));
        assertThat(service.changeProfile("silver", faster).limits()).isEqualTo(faster);
        assertThat(published("a")).isEqualTo(faster);
        assertThat(published("b")).isEqualTo(faster);
        assertThat(published("c")).isEqualTo(SLOW);
        assertThat(published("d")).isEqualTo(Limits.NONE);
        assertThat(refused(Reason.INVALID, () -> service.changeProfile("silver", SLOW)))
                .hasMessageContaining("virtual function a has ioQueues 64 x queueDepth 1024");
        assertThat(refused(Reason.IN_USE, () -> service.deleteProfile("silver")))
                .hasMessageContaining("used by 2 virtual functions (a, …)");
        VirtualFunctionChange change = VirtualFunctionChange.NONE;
        assertThat(service.updateVf("a", change.limitedBy(null, FAST)).profile())
                .isNull();
        VirtualFunctionChange shorter = new VirtualFunctionChange(null, null, null, null, 19, null, null, null);
        assertThat(service.updateVf("a", shorter.limitedBy("gp3-like", null)).limits())
                .isNull();
        service.updateVf("b", new VirtualFunctionChange(null, null, null, null, null, null, null, true));
        assertThat(published("b")).isEqualTo(Limits.NONE);
        service.deleteProfile("silver");
        assertThat(service.state().profiles()).isEmpty();
    }

    @Test
    void limitsSurviveARestart() throws Exception {
        service.createProfile("silver", FAST.withTotalIops(Limit.withCredits(50_000, 60_000, 1_000)));
        service.createVf(NewVirtualFunction.named("a").limitedBy("silver", null));
        service.createVf(NewVirtualFunction.named("b").limitedBy(null, SLOW));
        service.setTenantLimits("acme", SLOW);
        TargetState before = service.state();
        running.close();
        start();
        assertThat(service.state()).isEqualTo(before);
        assertThat(published("b")).isEqualTo(SLOW);
        assertThat(plane.published.getLast().tenantLimits("acme")).isEqualTo(SLOW);
    }

    @Test
    void aTenantIsLimitedAndReleased() throws Exception {
        service.setTenantLimits("acme", SLOW);
        assertThat(service.state().tenantLimits("acme")).isEqualTo(SLOW);
        assertThat(service.state().tenantLimits("other")).isEqualTo(Limits.NONE);
        service.setTenantLimits("acme", FAST);
        assertThat(service.state().tenants()).hasSize(1);
        service.setTenantLimits("acme", null);
        assertThat(service.state().tenants()).isEmpty();
        long revision = service.state().revision();
        service.setTenantLimits("acme", Limits.NONE);
        assertThat(service.state().revision()).isEqualTo(revision);
        refused(Reason.INVALID, () -> service.setTenantLimits("-x", FAST));
        service.createVf(NewVirtualFunction.named("a").of("acme"));
        refused(Reason.INVALID, () -> service.setTenantLimits("acme", SLOW));
    }

    @Test
    void refusesWhatCannotBeAndChangesNothing() throws Exception {
        service.createProfile("silver", FAST);
        service.createVf(NewVirtualFunction.named("a"));
        TargetState before = service.state();
        refused(Reason.EXISTS, () -> service.createProfile("silver", FAST));
        refused(Reason.EXISTS, () -> service.createProfile("gp3-like", FAST));
        for (String name : new String[] {"", "A", "-a", "a_b", "a".repeat(65)}) {
            refused(Reason.INVALID, () -> service.createProfile(name, FAST));
        }
        refused(Reason.INVALID, () -> service.createProfile(null, FAST));
        refused(Reason.INVALID, () -> service.createProfile("gold", null));
        refused(Reason.INVALID, () -> service.createProfile("gold", Limits.NONE));
        refused(Reason.NOT_FOUND, () -> service.changeProfile("gold", FAST));
        refused(Reason.NOT_FOUND, () -> service.deleteProfile("gold"));
        for (QosProfile preset : QosProfile.PRESETS) {
            assertThat(refused(Reason.INVALID, () -> service.changeProfile(preset.name(), FAST)))
                    .hasMessageContaining("built in");
            refused(Reason.INVALID, () -> service.deleteProfile(preset.name()));
        }
        assertThat(refused(
                        Reason.INVALID,
                        () -> service.createVf(NewVirtualFunction.named("b").limitedBy("gold", null))))
                .hasMessageContaining("'gold'; there are gp2-like-100gib, gp3-like, c5d-large-like, silver");
        assertThat(refused(
                        Reason.INVALID,
                        () -> service.createVf(NewVirtualFunction.named("b").limitedBy("silver", FAST))))
                .hasMessageContaining("both");
        VirtualFunctionChange change = VirtualFunctionChange.NONE;
        refused(Reason.INVALID, () -> service.updateVf("a", change.limitedBy("silver", FAST)));
        refused(Reason.INVALID, () -> service.updateVf("a", change.limitedBy("gold", null)));
        refused(Reason.INVALID, () -> service.updateVf("a", change.limitedBy(null, SLOW)));
        refused(
                Reason.INVALID,
                () -> service.updateVf("a", new VirtualFunctionChange(null, null, null, null, null, null, FAST, true)));
        assertThat(service.state()).isEqualTo(before);
    }

    @Test
    void aVirtualFunctionThatGetsAnotherTenantMustFitThere() throws Exception {
        service.setTenantLimits("small", SLOW);
        service.createVf(NewVirtualFunction.named("a"));
        VirtualFunctionChange change = new VirtualFunctionChange("small", null, null, null, null, null, null, null);
        assertThat(refused(Reason.INVALID, () -> service.updateVf("a", change)))
                .hasMessageContaining("tenant small has 1 virtual function,");
    }
}
