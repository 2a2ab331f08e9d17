package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmevf.server.control.ApplyDocument.Ns;
import io.nvmevf.server.control.ApplyDocument.Profile;
import io.nvmevf.server.control.ApplyDocument.Tenant;
import io.nvmevf.server.control.ApplyDocument.Vf;
import io.nvmevf.server.wipe.Verification;
import io.nvmevf.server.wipe.WipeMethod;
import io.nvmevf.server.wipe.WipePlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** From a state and a document to steps. */
class ApplyPlanTest {
    private static final PhysicalFunction PF = TestService.PF;
    private static final WipePlan PLAN = WipePlan.of(WipeMethod.ZERO, Verification.FULL, 1);

    private final List<VirtualFunction> vfs = new ArrayList<>();
    private final List<Namespace> namespaces = new ArrayList<>();
    private final List<Operation> operations = new ArrayList<>();

    private VirtualFunction vf(String name, String tenant) {
        int number = vfs.size() + 1;
        VirtualFunction vf = new VirtualFunction(
                number,
                name,
                tenant,
                "nqn.2020-01.com.example:" + name,
                "S" + number,
                Access.NOBODY.allowing(new TreeSet<>(), true),
                new TreeSet<>(),
                4,
                1024,
                VfState.ONLINE,
                null,
                null,
                null);
        vfs.add(vf);
        return vf;
    }

    private Namespace ns(Namespace ns) {
        namespaces.add(ns);
        return ns;
    }

    private Namespace available() {
        String id = "ns-" + (namespaces.size() + 1);
        return Namespace.available(id, id, 8192, 4096, false);
    }

    private Namespace attached(VirtualFunction vf) {
        return available().attachedTo(vf, namespaces.size() + 1);
    }

    private void erasing(Namespace ns, Purpose purpose, @Nullable String to) {
        String id = "op-" + (operations.size() + 1);
        operations.add(new Operation(id, purpose, ns.id(), to, PLAN, OperationState.RUNNING, null, 1, 0));
        ns(ns.erasing(new Erasure(id, PLAN, purpose, to, 4096)));
    }

    private TargetState state() {
        return new TargetState(
                new UUID(0, 1),
                1,
                9,
                9,
                9,
                vfs,
                namespaces,
                operations,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of(),
                List.of());
    }

