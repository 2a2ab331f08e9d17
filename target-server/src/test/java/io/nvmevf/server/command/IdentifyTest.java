package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import io.nvmevf.protocol.identify.Cns;
import io.nvmevf.protocol.identify.IdentifyController;
import io.nvmevf.protocol.identify.IdentifyNamespace;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.TestHost;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Identify (NVMe Base 2.1 §5.1.13). Offsets here are those of the specification, not those of the product's code. */
class IdentifyTest {
    private TargetFixture target;
    private TestHost host;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
        target.addNamespace(TargetFixture.VF, 7, 8 << 20, 512);
        target.publish();
        host = target.connect();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private ByteBuf page(int cns, int nsid) {
        return host.admin(Command.identify(cns, nsid)).ok().page();
    }

    private static List<Integer> list(ByteBuf page) {
        List<Integer> nsids = new ArrayList<>();
        for (int i = 0; i < 1024 && page.getIntLE(4 * i) != 0; i++) {
            nsids.add(page.getIntLE(4 * i));
        }
        return nsids;
    }

    @Test
    void theControllerPageHoldsWhatLinuxAsksFor() {
        ByteBuf page = page(Cns.CONTROLLER, 0);
        assertThat(Fields.ascii(page, 4, 20)).isEqualTo("SN1");
        assertThat(page.getUnsignedByte(77)).as("MDTS").isEqualTo((short) 8);
        assertThat(page.getUnsignedShortLE(78)).as("CNTLID").isEqualTo(host.cntlid());
        assertThat(page.getIntLE(80)).as("VER").isEqualTo(0x20100);
        assertThat(page.getUnsignedByte(111)).as("CNTRLTYPE").isEqualTo((short) IdentifyController.CNTRLTYPE_IO);
        assertThat(page.getUnsignedShortLE(320)).as("KAS").isPositive();
        assertThat(page.getUnsignedByte(512)).as("SQES").isEqualTo((short) 0x66);
        assertThat(page.getUnsignedByte(513)).as("CQES").isEqualTo((short) 0x44);
        assertThat(page.getUnsignedShortLE(514)).as("MAXCMD").isEqualTo(1024);
        assertThat(page.getIntLE(516)).as("NN").isEqualTo(1024);
        assertThat(page.getUnsignedShortLE(520) & 0x10D)
                .as("ONCS: compare, DSM, write zeroes, copy")
                .isEqualTo(0x10D);
        assertThat(page.getUnsignedShortLE(522)).as("FUSES").isEqualTo(1);
        assertThat(page.getUnsignedByte(525) & 1).as("VWC").isEqualTo(1);
        assertThat(page.getIntLE(536) & 0x3).as("SGLS").isNotZero();
        assertThat(page.getIntLE(1792)).as("IOCCSZ").isEqualTo((64 + 8192) / 16);
        assertThat(page.getIntLE(1796)).as("IORCSZ").isEqualTo(1);
        assertThat(Fields.nqn(page, 768)).isEqualTo(TargetFixture.nqn(TargetFixture.VF));
    }

    @Test
    void aNamespacePageHoldsSizeAndFormat() {
        ByteBuf small = page(Cns.NAMESPACE, 1);
        assertThat(small.getLongLE(0)).as("NSZE").isEqualTo(TargetFixture.BYTES / 512);
        assertThat(small.getLongLE(8)).as("NCAP").isEqualTo(TargetFixture.BYTES / 512);
        ByteBuf large = page(Cns.NAMESPACE, 2);
        assertThat(large.getLongLE(0)).isEqualTo(TargetFixture.BYTES / 4096);
        assertThat(lbads(small)).isEqualTo(9);
        assertThat(lbads(large)).isEqualTo(12);
        assertThat(Fields.bytes(small, IdentifyNamespace.NGUID_OFFSET, 16))
                .isNotEqualTo(Fields.bytes(large, IdentifyNamespace.NGUID_OFFSET, 16))
                .isNotEqualTo(new byte[16]);
    }

    /** LBADS of the format in use, which has no metadata. */
    private static int lbads(ByteBuf page) {
        int format = 128 + 4 * (page.getByte(26) & 0xF);
        assertThat(page.getUnsignedShortLE(format)).as("bytes of metadata").isZero();
        return page.getUnsignedByte(format + 2);
    }

