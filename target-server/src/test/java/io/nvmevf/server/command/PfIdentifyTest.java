package io.nvmevf.server.command;

import static io.nvmevf.server.command.Management.controllers;
import static io.nvmevf.server.command.Management.identify;
import static io.nvmevf.server.command.Management.namespaces;
import static io.nvmevf.server.command.Management.page;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.InBandFixture;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.NewNamespace;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.TestHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator's host sees of the physical function (NVMe Base 2.1 §5.1.13), by the specification's own offsets. */
class PfIdentifyTest {
    private static final long MIB = 1 << 20;

    private InBandFixture target;
    private TestHost operator;
    private VirtualFunction alpha;
    private Namespace attached;
    private Namespace free;

    @BeforeEach
    void start(@TempDir Path directory) {
        target = new InBandFixture(directory);
        alpha = target.vf("alpha", "acme");
        attached = target.namespace("alpha", 4 * MIB, 512);
        free = target.run(s -> s.createNamespace(NewNamespace.available(8 * MIB, 4096)));
        operator = target.operator();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private static int nsid(Namespace ns) {
        return Math.toIntExact(ns.number());
    }

    @Test
    void theControllerSaysWhatItManagesAndHowMuchIsLeft() {
        ByteBuf page = page(operator, 0x01, 0);
        assertThat(Fields.ascii(page, 4, 20)).as("SN").hasSize(20);
        assertThat(Fields.ascii(page, 24, 40)).as("MN").isEqualTo("nvmevf physical function");
        assertThat(page.getUnsignedShortLE(78)).as("CNTLID").isEqualTo(operator.cntlid());
        assertThat(page.getUnsignedByte(111)).as("CNTRLTYPE: I/O").isEqualTo((short) 1);
        assertThat(page.getUnsignedShortLE(256))
                .as("OACS: namespaces, virtualization")
                .isEqualTo(1 << 3 | 1 << 7);
        assertThat(page.getLongLE(280)).as("TNVMCAP").isEqualTo(InBandFixture.CAPACITY);
        assertThat(page.getLongLE(296)).as("UNVMCAP").isEqualTo(InBandFixture.CAPACITY - 12 * MIB);
        assertThat(page.getIntLE(328)).as("SANICAP").isZero();
        assertThat(page.getIntLE(516)).as("NN").isEqualTo(16_777_215);
        assertThat(page.getIntLE(540)).as("MNAN").isEqualTo(1024);
        assertThat(Fields.nqn(page, 768)).isEqualTo(InBandFixture.PF);
        assertThat(operator.cntlid()).isBetween(0xF000, 0xFFEF);
    }

    @Test
    void allNamespacesTogetherSayWhichFormatsANewOneMayHave() {
        ByteBuf page = page(operator, 0x00, 0xFFFFFFFF);
        assertThat(page.getLongLE(0)).as("NSZE").isZero();
        assertThat(page.getByte(25)).as("NLBAF, 0's based").isEqualTo((byte) 1);
        assertThat(page.getByte(128 + 2)).as("LBADS").isEqualTo((byte) 9);
        assertThat(page.getByte(132 + 2)).as("LBADS").isEqualTo((byte) 12);
        assertThat(page(operator, 0x16, 0).getLongLE(32)).as("NSZEG").isEqualTo(4096);
    }

    @Test
    void noNamespaceIsActiveHere() {
        assertThat(namespaces(operator, 0x02, 0)).isEmpty();
        assertThat(namespaces(operator, 0x07, 0)).isEmpty();
        for (int nsid : new int[] {nsid(attached), nsid(free), 16_777_215}) {
            assertThat(operator.admin(Command.identify(0x00, nsid)).ok().data()).isEqualTo(new byte[4096]);
            operator.admin(Command.identify(0x03, nsid)).isFinal(Status.INVALID_FIELD);
        }
        for (int nsid : new int[] {0, 16_777_216}) {
            operator.admin(Command.identify(0x00, nsid)).isFinal(Status.INVALID_NAMESPACE);
        }
    }

    @Test
    void allNamespacesAreAllocatedHereByTheirNumbers() {
        assertThat(namespaces(operator, 0x10, 0)).containsExactly(nsid(attached), nsid(free));
        assertThat(namespaces(operator, 0x10, nsid(attached))).containsExactly(nsid(free));
        operator.admin(Command.identify(0x10, 0xFFFFFFFE)).isFinal(Status.INVALID_NAMESPACE);

        ByteBuf page = page(operator, 0x11, nsid(attached));
        assertThat(page.getLongLE(0)).as("NSZE").isEqualTo(4 * MIB / 512);
        assertThat(page.getLongLE(48)).as("NVMCAP").isEqualTo(4 * MIB);
        assertThat(page.getByte(26)).as("FLBAS").isZero();
        assertThat(page.getByte(30)).as("NMIC: private").isZero();
        assertThat(Fields.uuid(page, 104)).as("NGUID").isEqualTo(attached.uuid());
        assertThat(page(operator, 0x11, nsid(free)).getByte(26)).as("FLBAS").isEqualTo((byte) 1);

        assertThat(operator.admin(Command.identify(0x11, 99)).ok().data()).isEqualTo(new byte[4096]);
        operator.admin(Command.identify(0x11, 0xFFFFFFFF)).isFinal(Status.INVALID_NAMESPACE);
    }

    @Test
    void aControllerOfANamespaceIsTheVirtualFunctionThatHasIt() {
        assertThat(controllers(operator, 0x12, nsid(attached), 0)).containsExactly(alpha.number());
        assertThat(controllers(operator, 0x12, nsid(attached), alpha.number() + 1))
                .isEmpty();
        assertThat(controllers(operator, 0x12, nsid(free), 0)).isEmpty();
        operator.admin(identify(0x12, 99, 0)).isFinal(Status.INVALID_FIELD);
    }

    @Test
    void theControllersAreTheVirtualFunctionsAndTheOperators() {
        VirtualFunction beta = target.vf("beta", "acme");
        TestHost second = target.operator();
        assertThat(controllers(operator, 0x13, 0, 0))
                .containsExactly(alpha.number(), beta.number(), operator.cntlid(), second.cntlid());
        assertThat(controllers(operator, 0x13, 0, beta.number()))
                .containsExactly(beta.number(), operator.cntlid(), second.cntlid());
    }

    @Test
    void thePrimaryControllerHandsOutQueuesAndNoInterrupts() {
        ByteBuf page = page(operator, 0x14, 0);
        assertThat(page.getUnsignedShortLE(0)).as("CNTLID").isEqualTo(operator.cntlid());
        assertThat(page.getUnsignedByte(4)).as("CRT: VQ").isEqualTo((short) 1);
        assertThat(page.getIntLE(32)).as("VQFRT").isEqualTo(InBandFixture.QUEUE_RESOURCES);
        assertThat(page.getIntLE(36))
                .as("VQRFA: 3 I/O queues and an admin queue")
                .isEqualTo(4);
        assertThat(page.getUnsignedShortLE(40)).as("VQRFAP").isZero();
        assertThat(page.getUnsignedShortLE(44)).as("VQFRSM").isEqualTo(65);
        assertThat(page.getUnsignedShortLE(46)).as("VQGRAN").isEqualTo(1);
        assertThat(page.getIntLE(64)).as("VIFRT").isZero();
    }

    @Test
    void secondaryControllersAreTheVirtualFunctions() {
        target.vf("beta", "acme");
        target.run(s -> s.offlineVf("beta"));
        ByteBuf page = page(operator, 0x15, 0);
        assertThat(page.getByte(0)).isEqualTo((byte) 2);
        assertThat(page.getUnsignedShortLE(32)).as("SCID").isEqualTo(alpha.number());
        assertThat(page.getUnsignedShortLE(34)).as("PCID").isEqualTo(operator.cntlid());
        assertThat(page.getByte(36)).as("SCS: online").isEqualTo((byte) 1);
        assertThat(page.getUnsignedShortLE(40)).as("VFN").isEqualTo(alpha.number());
        assertThat(page.getUnsignedShortLE(42)).as("NVQ").isEqualTo(4);
        assertThat(page.getUnsignedShortLE(44)).as("NVI").isZero();
        assertThat(page.getByte(64 + 4)).as("SCS: offline").isZero();
    }

    @Test
    void moreThan127SecondaryControllersComeInPages() {
        for (int n = 0; n < 129; n++) {
            target.vf("vf" + n, "acme");
        }
        List<Integer> seen = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        int from = 0;
        while (true) {
            ByteBuf page = operator.admin(identify(0x15, 0, from)).ok().page();
            int count = page.getUnsignedByte(0);
            if (count == 0) {
                break;
            }
            sizes.add(count);
            for (int i = 0; i < count; i++) {
                seen.add(page.getUnsignedShortLE(32 + 32 * i));
            }
            from = seen.getLast() + 1;
        }
        assertThat(sizes).containsExactly(127, 3);
        assertThat(seen)
                .containsExactlyElementsOf(target.state().vfs().stream()
                        .map(VirtualFunction::number)
                        .toList());
    }

    @Test
    void theEffectsOfItsCommandsMakeAHostScan() {
        ByteBuf page = operator.admin(Command.logPage(0x05, 0, 4096)).ok().page();
        assertThat(page.getIntLE(4 * 0x0D) & 0x1F).as("0Dh: CSUPP, NIC").isEqualTo(0b01001);
        assertThat(page.getIntLE(4 * 0x15) & 0x1F).as("15h: CSUPP, NIC").isEqualTo(0b01001);
        assertThat(page.getIntLE(4 * 0x1C) & 0x1F).as("1Ch: CSUPP, CCC").isEqualTo(0b10001);
        for (int opc : new int[] {0x80, 0x84, 0x8C}) {
            assertThat(page.getIntLE(4 * opc)).isZero();
        }
        operator.admin(Command.logPage(0x81, 0, 512)).isFinal(Status.INVALID_LOG_PAGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0x84, 0x8C})
    void nothingHereErasesWhatTenantsHave(int opc) {
        operator.admin(Command.of(opc, 0xFFFFFFFF).cdw(10, 2)).isFinal(Management.INVALID_OPCODE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0D, 0x15, 0x1C})
    void aVirtualFunctionsControllerManagesNothing(int opc) {
        TestHost tenant = target.tenant("alpha");
        tenant.admin(Command.of(opc, 0)).isFinal(Management.INVALID_OPCODE);
        assertThat(page(tenant, 0x01, 0).getUnsignedShortLE(256) & (1 << 3 | 1 << 7))
                .as("OACS: namespaces, virtualization")
                .isZero();
        ByteBuf effects = tenant.admin(Command.logPage(0x05, 0, 4096)).ok().page();
        assertThat(effects.getIntLE(4 * opc)).isZero();
    }

    @Test
    void aVirtualFunctionsControllerKnowsOfNoOther() {
        target.vf("beta", "acme");
        TestHost tenant = target.tenant("alpha");
        tenant.admin(Command.identify(0x14, 0)).isFinal(Status.INVALID_FIELD);
        tenant.admin(Command.identify(0x15, 0)).isFinal(Status.INVALID_FIELD);
        assertThat(namespaces(tenant, 0x10, 0)).containsExactly(1);
        assertThat(controllers(tenant, 0x13, 0, 0)).containsExactly(tenant.cntlid());
    }
}