    private static Vf wanted(String name) {
        return new Vf(name, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    private static Vf tenant(String name, String tenant) {
        return new Vf(name, tenant, null, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    private static Ns placed(String name, @Nullable String vf) {
        return new Ns(name, vf, null, null, null, null);
    }

    private static Ns sized(String name, @Nullable String vf, long bytes, boolean allowShrink) {
        return new Ns(name, vf, bytes, null, allowShrink, null);
    }

    private static ApplyDocument document(Object... parts) {
        return new ApplyDocument(
                Arrays.stream(parts)
                        .filter(Vf.class::isInstance)
                        .map(Vf.class::cast)
                        .toList(),
                Arrays.stream(parts)
                        .filter(Ns.class::isInstance)
                        .map(Ns.class::cast)
                        .toList(),
                Arrays.stream(parts)
                        .filter(Profile.class::isInstance)
                        .map(Profile.class::cast)
                        .toList(),
                Arrays.stream(parts)
                        .filter(Tenant.class::isInstance)
                        .map(Tenant.class::cast)
                        .toList(),
                null);
    }

    /** Each step as {@code action subject}, with a {@code !} if it destroys data. */
    private List<String> steps(boolean prune, Object... parts) throws ControlException {
        return ApplyPlan.of(state(), PF, document(parts), prune).steps().stream()
                .map(step -> step.summary() + (step.destroysData() ? " !" : ""))
                .toList();
    }

    private String refused(boolean prune, Object... parts) {
        ControlException refusal =
                catchThrowableOfType(ControlException.class, () -> ApplyPlan.of(state(), PF, document(parts), prune));
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(ControlException.Reason.INVALID);
        return String.valueOf(refusal.getMessage());
    }

    @Test
    void aStateFulfilsTheDocumentThatIsMadeOfIt() throws Exception {
        VirtualFunction a = vf("a", "a");
        vf("b", "b");
        ns(attached(a));
        ns(available());
        ns(attached(a).detached());
        erasing(attached(a), Purpose.RELEASE, null);
        erasing(attached(a), Purpose.REASSIGN, "b");
        erasing(attached(a), Purpose.DELETE, null);
        ns(attached(a)
                .erasing(new Erasure("op-9", PLAN, Purpose.REASSIGN, "b", 4096))
                .quarantined());
        ApplyDocument document = ApplyDocument.of(state());
        assertThat(document.allNamespaces()).hasSize(6);
        assertThat(ApplyPlan.of(state(), PF, document, true).steps()).isEmpty();
        assertThat(ApplyPlan.of(state(), PF, document(), false).steps()).isEmpty();
    }

    @Test
    void createsInTheOrderInWhichThingsAreNeeded() throws Exception {
        assertThat(steps(false, sized("disk", "x", 4096, false), sized("spare", null, 4096, false), wanted("x")))
                .containsExactly("create-vf x", "create-namespace disk", "create-namespace spare");
    }

    @Test
    void movesNamespacesAndErasesOnlyForAnotherTenant() throws Exception {
        VirtualFunction a = vf("a", "t");
        vf("b", "t");
        vf("c", "u");
        ns(attached(a));
        ns(attached(a));
        ns(attached(a).detached());
        ns(attached(a).detached());
        ns(available());
        ns(attached(a));
        assertThat(steps(
                        false,
                        placed("ns-1", "b"),
                        placed("ns-2", "c"),
                        placed("ns-3", "b"),
                        placed("ns-4", "c"),
                        placed("ns-5", "c"),
                        placed("ns-6", null)))
                .containsExactly(
                        "detach-namespace ns-6",
                        "attach-namespace ns-3",
                        "attach-namespace ns-4 !",
                        "attach-namespace ns-5",
                        "reassign-namespace ns-1",
                        "reassign-namespace ns-2 !");
    }

    @Test
    void changesOnlyWhatIsNamedAndDiffers() throws Exception {
        vf("a", "a");
        assertThat(steps(false, wanted("a"))).isEmpty();
        assertThat(steps(
                        false,
                        new Vf(
                                "a",
                                "a",
                                null,
                                null,
                                Set.of(),
                                true,
                                null,
                                null,
                                null,
                                Set.of(),
                                4,
                                1024,
                                VfState.ONLINE,
                                null,
                                null)))
                .isEmpty();
        ApplyPlan plan = ApplyPlan.of(
                state(),
                PF,
                document(new Vf(
                        "a",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Set.of(2),
                        0,
                        null,
                        VfState.OFFLINE,
                        null,
                        null)),
                false);
        assertThat(plan.steps()).extracting(ApplyStep::summary).containsExactly("offline-vf a", "change-vf a");
        assertThat(plan.steps().get(1).changes())
                .containsExactly(
                        new ApplyStep.Change("ports", "[]", "[2]"), new ApplyStep.Change("ioQueues", "4", "0"));
    }

    @Test
    void takesNamespacesAwayBeforeTheTenantChanges() throws Exception {
        VirtualFunction a = vf("a", "old");
        ns(attached(a));
        assertThat(steps(false, tenant("a", "new"), placed("ns-1", "a")))
                .containsExactly("detach-namespace ns-1", "change-vf a", "attach-namespace ns-1 !");
        assertThat(steps(false, tenant("a", "new"), placed("ns-1", null)))
                .containsExactly("detach-namespace ns-1", "change-vf a");
    }

    @Test
    void shrinksOnlyIfTheDocumentAllowsIt() throws Exception {
        VirtualFunction a = vf("a", "a");
        ns(attached(a));
        assertThat(steps(false, sized("ns-1", "a", 12288, false))).containsExactly("resize-namespace ns-1");
        assertThat(refused(false, sized("ns-1", "a", 4096, false))).contains("allowShrink: true");
        assertThat(steps(false, sized("ns-1", "a", 4096, true))).containsExactly("resize-namespace ns-1 !");
    }

    @Test
    void deletesOnlyWhenItPrunes() throws Exception {
        VirtualFunction a = vf("a", "a");
        vf("b", "b");
        ns(attached(a));
        ns(available());
        erasing(attached(a), Purpose.DELETE, null);
        assertThat(steps(true, wanted("b")))
                .containsExactly("delete-namespace ns-1 !", "delete-namespace ns-2", "delete-vf a");
        assertThat(steps(false, wanted("b"))).isEmpty();
        assertThat(refused(true, placed("ns-1", "a"))).contains("'a', which the document does not name");
    }

    @Test
    void refusesTheWholeDocumentWithAllThatIsWrong() throws Exception {
        VirtualFunction a = vf("a", "a");
        ns(attached(a));
        erasing(attached(a), Purpose.RELEASE, null);
        ns(attached(a)
                .erasing(new Erasure("op-9", PLAN, Purpose.RELEASE, null, 4096))
                .quarantined());
        assertThat(refused(
                                false,
                                new Vf(
                                        "a",
                                        null,
                                        "nqn.2020-01.com.example:z",
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null),
                                new Vf(
                                        "b", null, null, null, null, null, null, null, null, null, 65, null, null, null,
                                        null),
                                wanted("B"),
                                wanted("c"),
                                wanted("c"),
                                new Ns("ns-1", "a", null, 512, null, null),
                                placed("ns-1", "a"),
                                placed("ns-2", "a"),
                                placed("ns-3", "a"),
                                placed("new", "a"),
                                placed("other", "nobody"),
                                sized("odd", null, 5, false),
                                sized("ns-77", null, 4096, false))
                        .lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("virtual function a: nqn is", "cannot become"),
                        line -> assertThat(line).contains("virtual function b: ioQueues is 65"),
                        line -> assertThat(line).contains("virtual function B: the name"),
                        line -> assertThat(line).contains("'c' is there twice"),
                        line -> assertThat(line).contains("ns-1: lbaSize is 4096 and cannot become 512"),
                        line -> assertThat(line).contains("'ns-1' is there twice"),
                        line -> assertThat(line).contains("ns-2 is being erased"),
                        line -> assertThat(line).contains("ns-3 is quarantined"),
                        line -> assertThat(line).contains("new is not there yet, so it needs a size"),
                        line -> assertThat(line).contains("'nobody', which is not there"),
                        line -> assertThat(line).contains("odd: the size is 5"),
                        line -> assertThat(line).contains("ns-77: the name is 'ns-77'"));
        assertThatThrownBy(() -> ApplyPlan.of(
                        state(),
                        PF,
                        document(new Vf(
                                null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                                null)),
                        false))
                .hasMessageContaining("no name");
    }
}
