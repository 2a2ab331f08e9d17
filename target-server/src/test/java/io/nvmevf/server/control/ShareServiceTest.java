package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.qos.Share;
import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.storage.BlockDevice;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The capacity, what is guaranteed of it, and what its division does to queues. */
class ShareServiceTest extends ServiceTest {
    /** 990 of 1,000 IOPS can be guaranteed. */
    private static final Capacity SMALL = new Capacity(2000, 1000, 1L << 30, 1L << 30);

    private static final Capacity LARGE = new Capacity(2_000_000, 1_000_000, 1L << 34, 1L << 34);

    private static Limits share(long minIops, int weight) {
        return Limits.NONE.withShare(new Share(minIops, weight));
    }

    private static NewVirtualFunction vf(String name, @Nullable Limits limits) {
        return NewVirtualFunction.named(name).limitedBy(null, limits);
    }

    private static NewVirtualFunction vf(String name, int ioQueues, int queueDepth, Limits limits) {
        return new NewVirtualFunction(name, null, null, null, null, null, ioQueues, queueDepth, null, null, limits);
    }

    private static VirtualFunctionChange to(Limits limits) {
        return VirtualFunctionChange.NONE.limitedBy(null, limits);
    }

    private static VirtualFunctionChange to(int ioQueues, int queueDepth) {
        return new VirtualFunctionChange(null, null, null, ioQueues, queueDepth, null, null, null);
    }