    @Test
    void aNamespaceThatIsNotThereIsAPageOfZerosAndAnImpossibleOneAnError() {
        assertThat(host.admin(Command.identify(Cns.NAMESPACE, 3)).ok().data()).isEqualTo(new byte[4096]);
        for (int nsid : new int[] {0, 1025, -2}) {
            host.admin(Command.identify(Cns.NAMESPACE, nsid)).isFinal(Status.INVALID_NAMESPACE);
        }
        for (int cns : new int[] {Cns.NAMESPACE_DESCRIPTORS, Cns.CSI_NAMESPACE, Cns.INDEPENDENT_NAMESPACE}) {
            assertThat(host.admin(Command.identify(cns, 3)).code())
                    .as("CNS %02Xh of nothing", cns)
                    .isNotZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Cns.ACTIVE_NAMESPACES, Cns.CSI_ACTIVE_NAMESPACES, Cns.ALLOCATED_NAMESPACES})
    void theListsOfNamespacesBeginBehindTheGivenOne(int cns) {
        assertThat(list(page(cns, 0))).containsExactly(1, 2, 7);
        assertThat(list(page(cns, 2))).containsExactly(7);
        assertThat(list(page(cns, 7))).isEmpty();
        host.admin(Command.identify(cns, 0xFFFFFFFE)).isFinal(Status.INVALID_NAMESPACE);
        host.admin(Command.identify(cns, 0xFFFFFFFF)).isFinal(Status.INVALID_NAMESPACE);
    }

    @Test
    void theDescriptorsAreTheNamespacesOwnAndNeverZero() {
        ByteBuf page = page(Cns.NAMESPACE_DESCRIPTORS, 1);
        UUID uuid = target.state()
                .namespace(TargetFixture.id(TargetFixture.VF, 1))
                .orElseThrow()
                .uuid();
        boolean hasUuid = false;
        boolean hasCsi = false;
        for (int at = 0; page.getByte(at) != 0; at += 4 + page.getByte(at + 1)) {
            switch (page.getByte(at)) {
                case 2 -> assertThat(Fields.bytes(page, at + 4, 16)).isNotEqualTo(new byte[16]);
                case 3 -> {
                    hasUuid = true;
                    assertThat(Fields.uuid(page, at + 4)).isEqualTo(uuid);
                }
                case 4 -> {
                    hasCsi = true;
                    assertThat(page.getByte(at + 4)).isZero();
                }
                default -> throw new AssertionError("NIDT " + page.getByte(at));
            }
        }
        assertThat(hasUuid).isTrue();
        assertThat(hasCsi).isTrue();
    }

    @Test
    void theCommandSetPagesAnswerForNvmOnly() {
        page(Cns.CSI_NAMESPACE, 1);
        page(Cns.CSI_CONTROLLER, 0);
        for (int cns : new int[] {Cns.CSI_NAMESPACE, Cns.CSI_CONTROLLER, Cns.CSI_ACTIVE_NAMESPACES}) {
            assertThat(host.admin(Command.identify(cns, 1).cdw(11, 2 << 24)).code())
                    .isNotZero();
        }
        assertThat(page(Cns.INDEPENDENT_NAMESPACE, 1).getByte(14) & 1)
                .as("NSTAT.NRDY")
                .isEqualTo(1);
        assertThat(host.admin(Command.identify(Cns.IO_COMMAND_SETS, 0).or(10, 0xFFFF << 16))
                        .ok()
                        .page()
                        .getLongLE(0))
                .as("NVM only")
                .isEqualTo(1);
    }

    @Test
    void theListsOfControllersHoldThoseThatLive() {
        TestHost second = target.connect();
        for (int cns : new int[] {Cns.CONTROLLERS, Cns.NAMESPACE_CONTROLLERS}) {
            ByteBuf page = page(cns, 1);
            assertThat(page.getUnsignedShortLE(0)).isEqualTo(2);
            assertThat(List.of(page.getUnsignedShortLE(2), page.getUnsignedShortLE(4)))
                    .containsExactly(
                            Math.min(host.cntlid(), second.cntlid()), Math.max(host.cntlid(), second.cntlid()));
            int above = Math.min(host.cntlid(), second.cntlid()) + 1;
            assertThat(host.admin(Command.identify(cns, 1).or(10, above << 16))
                            .ok()
                            .page()
                            .getUnsignedShortLE(0))
                    .isEqualTo(1);
        }
    }

    @Test
    void theAllocatedNamespacePageIsTheSameAndTheOtherPagesAnswer() {
        assertThat(host.admin(Command.identify(Cns.ALLOCATED_NAMESPACE, 1)).ok().data())
                .isEqualTo(host.admin(Command.identify(Cns.NAMESPACE, 1)).ok().data());
        page(Cns.NAMESPACE_GRANULARITY, 0);
        page(Cns.UUIDS, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x04, 0x09, 0x0A, 0x14, 0x15, 0x18, 0x20, 0xFF})
    void anUnknownPageIsAnInvalidField(int cns) {
        host.admin(Command.identify(cns, 1)).isFinal(Status.INVALID_FIELD);
    }

    @Test
    void aBufferThatIsTooSmallIsRefused() {
        host.admin(Command.identify(Cns.CONTROLLER, 0).in(4092)).isFinal(Status.SGL_DATA_LENGTH_INVALID);
    }
}
