package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.Completion;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.fault.FaultyDevice;
import io.nvmevf.storage.fault.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Storage that fails or is slow, and namespaces that go while commands run. */
class StorageFaultTest {
    private static final String FIRST = TargetFixture.id(TargetFixture.VF, 1);

    private TargetFixture target;
    private TestHost host;
    private HostQueue io;
    private FaultyDevice device;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
        host = target.connect();
        io = host.connectIo(1, 64);
        device = target.pool().device(FIRST);
    }

    @AfterEach
    void stop() {
        device.release();
        target.close();
    }

    private static Command command(Operation operation) {
        return switch (operation) {
            case READ -> Command.read(1, 0, 8, 512);
            case WRITE -> Command.write(1, 0, new byte[4096], 512);
            case FLUSH -> Command.flush(1);
            case WRITE_ZEROES -> Command.writeZeroes(1, 0, 8);
            case DEALLOCATE -> Command.deallocate(1, 0, 8, 16, 8);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "READ, READ_FAILED, 0x281, false",
        "READ, GONE, 0x082, true",
        "WRITE, WRITE_FAILED, 0x280, false",
        "WRITE, NO_SPACE, 0x081, true",
        "WRITE, GONE, 0x082, true",
        "FLUSH, WRITE_FAILED, 0x280, false",
        "FLUSH, NO_SPACE, 0x081, true",
        "WRITE_ZEROES, WRITE_FAILED, 0x280, false",
        "DEALLOCATE, WRITE_FAILED, 0x280, false",
        "READ, OUT_OF_RANGE, 0x080, true",
    })
    void aStorageErrorBecomesItsStatusAndTheNextCommandSucceeds(
            Operation operation, BlockError error, int status, boolean dnr) {
        device.failNext(operation, error);
        Completion failed = io.run(command(operation)).is(status);
        assertThat(failed.dnr()).isEqualTo(dnr);
        assertThat(failed.data()).isEmpty();
        io.run(command(operation)).ok();
    }

    @Test
    void aCommandOfSeveralStepsStopsAtTheFirstThatFails() {
        device.failNth(Operation.DEALLOCATE, 2, BlockError.WRITE_FAILED);
        io.run(Command.deallocate(1, 0, 1, 2, 1, 4, 1)).is(Status.WRITE_FAULT);
        assertThat(device.history()).hasSize(2);
        device.failNext(Operation.WRITE, BlockError.NO_SPACE);
        io.run(Command.copy(1, 100, 0, 1, 2, 1)).is(Status.CAPACITY_EXCEEDED);
        device.failNext(Operation.READ, BlockError.READ_FAILED);
        io.run(Command.compare(1, 0, new byte[512], 512)).is(Status.UNRECOVERED_READ_ERROR);
        device.failNext(Operation.READ, BlockError.READ_FAILED);
        io.run(Command.verify(1, 0, 1)).is(Status.UNRECOVERED_READ_ERROR);
        device.failNext(Operation.FLUSH, BlockError.WRITE_FAILED);
        io.run(Command.flush(0xFFFFFFFF)).is(Status.WRITE_FAULT);
    }

    @Test
    void aSlowDeviceHoldsUpNobodyElse() {
        device.hold(Operation.READ);
        int slow = io.submit(Command.read(1, 0, 8, 512));
        for (int i = 0; i < 20; i++) {
            io.run(Command.read(2, 0, 1, 4096)).ok();
        }
        assertThat(io.outstanding()).isEqualTo(1);
        device.release();
        io.await(slow).ok();
    }

    @Test
    void connectionsThatEndWithStorageInFlightFreeTheirBuffersWhenItIsDone() {
        device.hold(Operation.READ);
        device.hold(Operation.WRITE);
        HostQueue lost = host.connectIo(2, 64);
        for (int i = 0; i < 20; i++) {
            lost.submit(Command.read(1, 0, 128, 512));
            lost.submit(Command.write(1, 0, new byte[4096], 512));
        }
        waitForHeld(40);
        lost.connection().reset();
        io.run(Command.flush(1)).ok();
        device.release();
        io.run(Command.read(1, 0, 8, 512)).ok();
        // (That nothing is left is checked when the fixture closes.)
    }

    private void waitForHeld(int count) {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10); device.held() < count; Thread.onSpinWait()) {
            assertThat(System.nanoTime())
                    .as("%d of %d are held", device.held(), count)
                    .isLessThan(end);
        }
    }

    @Test
    void aNamespaceIsRemovedAfterItsCommandsAndWhatComesLaterIsInvalid() throws Exception {
        device.hold(Operation.READ);
        List<Integer> inFlight = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            inFlight.add(io.submit(Command.read(1, 0, 8, 512)));
        }
        waitForHeld(8);
        target.removeNamespace(FIRST);
        CompletableFuture<Void> removal = CompletableFuture.runAsync(target::publish, Thread::startVirtualThread);
        // As soon as the namespace is gone for new commands, the removal waits for the old ones.
        while (io.run(Command.flush(1)).code() != Status.INVALID_NAMESPACE) {
            Thread.onSpinWait();
        }
        assertThat(removal.isDone()).isFalse();
        device.release();
        for (int cid : inFlight) {
            io.await(cid).ok();
        }
        removal.get(10, TimeUnit.SECONDS);
        io.run(Command.read(1, 0, 8, 512)).isFinal(Status.INVALID_NAMESPACE);
        io.run(Command.read(2, 0, 1, 4096)).ok();
        assertThat(target.pool().open()).isEqualTo(1);
    }

    @Test
    void aNamespaceThatCannotBeOpenedIsNotReadyAndTheOthersAre() {
        target.addNamespace(TargetFixture.VF, 5, 8192, 512);
        target.changeNamespace(
                TargetFixture.id(TargetFixture.VF, 5),
                ns -> new Namespace(
                        "not-there",
                        "not-there",
                        ns.bytes(),
                        ns.lbaSize(),
                        ns.uuid(),
                        false,
                        false,
                        ns.state(),
                        ns.vf(),
                        ns.nsid(),
                        ns.owner(),
                        null));
        target.publish();
        io.run(Command.read(5, 0, 1, 512)).is(Status.NAMESPACE_NOT_READY);
        io.run(Command.read(1, 0, 1, 512)).ok();
    }

    @Test
    void aRemovedVirtualFunctionEndsItsConnections() {
        target.addVf("beta");
        target.addNamespace("beta", 1, 8192, 512);
        target.publish();
        TestHost beta = target.keep(TestHost.connect(target.address(), HostOptions.DEFAULT, TargetFixture.nqn("beta")));
        HostQueue betaIo = beta.connectIo(1, 8);
        target.removeVf("beta");
        target.publish();
        betaIo.connection().expectEnd();
        beta.admin().connection().expectEnd();
        io.run(Command.read(1, 0, 1, 512)).ok();
    }

    @Test
    void aShutdownWhoseFlushIsSlowDoesNotHoldUpTheRemovalOfANamespaceForEver() throws Exception {
        device.hold(Operation.FLUSH);
        host.writeCc(TestHost.ENABLED.shn(1));
        waitForHeld(1);
        target.removeNamespace(FIRST);
        CompletableFuture<Void> removal = CompletableFuture.runAsync(target::publish, Thread::startVirtualThread);
        host.csts();
        device.release();
        removal.get(10, TimeUnit.SECONDS);
        assertThat(host.csts().rdy()).isTrue();
    }
}