    private String refused(ThrowingCallable call) {
        TargetState before = service.state();
        ControlException e = catchThrowableOfType(ControlException.class, call);
        assertThat(e).isNotNull();
        assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.INVALID);
        assertThat(service.state()).isEqualTo(before);
        return String.valueOf(e.getMessage());
    }

    @Test
    void theCapacityIsPublishedAndSurvivesARestart() throws Exception {
        service.setCapacity(SMALL);
        assertThat(plane.published.getLast().capacity()).isEqualTo(SMALL);
        long revision = service.state().revision();
        service.setCapacity(SMALL);
        assertThat(service.state().revision()).isEqualTo(revision);
        service.createVf(vf("a", share(500, 7)));
        TargetState before = service.state();
        running.close();
        start();
        assertThat(service.state()).isEqualTo(before);
        assertThat(plane.published.getLast().capacity()).isEqualTo(SMALL);
        assertThat(service.state().guaranteeable()).isEqualTo(990);
        assertThat(service.state().guaranteed()).isEqualTo(500);
        service.deleteVf("a", Disposal.REFUSE);
        service.setCapacity(null);
        assertThat(plane.published.getLast().capacity()).isNull();
        assertThat(running.audit().entries(0, 100))
                .extracting(entry -> entry.type())
                .contains("pf-capacity-set", "pf-capacity-removed");
    }

    @Test
    void aGuaranteeNeedsACapacityAndAWeightDoesNot() throws Exception {
        assertThat(refused(() -> service.createVf(vf("a", share(1, 100)))))
                .contains("a guarantee of 1 IOPS (virtual function a) needs a capacity")
                .contains("'nvmevf pf capacity'", "'nvmevf pf calibrate'");
        service.createVf(vf("a", share(0, 200)));
        assertThat(refused(() -> service.updateVf("a", to(share(1, 200))))).contains("needs a capacity");
        service.createProfile("p", share(5, 5));
        assertThat(refused(() -> service.createVf(NewVirtualFunction.named("b").limitedBy("p", null))))
                .contains("a guarantee of 5 IOPS (virtual function b) needs a capacity");
    }

    @Test
    void guaranteesAreAdmittedWhileTheyFit() throws Exception {
        service.setCapacity(SMALL);
        service.createVf(vf("a", share(500, 100)));
        service.createVf(vf("b", share(490, 100)));
        assertThat(refused(() -> service.createVf(vf("c", share(1, 100)))))
                .contains("a guarantee of 1 IOPS (virtual function c) does not fit: of 990 IOPS that can be guaranteed")
                .contains("990 are guaranteed to others, which leaves 0");
        assertThat(refused(() -> service.updateVf("b", to(share(491, 100)))))
                .contains("a guarantee of 491 IOPS (virtual function b) does not fit")
                .contains("500 are guaranteed to others, which leaves 490");
        assertThat(refused(() -> service.updateVf("b", to(share(Share.MAX_IOPS, 100)))))
                .contains("a guarantee of 1000000000 IOPS");
        assertThat(refused(() -> service.updateVf("a", to(share(400, 100))))).contains("at its share of 450 IOPS");
        service.updateVf("a", to(1, 1000).limitedBy(null, share(400, 100)));
        assertThat(service.state().guaranteed()).isEqualTo(890);
    }

    @Test
    void aProfilesGuaranteeCountsForEachThatHasIt() throws Exception {
        service.setCapacity(SMALL);
        service.createProfile("p", share(300, 100));
        service.createVf(NewVirtualFunction.named("a").limitedBy("p", null));
        service.createVf(NewVirtualFunction.named("b").limitedBy("p", null));
        assertThat(refused(() -> service.changeProfile("p", share(600, 100))))
                .contains("a guarantee of 1200 IOPS (2 virtual functions: a, …) does not fit")
                .contains("0 are guaranteed to others, which leaves 990");
        service.changeProfile("p", share(495, 100));
        assertThat(service.state().guaranteed()).isEqualTo(990);
    }

    @Test
    void theCapacityStaysLargeEnoughForWhatIsGuaranteed() throws Exception {
        service.setCapacity(SMALL);
        service.createVf(vf("a", share(500, 100)));
        assertThat(refused(() -> service.setCapacity(null)))
                .contains("500 IOPS are guaranteed to virtual functions, and guarantees need a capacity");
        assertThat(refused(() -> service.setCapacity(new Capacity(500, 2000, 1L << 30, 1L << 30))))
                .contains("500 IOPS are guaranteed to virtual functions, and with this capacity 495 can be");
        service.setCapacity(new Capacity(510, 2000, 1L << 30, 1L << 30));
    }

    @Test
    void tenSecondsOfAShareMayQueueUp() throws Exception {
        service.createVf(vf("a", Limits.NONE));
        assertThat(refused(() -> service.setCapacity(SMALL)))
                .contains("virtual function a has ioQueues 64 x queueDepth 1024, and 65536 commands that queue up while"
                        + " all virtual functions are busy, at its share of 990 IOPS, would wait up to 67 s")
                .contains("9900 at most may queue up: ioQueues 64 x queueDepth 154 would do, or a higher guarantee,"
                        + " weight or capacity");
        service.updateVf("a", to(64, 154));
        service.setCapacity(SMALL);
        assertThat(refused(() -> service.updateVf("a", to(64, 155)))).contains("virtual function a has");
        assertThat(refused(() -> service.createVf(vf("b", Limits.NONE))))
                .contains("virtual function a has ioQueues 64 x queueDepth 154")
                .contains("at its share of 495 IOPS, would wait up to 20 s");
        // Weight 1 of 101 takes 10 IOPS from a.
        service.updateVf("a", to(64, 153));
        assertThat(refused(() -> service.createVf(vf("b", 1, 99, share(0, 1)))))
                .contains("virtual function b has ioQueues 1 x queueDepth 99");
        service.createVf(vf("b", 1, 98, share(0, 1)));
        assertThat(refused(() -> service.updateVf("b", to(share(0, 2)))))
                .contains("virtual function a has ioQueues 64 x queueDepth 153");
        assertThat(refused(() -> service.updateVf("b", to(share(10, 1)))))
                .contains("virtual function a has ioQueues 64 x queueDepth 153");
    }

    @Test
    void aGuaranteeAllowsLongerQueues() throws Exception {
        service.setCapacity(SMALL);
        service.createVf(vf("a", 1, 1000, share(900, 1)));
        assertThat(refused(() -> service.createVf(vf("b", 1, 900, Limits.NONE))))
                .contains("virtual function b has")
                .contains("at its share of 89 IOPS,")
                .contains("891 at most may queue up: ioQueues 1 x queueDepth 891 would do");
        service.createVf(vf("b", 1, 891, Limits.NONE));
    }

    @Test
    void whatIsNotSaidLeavesRoomForOthers() throws Exception {
        service.setCapacity(LARGE);
        for (int i = 0; i < 64; i++) {
            service.createVf(NewVirtualFunction.named("vf" + i));
        }
        assertThat(service.vf("vf0").ioQueues()).isEqualTo(64);
        assertThat(QosRules.commands(service.vf("vf63"))).isGreaterThan(64 * 1000);
        service.setCapacity(null);
        service.createVf(vf("deep", 64, 1024, Limits.NONE));
        assertThat(refused(() -> service.setCapacity(new Capacity(300_000, 300_000, 1L << 34, 1L << 34))))
                .contains("virtual function vf0 has");
    }

    @Test
    void aSmallMachineMakesShortQueues() throws Exception {
        service.setCapacity(SMALL);
        for (int i = 0; i < 64; i++) {
            service.createVf(NewVirtualFunction.named("vf" + i));
        }
        assertThat(service.vf("vf0"))
                .extracting(VirtualFunction::ioQueues, VirtualFunction::queueDepth)
                .containsExactly(4, 38);
        assertThat(service.createVf(vf("last", Limits.NONE)).ioQueues()).isEqualTo(2);
        assertThat(refused(() -> service.createVf(vf("least", share(0, 1)))))
                .contains("virtual function least has ioQueues 1 x queueDepth 2")
                .contains(
                        "1 at most may queue up: no queue is that short; a higher guarantee, weight or capacity would do");
    }

    @Test
    void whatDoesNotGetWorseIsNotRefused() throws Exception {
        service.createVf(vf("a", 1, 1000, Limits.NONE));
        service.createVf(vf("b", 1, 1000, Limits.NONE));
        TargetState before = new StateChange(service.state())
                .with(new Capacity(100, 100, 1L << 30, 1L << 30))
                .next();
        VirtualFunction a = before.vf("a").orElseThrow();
        VirtualFunction b = before.vf("b").orElseThrow();
        ShareRules.check(
                before, new StateChange(before).replace(b.in(VfState.OFFLINE)).next());
        ShareRules.check(
                before, new StateChange(before).replace(a.withQueues(0)).next());
        // More weight for b is less for a.
        StateChange heavier = new StateChange(before).replace(b.limitedBy(null, share(0, 101)));
        assertThatThrownBy(() -> ShareRules.check(before, heavier.next())).hasMessageContaining("virtual function a");
    }

    @Test
    void aShareIsNotRefusedForALimitThatItDoesNotTouch() throws Exception {
        service.createVf(vf("a", Limits.NONE));
        // (Such as what an older program allowed.)
        VirtualFunction tooDeep = service.vf("a").limitedBy(null, Limits.NONE.withTotalBytes(Limit.of(1000)));
        TargetState state = new StateChange(service.state()).replace(tooDeep).next();
        VirtualFunctionChange change =
                to(Limits.NONE.withTotalBytes(Limit.of(1000)).withShare(new Share(0, 50)));
        assertThat(VfRules.update(state, TestService.PF, tooDeep, change).limits())
                .isNotNull();
    }

    @Test
    void tenantsHaveNoShareAndPresetsNeither() {
        assertThat(refused(() -> service.setTenantLimits("acme", share(0, 5)))).contains("a tenant has no share");
        assertThat(QosProfile.PRESETS).allMatch(preset -> preset.limits().share() == null);
    }

    @Test
    void aDeviceForMeasurementsIsGoneAfterACrash() throws Exception {
        BlockDevice device = service.openScratch(8192);
        assertThat(pool.devices).hasSize(1);
        assertThat(catchThrowableOfType(ControlException.class, () -> service.openScratch(8192))
                        .reason())
                .isEqualTo(Reason.IN_USE);
        // Work for the pool meanwhile leaves it alone.
        service.createNamespace(new NewNamespace("n", null, 4096L, null));
        service.deleteNamespace("n", null);
        assertThat(pool.devices).hasSize(1);
        running.close();
        pool.reboot();
        start();
        assertThat(pool.devices).isEmpty();
        assertThat(service.state().deleting()).isEmpty();
        BlockDevice next = service.openScratch(4096);
        next.close();
        service.deleteScratch();
        assertThat(pool.devices).isEmpty();
        assertThat(service.state().deleting()).isEmpty();
        assertThat(device.capacity()).isEqualTo(8192);
    }

    @Test
    void aDeviceForMeasurementsThatCannotBeMadeLeavesNothing() throws Exception {
        for (String failing : new String[] {"create", "open"}) {
            pool.failing = failing;
            assertThat(catchThrowableOfType(ControlException.class, () -> service.openScratch(8192)))
                    .hasMessageContaining("the device for the measurement was not created")
                    .hasMessageContaining(failing + " failed");
            pool.failing = null;
            assertThat(pool.devices).as(failing).isEmpty();
            assertThat(service.state().deleting()).as(failing).isEmpty();
        }
        assertThat(catchThrowableOfType(ControlException.class, () -> service.openScratch(1L << 30))
                        .reason())
                .isEqualTo(Reason.NO_CAPACITY);
        assertThat(service.state().deleting()).isEmpty();
    }
}
