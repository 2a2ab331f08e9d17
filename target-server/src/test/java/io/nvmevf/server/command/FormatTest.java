package io.nvmevf.server.command;

import static io.nvmevf.server.command.Management.format;
import static io.nvmevf.server.command.Management.namespaces;
import static io.nvmevf.server.command.Management.page;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.InBandFixture;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.wipe.Verification;
import io.nvmevf.server.wipe.WipeMethod;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Format NVM (NVMe Base 2.1 §5.1.10): a tenant erases its own namespace. */
class FormatTest {
    private static final int INVALID_FORMAT = 0x10A;
    private static final int FORMAT_IN_PROGRESS = 0x084;
    private static final int WRITE_PROTECTED = 0x020;
    private static final long BYTES = 1 << 20;

    private InBandFixture target;
    private Namespace first;
    private Namespace second;
    private TestHost tenant;
    private HostQueue io;

    private void start(Path directory, boolean encrypted) {
        target = new InBandFixture(directory);
        if (encrypted) {
            target.pool().encrypt();
        }
        target.vf("alpha", "acme");
        first = target.namespace("alpha", BYTES, 4096);
        second = target.namespace("alpha", BYTES, 4096);
        tenant = target.tenant("alpha");
        io = tenant.connectIo(1, 16);
        byte[] data = new byte[4096];
        Arrays.fill(data, (byte) 0x5A);
        for (int nsid = 1; nsid <= 2; nsid++) {
            io.run(Command.write(nsid, 0, data, 4096)).ok();
            io.run(Command.write(nsid, BYTES / 4096 - 1, data, 4096)).ok();
        }
    }

    @BeforeEach
    void start(@TempDir Path directory) {
        start(directory, false);
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private byte[] read(int nsid, long slba) {
        return io.run(Command.read(nsid, slba, 1, 4096)).ok().data();
    }

    @ParameterizedTest
    @CsvSource({"0, DEALLOCATE, SAMPLED", "1, ZERO, FULL"})
    void theNamespaceIsErasedAndStaysTheSame(int ses, WipeMethod method, Verification verification) {
        tenant.admin(format(1, 1, ses)).ok();
        assertThat(read(1, 0)).containsOnly(0);
        assertThat(read(1, BYTES / 4096 - 1)).containsOnly(0);
        assertThat(read(2, 0)).as("the neighbour").containsOnly(0x5A);
        assertThat(target.now(first)).isEqualTo(first);
        assertThat(target.eraser().plans()).singleElement().satisfies(plan -> {
            assertThat(plan.method()).isEqualTo(method);
            assertThat(plan.verification()).isEqualTo(verification);
        });
    }

    @Test
    void theBlocksMayGetAnotherSize() {
        tenant.admin(format(1, 0, 0)).ok();
        ByteBuf page = page(tenant, 0x00, 1);
        assertThat(page.getLongLE(0)).as("NSZE").isEqualTo(BYTES / 512);
        assertThat(page.getByte(26)).as("FLBAS").isZero();
        assertThat(io.run(Command.read(1, BYTES / 512 - 1, 1, 512)).ok().data()).containsOnly(0);
        tenant.admin(format(1, 1, 0)).ok();
        assertThat(page(tenant, 0x00, 1).getLongLE(0)).isEqualTo(BYTES / 4096);
    }

    @Test
    void itIsAnsweredWhenTheErasureIsOver() {
        target.eraser().hold();
        int cid = tenant.admin().submit(format(1, 1, 1));
        target.eraser().await(1);
        assertThat(tenant.admin(format(1, 1, 1)).is(FORMAT_IN_PROGRESS).dnr()).isFalse();
        assertThat(io.run(Command.read(1, 0, 1, 4096)).is(FORMAT_IN_PROGRESS).dnr())
                .isFalse();
        assertThat(read(2, 0)).as("the neighbour").containsOnly(0x5A);
        assertThat(namespaces(tenant, 0x02, 0)).containsExactly(1, 2);
        assertThat(tenant.admin().outstanding()).isEqualTo(1);
        target.eraser().release();
        tenant.admin().await(cid).ok();
        assertThat(read(1, 0)).containsOnly(0);
    }

    @Test
    void anErasureThatFailsIsAnError() {
        target.eraser().hold();
        int cid = tenant.admin().submit(format(1, 0, 1));
        target.eraser().await(1);
        target.eraser().fail();
        tenant.admin().await(cid).isFinal(Status.INTERNAL_ERROR);
        assertThat(target.now(first).lbaSize()).isEqualTo(4096);
        tenant.admin(format(1, 1, 1)).ok();
    }

    @Test
    void aHostThatLeavesDoesNotStopIt() {
        target.eraser().hold();
        tenant.admin().submit(format(1, 1, 1));
        target.eraser().await(1);
        tenant.close();
        target.eraser().release();
        target.settle();
        io = target.tenant("alpha").connectIo(1, 16);
        assertThat(read(1, 0)).containsOnly(0);
    }

    @Test
    void allNamespacesAtOnceAreNotFormatted() {
        tenant.admin(format(0xFFFFFFFF, 1, 1)).isFinal(Status.INVALID_FIELD);
        assertThat(page(tenant, 0x01, 0).getByte(524))
                .as("FNA: no NSID FFFFFFFFh, each alone")
                .isEqualTo((byte) 8);
        assertThat(read(1, 0)).containsOnly(0x5A);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 1025})
    void aNamespaceThatIsNotThereIsInvalid(int nsid) {
        tenant.admin(format(nsid, 1, 1)).isFinal(Status.INVALID_NAMESPACE);
    }

    @Test
    void whatIsNotSupportedIsRefused() {
        tenant.admin(format(1, 2, 0)).isFinal(INVALID_FORMAT);
        tenant.admin(format(1, 1, 0).or(10, 1 << 12)).isFinal(INVALID_FORMAT);
        tenant.admin(format(1, 1, 0).or(10, 1 << 5)).isFinal(INVALID_FORMAT);
        tenant.admin(format(1, 1, 3)).isFinal(Status.INVALID_FIELD);
        tenant.admin(format(1, 1, 2)).isFinal(Status.INVALID_FIELD);
        assertThat(target.eraser().plans()).isEmpty();
    }

    @Test
    void whatIsWriteProtectedIsNotFormatted() {
        target.run(s -> s.setWriteProtected(first.id(), true));
        tenant.admin(format(1, 1, 1)).isFinal(WRITE_PROTECTED);
        tenant.admin(format(2, 1, 1)).ok();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anEncryptedNamespaceIsErasedByItsKey(int ses, @TempDir Path other) {
        target.close();
        start(other, true);
        assertThat(page(tenant, 0x01, 0).getByte(524)).as("FNA: crypto erase").isEqualTo((byte) 12);
        tenant.admin(format(1, 1, ses)).ok();
        assertThat(target.pool().renewed()).containsExactly(first.id());
        assertThat(read(1, 0)).containsOnly(0);
        assertThat(read(2, 0)).containsOnly(0x5A);
        assertThat(target.now(second)).isEqualTo(second);
    }

    @Test
    void theControllerSaysWhatItCanAndWhatItDoes() {
        assertThat(page(tenant, 0x01, 0).getUnsignedShortLE(256))
                .as("OACS: format")
                .isEqualTo(1 << 1);
        ByteBuf effects = tenant.admin(Command.logPage(0x05, 0, 4096)).ok().page();
        assertThat(effects.getIntLE(4 * 0x80) & 0x1F)
                .as("80h: CSUPP, LBCC, NCC")
                .isEqualTo(0b00111);
    }
}
