package io.nvmevf.server.command;

import static io.nvmevf.server.command.Management.format;
import static io.nvmevf.server.command.Management.namespaces;
import static io.nvmevf.server.command.Management.page;
import static io.nvmevf.server.command.Management.sanitize;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.feature.FeatureId;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.InBandFixture;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.wipe.WipeMethod;
import io.nvmevf.server.wipe.WipePlan;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sanitize and its log page (NVMe Base 2.1 §5.1.22, §5.1.12.1.33): a tenant erases all that is its own. */
class SanitizeTest {
    private static final int EXIT_FAILURE = 1;
    private static final int BLOCK_ERASE = 2;
    private static final int OVERWRITE = 3;
    private static final int CRYPTO_ERASE = 4;
    private static final int AUSE = 1 << 3;
    private static final int FAILED = 0x01C;
    private static final int IN_PROGRESS = 0x01D;
    private static final int WRITE_PROTECTED = 0x020;
    private static final long BYTES = 1 << 20;

    private InBandFixture target;
    private Namespace first;
    private TestHost tenant;
    private HostQueue io;

    private void start(Path directory, boolean encrypted) {
        target = new InBandFixture(directory);
        if (encrypted) {
            target.pool().encrypt();
        }
        target.vf("alpha", "acme");
        target.vf("beta", "globex");
        first = target.namespace("alpha", BYTES, 4096);
        target.namespace("alpha", BYTES, 512);
        target.namespace("beta", BYTES, 4096);
        write(target.tenant("beta").connectIo(1, 16), 1, 4096);
        tenant = target.tenant("alpha");
        io = tenant.connectIo(1, 16);
        write(io, 1, 4096);
        write(io, 2, 512);
    }

    private void reconnect() {
        tenant = target.tenant("alpha");
        io = tenant.connectIo(1, 16);
    }

    private static void write(HostQueue queue, int nsid, int lbaSize) {
        byte[] data = new byte[4096];
        Arrays.fill(data, (byte) 0x5A);
        queue.run(Command.write(nsid, 0, data, lbaSize)).ok();
    }

    private byte[] read(int nsid, int lbaSize) {
        return io.run(Command.read(nsid, 0, 4096 / lbaSize, lbaSize)).ok().data();
    }

