package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limits;
import io.nvmevf.qos.Share;
import io.nvmevf.server.control.ApplyDocument.Pf;
import io.nvmevf.server.control.ApplyDocument.Profile;
import io.nvmevf.server.control.ApplyDocument.Tenant;
import io.nvmevf.server.control.ApplyDocument.Vf;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Capacity and shares of an apply document, in an order in which every step is allowed. */
class ApplyShareTest extends ServiceTest {
    private static final Capacity SMALL = new Capacity(1000, 1000, 1L << 30, 1L << 30);
    private static final Capacity LARGE = new Capacity(2000, 2000, 1L << 31, 1L << 30);

    private static Limits share(long minIops) {
        return Limits.NONE.withShare(new Share(minIops, 100));
    }

    private static Vf vf(String name, @Nullable Integer ioQueues, @Nullable Integer queueDepth, Limits limits) {
        return new Vf(
                name, null, null, null, null, null, null, null, null, null, ioQueues, queueDepth, null, null, limits);
    }

    private static ApplyDocument document(@Nullable Capacity capacity, Vf... vfs) {
        return new ApplyDocument(List.of(vfs), null, null, null, new Pf(capacity));
    }

    /** What was done. */
    private List<String> apply(ApplyDocument document) throws ControlException {
        ApplyPlan plan = Apply.run(service, document, false, false).plan();
        assertThat(Apply.plan(service, document, false).steps())
                .as("twice is as once")
                .isEmpty();
        return plan.steps().stream().map(ApplyStep::summary).toList();
    }

    private String refused(ApplyDocument document) {
        TargetState before = service.state();
        ControlException e =
                catchThrowableOfType(ControlException.class, () -> Apply.run(service, document, false, false));
        assertThat(e).isNotNull();
        assertThat(e.reason()).isEqualTo(ControlException.Reason.INVALID);
        assertThat(service.state()).isEqualTo(before);
        return String.valueOf(e.getMessage());
    }

    @Test
    void theCapacityComesBeforeGuaranteesAndShrinksAfterThem() throws Exception {
        assertThat(apply(document(SMALL, vf("a", 1, 100, share(900)), vf("b", 1, 100, share(20)))))
                .containsExactly("change-capacity pf", "create-vf a", "create-vf b");
        assertThat(apply(document(LARGE, vf("a", 1, 100, share(1800)))))
                .containsExactly("change-capacity pf", "change-vf a");
        assertThat(apply(document(SMALL, vf("a", 1, 100, share(400)), vf("c", 1, 100, share(500)))))
                .containsExactly("change-vf a", "tighten-capacity pf", "create-vf c");
        assertThat(ApplyDocument.of(service.state()).pf()).isEqualTo(new Pf(SMALL));
        // What is not named stays, with --prune too.
        ApplyDocument silent =
                new ApplyDocument(ApplyDocument.of(service.state()).vfs(), null, null, null, null);
        assertThat(Apply.plan(service, silent, true).steps()).isEmpty();
    }

    @Test
    void queuesGetShorterBeforeThereIsACapacity() throws Exception {
        apply(document(null, vf("a", 64, 1024, Limits.NONE)));
        assertThat(apply(document(SMALL, vf("a", 64, 100, Limits.NONE))))
                .containsExactly("change-vf a", "tighten-capacity pf");
    }

    @Test
    void guaranteesAreGivenUpBeforeOthersGetThem() throws Exception {
        apply(document(SMALL, vf("a", 1, 10, share(100)), vf("b", 1, 10, share(800))));
        assertThat(apply(document(null, vf("a", 1, 10, share(800)), vf("b", 1, 10, share(100)))))
                .containsExactly("change-vf b", "change-vf a");
        assertThat(apply(new ApplyDocument(
                        List.of(
                                vf("a", 1, 10, share(100)),
                                new Vf(
                                        "b", null, null, null, null, null, null, null, null, null, null, null, null,
                                        "p", null)),
                        null,
                        List.of(new Profile("p", share(850))),
                        null,
                        null)))
                .containsExactly("create-profile p", "change-vf a", "change-vf b");
        assertThat(apply(new ApplyDocument(
                        List.of(vf("a", 1, 10, share(10))), null, List.of(new Profile("p", share(950))), null, null)))
                .containsExactly("change-vf a", "tighten-profile p");
    }

    @Test
    void showsWhatChanges() throws Exception {
        apply(document(SMALL, vf("a", 1, 10, share(100))));
        ApplyPlan plan =
                Apply.plan(service, document(LARGE, vf("a", 1, 10, Limits.NONE.withShare(new Share(200, 7)))), false);
        assertThat(plan.steps().get(0).changes())
                .containsExactly(
                        new ApplyStep.Change("readIops", "1000", "2000"),
                        new ApplyStep.Change("writeIops", "1000", "2000"),
                        new ApplyStep.Change("readBytes", "1073741824", "2147483648"));
        assertThat(plan.steps().get(1).changes())
                .containsExactly(
                        new ApplyStep.Change("minIops", "100", "200"), new ApplyStep.Change("weight", "100", "7"));
    }

    @Test
    void refusesADocumentThatDoesNotFitAsAWhole() throws Exception {
        assertThat(refused(document(null, vf("a", 1, 10, share(1)))))
                .contains("a guarantee of 1 IOPS (virtual function a) needs a capacity");
        assertThat(refused(document(SMALL, vf("a", 1, 10, share(500)), vf("b", 1, 10, share(491)))))
                .contains("a guarantee of 991 IOPS (2 virtual functions: a, …) does not fit: of 990 IOPS");
        assertThat(refused(document(SMALL, vf("a", 64, 1024, Limits.NONE))))
                .contains("virtual function a has ioQueues 64 x queueDepth 1024")
                .contains("at its share of 990 IOPS");
        assertThat(refused(new ApplyDocument(null, null, null, List.of(new Tenant("t", share(5))), null)))
                .contains("tenant t: a tenant has no share");
        apply(document(SMALL, vf("a", 1, 10, share(500))));
        assertThat(refused(document(new Capacity(500, 500, 1L << 30, 1L << 30))))
                .contains("500 IOPS are guaranteed to virtual functions, and with this capacity 495 can be");
    }
}
