package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import io.nvmevf.protocol.feature.FeatureId;
import io.nvmevf.protocol.log.LogPageId;
import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.Completion;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Get Log Page, Get Features, Set Features, and what is no command at all (NVMe Base 2.1 §5.1). */
class LogAndFeatureTest {
    private TargetFixture target;
    private TestHost host;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
        host = target.connect();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private Completion feature(int fid) {
        return host.admin(Command.getFeature(fid, 0));
    }

    // ---- log pages -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "0x00, 1024",
        "0x01, 4096",
        "0x02, 512",
        "0x03, 512",
        "0x04, 4096",
        "0x05, 4096",
        "0x12, 1024",
        "0x13, 4096"
    })
    void everyPageMayBeReadInPiecesAndEndsInZeros(int lid, int size) {
        // (RAE, so that reading changes nothing.)
        byte[] whole =
                host.admin(Command.logPage(lid, 0, size).or(10, 1 << 15)).ok().data();
        byte[] pieces = new byte[size];
        for (int at = 0; at < size; at += 64) {
            byte[] piece = host.admin(Command.logPage(lid, at, 64).or(10, 1 << 15))
                    .ok()
                    .data();
            System.arraycopy(piece, 0, pieces, at, 64);
        }
        if (lid == LogPageId.SMART_HEALTH) {
            Arrays.fill(whole, 64, 192, (byte) 0);
            Arrays.fill(pieces, 64, 192, (byte) 0);
        }
        assertThat(pieces).isEqualTo(whole);
        byte[] longer = host.admin(Command.logPage(lid, size - 4L, 64).or(10, 1 << 15))
                .ok()
                .data();
        assertThat(Arrays.copyOfRange(longer, 4, 64)).containsOnly(0);
        host.admin(Command.logPage(lid, size + 4L, 64)).isFinal(Status.INVALID_FIELD);
        host.admin(Command.logPage(lid, 3, 64)).isFinal(Status.INVALID_FIELD);
        host.admin(Command.logPage(lid, -8, 64)).isFinal(Status.INVALID_FIELD);
        host.admin(Command.logPage(lid, 0, TargetFixture.MDTS + 4)).isFinal(Status.INVALID_FIELD);
    }

    @Test
    void theSupportedPagesAreThoseThatAnswer() {
        ByteBuf supported = host.admin(Command.logPage(LogPageId.SUPPORTED_LOG_PAGES, 0, 1024))
                .ok()
                .page();
        for (int lid = 0; lid < 256; lid++) {
            int code = host.admin(Command.logPage(lid, 0, 64)).code();
            assertThat(code)
                    .as("log page %02Xh", lid)
                    .isEqualTo((supported.getIntLE(4 * lid) & 1) != 0 ? Status.SUCCESS : Status.INVALID_LOG_PAGE);
        }
    }

    @Test
    void theEffectsPageNamesTheCommandsThatAreThere() {
        ByteBuf page = host.admin(Command.logPage(LogPageId.COMMAND_EFFECTS, 0, 4096))
                .ok()
                .page();
        for (int opc : new int[] {0x02, 0x06, 0x08, 0x09, 0x0A, 0x0C, 0x18, 0x80, 0x84}) {
            assertThat(page.getIntLE(4 * opc) & 1).as("admin opcode %02Xh", opc).isEqualTo(1);
        }
        for (int opc : new int[] {0x00, 0x01, 0x02, 0x05, 0x08, 0x09, 0x0C, 0x19}) {
            assertThat(page.getIntLE(1024 + 4 * opc) & 1)
                    .as("I/O opcode %02Xh", opc)
                    .isEqualTo(1);
        }
        assertThat(page.getIntLE(4 * 0x0D)).as("Namespace Management").isZero();
    }

    @Test
    void theHealthPageCountsWhatWasReadAndWritten() {
        HostQueue io = host.connectIo(1, 16);
        for (int i = 0; i < 3; i++) {
            io.run(Command.write(1, 0, new byte[512_000], 512)).ok();
        }
        io.run(Command.read(1, 0, 1000, 512)).ok();
        ByteBuf page =
                host.admin(Command.logPage(LogPageId.SMART_HEALTH, 0, 512)).ok().page();
        assertThat(page.getLongLE(32)).as("data units read").isEqualTo(1);
        assertThat(page.getLongLE(48)).as("data units written").isEqualTo(3);
        assertThat(page.getLongLE(64)).as("host reads").isEqualTo(1);
        assertThat(page.getLongLE(80)).as("host writes").isEqualTo(3);
    }

    @Test
    void theErrorPageHoldsTheFailedCommandsNewestFirst() {
        HostQueue io = host.connectIo(3, 16);
        Command first = Command.read(1, 1L << 40, 1, 512);
        Completion failed = io.run(first).isFinal(Status.LBA_OUT_OF_RANGE);
        assertThat(failed.status() & Status.MORE).as("M: the log says more").isNotZero();
        Command second = Command.identify(0x77, 0);
        host.admin(second).isFinal(Status.INVALID_FIELD);
        ByteBuf page = host.admin(Command.logPage(LogPageId.ERROR_INFORMATION, 0, 4096))
                .ok()
                .page();
        assertThat(page.getLongLE(0)).as("ECNT").isEqualTo(2);
        assertThat(page.getUnsignedShortLE(8)).as("SQID").isZero();
        assertThat(page.getUnsignedShortLE(10)).as("CID").isEqualTo(second.cid());
        assertThat(page.getUnsignedShortLE(12) >> 1 & 0x7FF).as("status").isEqualTo(Status.INVALID_FIELD);
        assertThat(page.getLongLE(64)).as("ECNT").isEqualTo(1);
        assertThat(page.getUnsignedShortLE(64 + 8)).as("SQID").isEqualTo(3);
        assertThat(page.getUnsignedShortLE(64 + 10)).as("CID").isEqualTo(first.cid());
        assertThat(page.getUnsignedShortLE(64 + 12) >> 1 & 0x7FF).isEqualTo(Status.LBA_OUT_OF_RANGE);
        assertThat(page.getLongLE(64 + 16)).as("LBA").isEqualTo(1L << 40);
        assertThat(page.getIntLE(64 + 24)).as("NSID").isEqualTo(1);
        assertThat(page.getLongLE(128)).as("no third entry").isZero();
    }

    // ---- features --------------------------------------------------------------------------------------------------

    @Test
    void featuresKeepWhatWasSet() {
        host.admin(Command.setFeature(FeatureId.ARBITRATION, 3)).ok();
        host.admin(Command.setFeature(FeatureId.ERROR_RECOVERY, 9)).ok();
        host.admin(Command.setFeature(FeatureId.TEMPERATURE_THRESHOLD, 350)).ok();
        host.admin(Command.setFeature(FeatureId.VOLATILE_WRITE_CACHE, 0)).ok();
        host.admin(Command.setFeature(FeatureId.ASYNC_EVENT_CONFIGURATION, 0x100))
                .ok();
        host.admin(Command.setFeature(FeatureId.POWER_MANAGEMENT, 0)).ok();
        assertThat(feature(FeatureId.ARBITRATION).ok().dw0()).isEqualTo(3);
        assertThat(feature(FeatureId.ERROR_RECOVERY).ok().dw0()).isEqualTo(9);
        assertThat(feature(FeatureId.TEMPERATURE_THRESHOLD).ok().dw0()).isEqualTo(350);
        assertThat(feature(FeatureId.VOLATILE_WRITE_CACHE).ok().dw0()).isZero();
        assertThat(feature(FeatureId.ASYNC_EVENT_CONFIGURATION).ok().dw0()).isEqualTo(0x100);
        assertThat(feature(FeatureId.POWER_MANAGEMENT).ok().dw0()).isZero();
        // The default is what it was, and the capabilities say: changeable, not saveable.
        assertThat(host.admin(Command.getFeature(FeatureId.ERROR_RECOVERY, 1))
                        .ok()
                        .dw0())
                .isZero();
        assertThat(host.admin(Command.getFeature(FeatureId.ERROR_RECOVERY, 3))
                        .ok()
                        .dw0())
                .isEqualTo(4);
        host.admin(Command.getFeature(FeatureId.ERROR_RECOVERY, 7)).isFinal(Status.INVALID_FIELD);
    }

    @Test
    void theNumberOfQueuesIsGrantedUpToTheLimit() {
        assertThat(host.admin(Command.setFeature(FeatureId.NUMBER_OF_QUEUES, 200 << 16 | 200))
                        .ok()
                        .dw0())
                .isEqualTo(63 << 16 | 63);
        TestHost second = target.connect();
        assertThat(second.admin(Command.setFeature(FeatureId.NUMBER_OF_QUEUES, 3 << 16 | 3))
                        .ok()
                        .dw0())
                .isEqualTo(3 << 16 | 3);
        second.connectIo(4, 8).run(Command.flush(1)).ok();
        assertThat(second.admin(Command.getFeature(FeatureId.NUMBER_OF_QUEUES, 0))
                        .ok()
                        .dw0())
                .isEqualTo(3 << 16 | 3);
        host.admin(Command.setFeature(FeatureId.NUMBER_OF_QUEUES, 0xFFFF)).isFinal(Status.INVALID_FIELD);
    }

    @Test
    void theHostIdentifierIsTheOneOfConnect() {
        Completion id = host.admin(Command.getFeature(FeatureId.HOST_IDENTIFIER, 0)
                        .cdw(11, 1)
                        .in(16))
                .ok();
        assertThat(Fields.uuid(id.page(), 0)).isEqualTo(TestHost.ID);
        host.admin(Command.setFeature(FeatureId.HOST_IDENTIFIER, 1).out(new byte[16]))
                .isFinal(Status.COMMAND_SEQUENCE_ERROR);
    }

    @Test
    void hostBehaviorSupportIsKept() {
        byte[] data = new byte[512];
        data[0] = 1;
        host.admin(Command.setFeature(FeatureId.HOST_BEHAVIOR_SUPPORT, 0).out(data))
                .ok();
        assertThat(host.admin(Command.getFeature(FeatureId.HOST_BEHAVIOR_SUPPORT, 0)
                                .in(512))
                        .ok()
                        .data())
                .isEqualTo(data);
        data[0] = 2;
        host.admin(Command.setFeature(FeatureId.HOST_BEHAVIOR_SUPPORT, 0).out(data))
                .isFinal(Status.INVALID_FIELD);
    }

    @Test
    void aFeatureCannotBeSavedAndIsNotOfANamespace() {
        host.admin(Command.setFeature(FeatureId.ERROR_RECOVERY, 1).or(10, 1 << 31))
                .isFinal(Status.FEATURE_NOT_SAVEABLE);
        host.admin(Command.setFeature(FeatureId.ARBITRATION, 1).octet(4, 1))
                .isFinal(Status.FEATURE_NOT_NAMESPACE_SPECIFIC);
        host.admin(Command.setFeature(FeatureId.POWER_MANAGEMENT, 5)).isFinal(Status.INVALID_FIELD);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x03, 0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x10, 0x77, 0xC0, 0xFF})
    void anUnknownFeatureIsAnInvalidField(int fid) {
        feature(fid).isFinal(Status.INVALID_FIELD);
        host.admin(Command.setFeature(fid, 1)).isFinal(Status.INVALID_FIELD);
    }

    // ---- what is not there -----------------------------------------------------------------------------------------

    @Test
    void everyOtherAdminOpcodeIsInvalid() {
        for (int opc = 0; opc < 256; opc++) {
            switch (opc) {
                case AdminOpcode.GET_LOG_PAGE,
                        AdminOpcode.IDENTIFY,
                        AdminOpcode.ABORT,
                        AdminOpcode.SET_FEATURES,
                        AdminOpcode.GET_FEATURES,
                        AdminOpcode.ASYNC_EVENT_REQUEST,
                        AdminOpcode.KEEP_ALIVE,
                        AdminOpcode.FORMAT_NVM,
                        AdminOpcode.SANITIZE,
                        0x7F -> {}
                default -> host.admin(Command.of(opc, 1)).isFinal(Status.INVALID_OPCODE);
            }
        }
    }

    @Test
    void everyOtherIoOpcodeIsInvalid() {
        HostQueue io = host.connectIo(1, 8);
        for (int opc = 0; opc < 256; opc++) {
            switch (opc) {
                case 0x00, 0x01, 0x02, 0x05, 0x08, 0x09, 0x0C, 0x19, 0x7F -> {}
                default -> io.run(Command.of(opc, 1)).isFinal(Status.INVALID_OPCODE);
            }
        }
    }
}