    @BeforeEach
    void start(@TempDir Path directory) {
        start(directory, false);
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private ByteBuf log() {
        return tenant.admin(Command.logPage(0x81, 0, 512)).ok().page();
    }

    private void expectLog(int sprog, int sstat, int scdw10, int ssi) {
        ByteBuf log = log();
        assertThat(log.getUnsignedShortLE(0)).as("SPROG").isEqualTo(sprog);
        assertThat(log.getUnsignedShortLE(2)).as("SSTAT").isEqualTo(sstat);
        assertThat(log.getIntLE(4)).as("SCDW10").isEqualTo(scdw10);
        assertThat(log.getIntLE(8)).as("ETO: no estimate").isEqualTo(-1);
        assertThat(log.getUnsignedByte(36)).as("SSI").isEqualTo((short) ssi);
    }

    private void expectErased() {
        assertThat(read(1, 4096)).containsOnly(0);
        assertThat(read(2, 512)).containsOnly(0);
        assertThat(target.tenant("beta")
                        .connectIo(1, 16)
                        .run(Command.read(1, 0, 1, 4096))
                        .ok()
                        .data())
                .as("the neighbour")
                .containsOnly(0x5A);
    }

    /** A sanitize operation that has failed. */
    private void failed(int cdw10) {
        target.eraser().hold();
        tenant.admin(sanitize(cdw10)).ok();
        target.eraser().fail();
        target.settle();
    }

    @Test
    void aBlockEraseErasesAllNamespacesOfTheVirtualFunctionAndNoOthers() {
        tenant.admin(sanitize(BLOCK_ERASE)).ok();
        target.settle();
        expectErased();
        assertThat(target.now(first)).isEqualTo(first);
        assertThat(namespaces(tenant, 0x02, 0)).containsExactly(1, 2);
        assertThat(target.eraser().plans()).extracting(WipePlan::method).containsOnly(WipeMethod.ZERO);
    }

    @Test
    void anOverwriteWritesItsPatternAsOftenAsAskedFor() {
        int cdw10 = OVERWRITE | 2 << 4 | 1 << 8;
        tenant.admin(sanitize(cdw10).cdw(11, 0xDEADBEEF)).ok();
        target.settle();
        expectErased();
        assertThat(target.eraser().plans()).allSatisfy(plan -> {
            assertThat(plan.method()).isEqualTo(WipeMethod.OVERWRITE);
            assertThat(plan.passes()).isEqualTo(2);
            assertThat(plan.pattern()).isEqualTo(0xDEADBEEF);
            assertThat(plan.invert()).isTrue();
        });
        expectLog(0xFFFF, 1 | 2 << 3 | 1 << 8, cdw10, 0);
    }

    @Test
    void noPassesAreSixteen() {
        target.eraser().hold();
        tenant.admin(sanitize(OVERWRITE)).ok();
        assertThat(target.eraser().plans()).extracting(WipePlan::passes).containsOnly(16);
        target.eraser().release();
        target.settle();
        expectErased();
    }

    @Test
    void aCryptoEraseIsOfferedOnlyWhereAllIsEncrypted(@TempDir Path other) {
        assertThat(page(tenant, 0x01, 0).getIntLE(328)).as("SANICAP").isEqualTo(0x60000006);
        tenant.admin(sanitize(CRYPTO_ERASE)).isFinal(Status.INVALID_FIELD);
        target.close();
        start(other, true);
        assertThat(page(tenant, 0x01, 0).getIntLE(328)).as("SANICAP").isEqualTo(0x60000007);
        tenant.admin(sanitize(CRYPTO_ERASE)).ok();
        target.settle();
        expectErased();
        assertThat(target.pool().renewed())
                .containsExactlyInAnyOrderElementsOf(target.state().namespacesOf("alpha").stream()
                        .map(Namespace::id)
                        .toList());
    }

    @Test
    void theLogIsEmptyBeforeTheFirst() {
        expectLog(0xFFFF, 0, 0, 0);
    }

    @Test
    void theLogFollowsTheOperationAndTheHostIsToldOfItsEnd() {
        int aer = tenant.admin().submit(Command.asyncEvent());
        target.eraser().hold();
        tenant.admin(sanitize(BLOCK_ERASE | AUSE)).ok();
        expectLog(0x4000, 2, BLOCK_ERASE | AUSE, 3);
        target.eraser().release();
        assertThat(tenant.admin().await(aer).ok().dw0()).isEqualTo(0x00810106);
        expectLog(0xFFFF, 1 | 1 << 8, BLOCK_ERASE | AUSE, 0);
        write(io, 1, 4096);
        assertThat(log().getUnsignedShortLE(2))
                .as("no longer global data erased")
                .isEqualTo(1);
    }

    @Test
    void theEventComesAgainAfterTheLogWasRead() {
        for (int times = 0; times < 2; times++) {
            int aer = tenant.admin().submit(Command.asyncEvent());
            tenant.admin(sanitize(BLOCK_ERASE)).ok();
            assertThat(tenant.admin().await(aer).ok().dw0()).isEqualTo(0x00810106);
            log();
        }
    }

    @Test
    void whileItRunsNothingReachesTheNamespaces() {
        target.eraser().hold();
        tenant.admin(sanitize(BLOCK_ERASE)).ok();
        for (Command command :
                new Command[] {Command.read(1, 0, 1, 4096), Command.write(2, 0, new byte[512], 512), Command.flush(1)
                }) {
            assertThat(io.run(command).is(IN_PROGRESS).dnr()).isFalse();
        }
        for (Command command : new Command[] {
            sanitize(BLOCK_ERASE),
            sanitize(EXIT_FAILURE),
            format(1, 1, 1),
            Command.setFeature(FeatureId.NAMESPACE_WRITE_PROTECTION, 1).cdw(1, 1)
        }) {
            assertThat(tenant.admin(command).is(IN_PROGRESS).dnr()).isFalse();
        }
        page(tenant, 0x01, 0);
        assertThat(namespaces(tenant, 0x02, 0)).containsExactly(1, 2);
        tenant.admin(Command.logPage(0x02, 0, 512)).ok();
        tenant.admin(Command.getFeature(FeatureId.NUMBER_OF_QUEUES, 0)).ok();
        tenant.admin(Command.setFeature(FeatureId.ASYNC_EVENT_CONFIGURATION, 0)).ok();
        target.eraser().release();
        target.settle();
        expectErased();
    }

    @Test
    void itIsCarriedOnAfterARestartAndTheLogSurvivesTheNext() {
        target.eraser().hold();
        tenant.admin(sanitize(BLOCK_ERASE)).ok();
        target.restart();
        target.settle();
        reconnect();
        expectErased();
        assertThat(log().getUnsignedShortLE(2) & 7).as("SOS").isEqualTo(1);
        target.restart();
        reconnect();
        expectLog(0xFFFF, 1, BLOCK_ERASE, 0);
    }

    @Test
    void afterAFailureOnlyAnotherOneHelps() {
        failed(BLOCK_ERASE);
        expectLog(0xFFFF, 3, BLOCK_ERASE, 2 | 1 << 4);
        io.run(Command.read(1, 0, 1, 4096)).is(FAILED);
        tenant.admin(format(1, 1, 1)).isFinal(FAILED);
        tenant.admin(sanitize(EXIT_FAILURE)).isFinal(FAILED);
        tenant.admin(sanitize(BLOCK_ERASE | AUSE)).isFinal(FAILED);
        tenant.admin(sanitize(BLOCK_ERASE)).ok();
        target.settle();
        expectErased();
    }

    @Test
    void aFailureSurvivesARestart() {
        failed(BLOCK_ERASE);
        target.restart();
        reconnect();
        expectLog(0xFFFF, 3, BLOCK_ERASE, 2 | 1 << 4);
        io.run(Command.read(1, 0, 1, 4096)).is(FAILED);
    }

    @Test
    void anUnrestrictedFailureCanBeLeft() {
        failed(OVERWRITE | 1 << 4 | AUSE);
        expectLog(0xFFFF, 3, OVERWRITE | 1 << 4 | AUSE, 4 | 3 << 4);
        io.run(Command.read(1, 0, 1, 4096)).is(FAILED);
        tenant.admin(sanitize(EXIT_FAILURE)).ok();
        io.run(Command.read(1, 0, 1, 4096)).ok();
        expectLog(0xFFFF, 3, OVERWRITE | 1 << 4 | AUSE, 0);
        tenant.admin(format(1, 1, 1)).ok();
    }

    @Test
    void withoutAFailureThereIsNothingToLeave() {
        tenant.admin(sanitize(EXIT_FAILURE)).ok();
        expectLog(0xFFFF, 0, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 6, 7, BLOCK_ERASE | 1 << 9, BLOCK_ERASE | 1 << 10})
    void whatIsNotSupportedIsAnInvalidField(int cdw10) {
        tenant.admin(sanitize(cdw10)).isFinal(Status.INVALID_FIELD);
        assertThat(target.eraser().plans()).isEmpty();
    }

    @Test
    void whatIsWriteProtectedIsNotErased() {
        target.run(s -> s.setWriteProtected(first.id(), true));
        tenant.admin(sanitize(BLOCK_ERASE)).isFinal(WRITE_PROTECTED);
        assertThat(read(1, 4096)).containsOnly(0x5A);
    }

    @Test
    void aVirtualFunctionWithoutNamespacesIsSanitizedAtOnce() {
        target.vf("empty", "acme");
        tenant = target.tenant("empty");
        tenant.admin(sanitize(BLOCK_ERASE)).ok();
        assertThat(log().getUnsignedShortLE(2) & 7).as("SOS").isEqualTo(1);
        tenant.admin(sanitize(CRYPTO_ERASE)).isFinal(Status.INVALID_FIELD);
    }

    @Test
    void theControllerSaysWhatItDoes() {
        ByteBuf effects = tenant.admin(Command.logPage(0x05, 0, 4096)).ok().page();
        assertThat(effects.getIntLE(4 * 0x84) & 0x1F).as("84h: CSUPP, LBCC").isEqualTo(0b00011);
        assertThat(effects.getIntLE(4 * 0x8C)).isZero();
        assertThat(tenant.admin(Command.logPage(0x00, 0, 1024)).ok().page().getIntLE(4 * 0x81) & 1)
                .as("log page 81h is supported")
                .isEqualTo(1);
    }
}
