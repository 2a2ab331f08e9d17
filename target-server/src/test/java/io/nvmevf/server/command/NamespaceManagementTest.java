package io.nvmevf.server.command;

import static io.nvmevf.server.command.Management.attach;
import static io.nvmevf.server.command.Management.createData;
import static io.nvmevf.server.command.Management.delete;
import static io.nvmevf.server.command.Management.detach;
import static io.nvmevf.server.command.Management.makeNamespace;
import static io.nvmevf.server.command.Management.namespaces;
import static io.nvmevf.server.command.Management.page;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.InBandFixture;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.NamespaceState;
import io.nvmevf.server.control.Operation;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Namespace Management and Namespace Attachment (NVMe Base 2.1 §5.1.20 and §5.1.21) on the physical function. */
class NamespaceManagementTest {
    private static final int INVALID_FORMAT = 0x10A;
    private static final int INSUFFICIENT_CAPACITY = 0x115;
    private static final int ALREADY_ATTACHED = 0x118;
    private static final int IS_PRIVATE = 0x119;
    private static final int NOT_ATTACHED = 0x11A;
    private static final int THIN_PROVISIONING = 0x11B;
    private static final int LIST_INVALID = 0x11C;
    private static final int ATTACHMENT_LIMIT = 0x127;
    private static final int BLOCKS = 256;

    private InBandFixture target;
    private TestHost operator;
    private int alpha;
    private int beta;

    @BeforeEach
    void start(@TempDir Path directory) {
        target = new InBandFixture(directory);
        alpha = target.vf("alpha", "acme").number();
        beta = target.vf("beta", "globex").number();
        operator = target.operator();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private int created() {
        return operator.admin(makeNamespace(BLOCKS, BLOCKS, 1)).ok().dw0();
    }

    private Namespace ns(int nsid) {
        return target.run(s -> s.namespace("ns-" + nsid));
    }

    /** An attached namespace of alpha's that holds something. */
    private int written() {
        int nsid = created();
        operator.admin(attach(nsid, alpha)).ok();
        byte[] data = new byte[4096];
        Arrays.fill(data, (byte) 0x5A);
        target.tenant("alpha")
                .connectIo(1, 16)
                .run(Command.write(1, 0, data, 4096))
                .ok();
        return nsid;
    }

    // ---- create --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"0, 512", "1, 4096"})
    void createMakesAFreeNamespaceOfTheFormat(int format, int lbaSize) {
        int nsid = operator.admin(makeNamespace(BLOCKS, BLOCKS, format)).ok().dw0();
        Namespace ns = ns(nsid);
        assertThat(ns.state()).isEqualTo(NamespaceState.AVAILABLE);
        assertThat(ns.bytes()).isEqualTo((long) BLOCKS * lbaSize);
        assertThat(ns.lbaSize()).isEqualTo(lbaSize);
        assertThat(namespaces(operator, 0x10, 0)).containsExactly(nsid);
        assertThat(page(operator, 0x01, 0).getLongLE(296))
                .as("UNVMCAP")
                .isEqualTo(InBandFixture.CAPACITY - (long) BLOCKS * lbaSize);
        assertThat(created()).isNotEqualTo(nsid);
    }

    @Test
    void aFormatThatIsNotThereIsInvalid() {
        operator.admin(makeNamespace(BLOCKS, BLOCKS, 2)).isFinal(INVALID_FORMAT);
        operator.admin(makeNamespace(BLOCKS, BLOCKS, 0x61)).isFinal(INVALID_FORMAT);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "8, 16", "7, 7"})
    void aSizeThatCannotBeIsAnInvalidField(long nsze, long ncap) {
        operator.admin(makeNamespace(nsze, ncap, 0)).isFinal(Status.INVALID_FIELD);
    }

    @Test
    void thinProvisioningIsNotSupported() {
        operator.admin(makeNamespace(16, 8, 0)).isFinal(THIN_PROVISIONING);
        operator.admin(makeNamespace(16, 0, 0)).isFinal(THIN_PROVISIONING);
    }

