package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.server.control.ApplyDocument.Profile;
import io.nvmevf.server.control.ApplyDocument.Tenant;
import io.nvmevf.server.control.ApplyDocument.Vf;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Profiles and limits in documents: planned, and done. */
class ApplyLimitsTest extends ServiceTest {
    private static final Limits FAST = Limits.NONE.withTotalIops(Limit.of(50_000));
    private static final Limits SLOW = Limits.NONE.withTotalIops(Limit.of(300));

    private static Vf vf(String name, @Nullable Integer queueDepth, @Nullable String profile, @Nullable Limits limits) {
        return new Vf(
                name, null, null, null, null, null, null, null, null, null, null, queueDepth, null, profile, limits);
    }

    private static ApplyDocument document(List<Vf> vfs, List<Profile> profiles, List<Tenant> tenants) {
        return new ApplyDocument(vfs, null, profiles, tenants, null);
    }

    /** What was done. */
    private List<String> apply(ApplyDocument document, boolean prune) throws ControlException {
        ApplyPlan plan = Apply.run(service, document, prune, false).plan();
        assertThat(Apply.plan(service, document, prune).steps())
                .as("twice is as once")
                .isEmpty();
        return plan.steps().stream().map(ApplyStep::summary).toList();
    }

    @Test
    void profilesComeBeforeWhatUsesThemAndGoAfterIt() throws Exception {
        assertThat(apply(
                        document(
                                List.of(vf("a", null, "silver", null), vf("b", null, "gp3-like", null)),
                                List.of(new Profile("silver", FAST)),
                                List.of(new Tenant("a", SLOW.withTotalIops(Limit.of(100_000))))),
                        false))
                .containsExactly("create-profile silver", "tighten-tenant a", "create-vf a", "create-vf b");
        assertThat(service.state().limitsOf(service.vf("a"))).isEqualTo(FAST);
        assertThat(ApplyPlan.of(service.state(), TestService.PF, ApplyDocument.of(service.state()), true)
                        .steps())
                .isEmpty();
        assertThat(apply(
                        document(
                                List.of(vf("a", null, null, Limits.NONE), vf("b", null, null, FAST)),
                                List.of(),
                                List.of()),
                        true))
                .containsExactly("change-tenant a", "change-vf a", "change-vf b", "delete-profile silver");
        assertThat(service.state().limitsOf(service.vf("a"))).isEqualTo(Limits.NONE);
        assertThat(service.state().tenants()).isEmpty();
    }

    @Test
    void whatIsNotNamedStays() throws Exception {
        apply(
                document(
                        List.of(vf("a", null, "silver", null), vf("b", null, null, FAST)),
                        List.of(new Profile("silver", FAST)),
                        List.of(new Tenant("x", SLOW))),
                false);
        assertThat(apply(document(List.of(vf("a", null, null, null)), List.of(), List.of()), false))
                .isEmpty();
        assertThat(apply(
                        document(List.of(vf("a", null, null, null), vf("b", null, null, null)), List.of(), List.of()),
                        true))
                .as("a profile that is used stays")
                .containsExactly("change-tenant x");
    }

    @Test
    void queuesGetShorterBeforeLimitsGetSlowerAndLongerAfterTheyGotFaster() throws Exception {
        apply(
                document(
                        List.of(vf("a", 1024, "silver", null)),
                        List.of(new Profile("silver", FAST)),
                        List.of(new Tenant("a", FAST))),
                false);
        assertThat(apply(
                        document(
                                List.of(vf("a", 46, null, null)),
                                List.of(new Profile("silver", SLOW)),
                                List.of(new Tenant("a", SLOW))),
                        false))
                .containsExactly("change-vf a", "tighten-profile silver", "tighten-tenant a");
        assertThat(apply(
                        document(
                                List.of(vf("a", 1024, null, null)),
                                List.of(new Profile("silver", FAST)),
                                List.of(new Tenant("a", FAST))),
                        false))
                .containsExactly("change-profile silver", "change-tenant a", "change-vf a");
    }

    @Test
    void virtualFunctionsOfALimitedTenantLeaveRoomForEachOther() throws Exception {
        List<Vf> vfs = List.of(
                new Vf("a", "t", null, null, null, null, null, null, null, null, null, null, null, null, null),
                new Vf("b", "t", null, null, null, null, null, null, null, null, null, null, null, null, null),
                new Vf("c", "t", null, null, null, null, null, null, null, null, null, null, null, null, null));
        assertThat(apply(document(vfs, List.of(), List.of(new Tenant("t", SLOW))), false))
                .containsExactly("tighten-tenant t", "create-vf a", "create-vf b", "create-vf c");
        assertThat(QosRules.commands(service.state().vfs())).isBetween(2_000L, 3_000L);
    }

    @Test
    void showsEachLimitThatChanges() throws Exception {
        service.createProfile("p", FAST.withReadIops(Limit.of(20, 40)));
        ApplyPlan plan = Apply.plan(
                service,
                document(
                        List.of(vf("a", null, null, SLOW)),
                        List.of(new Profile("p", FAST.withTotalIops(Limit.withCredits(50_000, 60_000, 7)))),
                        List.of()),
                false);
        assertThat(plan.steps().get(0).changes())
                .containsExactly(
                        new ApplyStep.Change("readIops", "20 (burst 40)", null),
                        new ApplyStep.Change("totalIops", "50000", "50000 (burst rate 60000, credits 7)"));
        assertThat(plan.steps().get(1).changes()).contains(new ApplyStep.Change("totalIops", null, "300"));
    }

    @Test
    void refusesTheWholeDocumentWithAllThatIsWrong() throws Exception {
        apply(document(List.of(vf("a", 1024, "silver", null)), List.of(new Profile("silver", FAST)), List.of()), false);
        TargetState before = service.state();
        ControlException refusal = catchThrowableOfType(
                ControlException.class,
                () -> Apply.run(
                        service,
                        document(
                                List.of(vf("b", null, "gold", null), vf("c", null, "silver", FAST)),
                                List.of(
                                        new Profile("silver", SLOW),
                                        new Profile("silver", FAST),
                                        new Profile("gp3-like", FAST),
                                        new Profile("empty", null),
                                        new Profile(null, FAST)),
                                List.of(
                                        new Tenant("t", SLOW),
                                        new Tenant("t", FAST),
                                        new Tenant("T", FAST),
                                        new Tenant(null, FAST))),
                        false,
                        false));
        assertThat(refusal).isNotNull();
        assertThat(String.valueOf(refusal.getMessage()).lines())
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("virtual function b: profile is 'gold'; there are"),
                        line -> assertThat(line).contains("virtual function c: profile and limits are both given"),
                        line -> assertThat(line).contains("'silver' is there twice"),
                        line -> assertThat(line).contains("gp3-like is built in"),
                        line -> assertThat(line).contains("profile empty: limits is missing"),
                        line -> assertThat(line).contains("the profile's name is missing"),
                        line -> assertThat(line).contains("profile silver: virtual function a has ioQueues 64 x"),
                        line -> assertThat(line).contains("tenants: 't' is there twice"),
                        line -> assertThat(line).contains("'T' is no name of a tenant"),
                        line -> assertThat(line).contains("a tenant has no name"));
        assertThat(service.state()).isEqualTo(before);
        assertThat(TargetState.empty(new UUID(0, 1)).allProfiles()).isEqualTo(QosProfile.PRESETS);
    }
}