    @ParameterizedTest
    @ValueSource(longs = {InBandFixture.CAPACITY / 4096 + 1, Long.MAX_VALUE >>> 11, Long.MAX_VALUE, -8})
    void moreThanThePoolHasIsRefused(long blocks) {
        operator.admin(makeNamespace(blocks, blocks, 1)).isFinal(INSUFFICIENT_CAPACITY);
        assertThat(target.state().namespaces()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {29, 30, 92, 100, 102, 384, 392})
    void whatNoNamespaceHasHereIsAnInvalidField(int offset) {
        byte[] data = createData(BLOCKS, BLOCKS, 1);
        Unpooled.wrappedBuffer(data).setByte(offset, 1);
        operator.admin(Command.of(0x0D, 0).out(data)).isFinal(Status.INVALID_FIELD);
    }

    @Test
    void theOtherFieldsOfCreateAreChecked() {
        operator.admin(makeNamespace(BLOCKS, BLOCKS, 1).cdw(11, 2 << 24)).isFinal(Status.IO_COMMAND_SET_NOT_SUPPORTED);
        operator.admin(makeNamespace(BLOCKS, BLOCKS, 1).cdw(1, 3)).isFinal(Status.INVALID_FIELD);
        operator.admin(Command.of(0x0D, 0).cdw(10, 2)).isFinal(Status.INVALID_FIELD);
        assertThat(target.state().namespaces()).isEmpty();
    }

    // ---- attach --------------------------------------------------------------------------------------------------

    @Test
    void attachGivesTheNamespaceToTheVirtualFunctionsHosts() {
        int nsid = created();
        TestHost tenant = target.tenant("alpha");
        assertThat(namespaces(tenant, 0x02, 0)).isEmpty();
        operator.admin(attach(nsid, alpha)).ok();
        assertThat(namespaces(tenant, 0x02, 0)).containsExactly(1);
        assertThat(Management.controllers(operator, 0x12, nsid, 0)).containsExactly(alpha);
        tenant.connectIo(1, 16).run(Command.read(1, 0, 1, 4096)).ok();
    }

    @Test
    void aNamespaceHasOneControllerAtATime() {
        int nsid = created();
        operator.admin(attach(nsid, alpha, beta)).isFinal(IS_PRIVATE);
        assertThat(ns(nsid).state()).isEqualTo(NamespaceState.AVAILABLE);
        operator.admin(attach(nsid, alpha)).ok();
        operator.admin(attach(nsid, alpha)).isFinal(ALREADY_ATTACHED);
        operator.admin(attach(nsid, beta)).isFinal(IS_PRIVATE);
    }

    @Test
    void aBadListOfControllersIsRefused() {
        int nsid = created();
        byte[] tooMany = Management.controllers(alpha);
        Unpooled.wrappedBuffer(tooMany).setShortLE(0, 2048);
        for (Command command : new Command[] {
            attach(nsid),
            attach(nsid, 0),
            attach(nsid, beta + 1),
            attach(nsid, 0xFFFF),
            attach(nsid, operator.cntlid()),
            attach(nsid, beta, alpha),
            attach(nsid, alpha, alpha),
            attach(nsid, alpha, beta + 1),
            detach(nsid),
            detach(nsid, beta + 1),
            Command.of(0x15, nsid).out(tooMany)
        }) {
            operator.admin(command).isFinal(LIST_INVALID);
        }
        operator.admin(attach(nsid, alpha).cdw(10, 2)).isFinal(Status.INVALID_FIELD);
        assertThat(ns(nsid).state()).isEqualTo(NamespaceState.AVAILABLE);
    }

    @Test
    void aNamespaceThatIsNotThereIsInvalid() {
        for (int nsid : new int[] {0, 99, 16_777_216, 0xFFFFFFFF}) {
            operator.admin(attach(nsid, alpha)).isFinal(Status.INVALID_NAMESPACE);
            operator.admin(detach(nsid, alpha)).isFinal(Status.INVALID_NAMESPACE);
            operator.admin(delete(nsid)).isFinal(Status.INVALID_NAMESPACE);
        }
    }

    @Test
    void detachTakesItAndItsOwnTenantGetsItBackAsItWas() {
        int nsid = written();
        operator.admin(detach(nsid, beta)).isFinal(NOT_ATTACHED);
        operator.admin(detach(nsid, alpha, beta)).isFinal(NOT_ATTACHED);
        operator.admin(detach(nsid, alpha)).ok();
        assertThat(ns(nsid).state()).isEqualTo(NamespaceState.DETACHED);
        operator.admin(detach(nsid, alpha)).isFinal(NOT_ATTACHED);
        operator.admin(attach(nsid, alpha)).ok();
        assertThat(target.tenant("alpha")
                        .connectIo(1, 16)
                        .run(Command.read(1, 0, 1, 4096))
                        .ok()
                        .data())
                .containsOnly(0x5A);
    }

    @Test
    void anotherTenantGetsItErased() {
        int nsid = written();
        target.eraser().hold();
        operator.admin(detach(nsid, alpha)).ok();
        operator.admin(attach(nsid, beta)).ok();
        assertThat(ns(nsid).state()).isEqualTo(NamespaceState.WIPING);
        TestHost tenant = target.tenant("beta");
        assertThat(namespaces(tenant, 0x02, 0)).isEmpty();
        for (int vf : new int[] {alpha, beta}) {
            assertThat(operator.admin(attach(nsid, vf))
                            .is(Status.NAMESPACE_NOT_READY)
                            .dnr())
                    .isFalse();
        }
        target.eraser().release();
        target.settle();
        assertThat(namespaces(tenant, 0x02, 0)).containsExactly(1);
        assertThat(tenant.connectIo(1, 16).run(Command.read(1, 0, 1, 4096)).ok().data())
                .containsOnly(0);
    }

    @Test
    void aQuarantinedNamespaceIsNotAttached() {
        int nsid = written();
        target.eraser().hold();
        operator.admin(detach(nsid, alpha)).ok();
        operator.admin(attach(nsid, beta)).ok();
        target.eraser().fail();
        target.settle();
        assertThat(ns(nsid).state()).isEqualTo(NamespaceState.QUARANTINED);
        operator.admin(attach(nsid, alpha)).isFinal(Status.NAMESPACE_NOT_READY);
        operator.admin(attach(nsid, beta)).isFinal(Status.NAMESPACE_NOT_READY);
        assertThat(namespaces(operator, 0x10, 0)).containsExactly(nsid);
    }

    @Test
    void aVirtualFunctionHasALimitedNumberOfNamespaces() {
        IntStream.range(0, TargetState.MAX_NAMESPACES_PER_VF).forEach(n -> target.namespace("alpha", 4096, 4096));
        int nsid = created();
        operator.admin(attach(nsid, alpha)).isFinal(ATTACHMENT_LIMIT);
        operator.admin(attach(nsid, beta)).ok();
    }

    // ---- delete --------------------------------------------------------------------------------------------------

    @Test
    void whatHoldsNothingIsDeletedAtOnce() {
        int nsid = created();
        operator.admin(delete(nsid)).ok();
        assertThat(target.state().namespaces()).isEmpty();
        assertThat(target.state().operations()).isEmpty();
        operator.admin(delete(nsid)).isFinal(Status.INVALID_NAMESPACE);
    }

    @Test
    void whatIsAttachedIsDetachedErasedAndDeleted() {
        int nsid = written();
        TestHost tenant = target.tenant("alpha");
        HostQueue io = tenant.connectIo(1, 16);
        target.eraser().hold();
        operator.admin(delete(nsid)).ok();
        assertThat(ns(nsid).state()).isEqualTo(NamespaceState.WIPING);
        assertThat(namespaces(operator, 0x10, 0)).isEmpty();
        assertThat(operator.admin(Command.identify(0x11, nsid)).ok().data()).isEqualTo(new byte[4096]);
        assertThat(namespaces(tenant, 0x02, 0)).isEmpty();
        io.run(Command.read(1, 0, 1, 4096)).isFinal(Status.INVALID_NAMESPACE);
        operator.admin(delete(nsid)).isFinal(Status.INVALID_NAMESPACE);
        operator.admin(attach(nsid, alpha)).isFinal(Status.INVALID_NAMESPACE);
        target.eraser().release();
        Operation op = target.ended(target.state().operations().getLast().id());
        assertThat(op.error()).isNull();
        assertThat(target.state().namespaces()).isEmpty();
    }

    @Test
    void aDeletionThatFailedCanBeRepeated() {
        int nsid = written();
        target.eraser().hold();
        operator.admin(delete(nsid)).ok();
        target.eraser().fail();
        target.settle();
        assertThat(namespaces(operator, 0x10, 0)).containsExactly(nsid);
        operator.admin(delete(nsid)).ok();
        target.settle();
        assertThat(target.state().namespaces()).isEmpty();
    }

    @Test
    void whatIsErasedForAnotherTenantIsNotDeletedMeanwhile() {
        int nsid = written();
        target.eraser().hold();
        operator.admin(detach(nsid, alpha)).ok();
        operator.admin(attach(nsid, beta)).ok();
        assertThat(operator.admin(delete(nsid)).is(Status.NAMESPACE_NOT_READY).dnr())
                .isFalse();
        target.eraser().release();
        target.settle();
        operator.admin(delete(nsid)).ok();
    }

    @Test
    void allNamespacesAtOnceAreNotDeleted() {
        int nsid = created();
        operator.admin(delete(0xFFFFFFFF)).isFinal(Status.INVALID_NAMESPACE);
        assertThat(namespaces(operator, 0x10, 0)).containsExactly(nsid);
    }
}
