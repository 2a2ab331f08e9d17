package io.nvmevf.server.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmevf.qos.Capacity;
import io.nvmevf.server.calibrate.CalibrationStatus.State;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.server.control.FakeDataPlane;
import io.nvmevf.server.control.FakeEraser;
import io.nvmevf.server.control.FakePool;
import io.nvmevf.server.control.NewVirtualFunction;
import io.nvmevf.server.control.StateFile;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.TestService;
import io.nvmevf.server.transport.EventLoops;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.DelegatingPool;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.fault.FaultyDevice;
import io.nvmevf.storage.fault.Operation;
import io.nvmevf.storage.memory.MemoryPool;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calibrations of a memory pool, which completes each request before the call that submits it returns. */
@Timeout(60)
class CalibratorTest {
    private static final long SIZE = 16 << 20;

    @TempDir
    Path directory;

    /** What is done to a device when it is opened. */
    private Consumer<FaultyDevice> faults = device -> {};

    private final AtomicLong time = new AtomicLong();
    private long step = 1_000_000;
    private EventLoops loops;
    private FaultPool pool;
    private TestService running;
    private TargetService service;
    private Calibrator calibrator;

    private final class FaultPool extends DelegatingPool {
        FaultPool() throws PoolException {
            super(new MemoryPool(64 << 20, true));
        }

        @Override
        public BlockDevice open(String id, long bytes) throws PoolException {
            FaultyDevice device = new FaultyDevice(super.open(id, bytes));
            faults.accept(device);
            return device;
        }
    }

    @BeforeEach
    void start() throws Exception {
        pool = new FaultPool();
        running = TestService.start(
                directory,
                StateFile.open(directory),
                TestService.PF,
                pool,
                new FakeDataPlane(pool),
                new FakeEraser(new FakePool(0)));
        service = running.service();
        on(1);
    }

    private void on(int threads) {
        if (loops != null) {
            loops.close();
        }
        loops = EventLoops.of(EventLoops.Kind.NIO, threads, 1 << 20);
        calibrator = new Calibrator(service, loops.loops(), this::time);
    }

    /** It goes on with each request that the event loops submit. */
    private long time() {
        return Thread.currentThread().getName().startsWith("nvmevf-loop") ? time.addAndGet(step) : time.get();
    }

    @AfterEach
    void stop() throws Exception {
        calibrator.close();
        loops.close();
        running.close();
        pool.close();
    }

    private CalibrationStatus end() {
        CalibrationStatus status = calibrator.status();
        while (status.state() == State.RUNNING) {
            assertThat(status.percent()).isBetween(0, 99);
            assertThat(status.phase()).isNotNull();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            status = calibrator.status();
        }
        assertThat(pool.allocated()).as("bytes that are left in the pool").isZero();
        assertThat(service.state().deleting()).isEmpty();
        return status;
    }

    @Test
    void countsWhatCompletesInTheTime() throws Exception {
        assertThat(calibrator.status()).isEqualTo(CalibrationStatus.NONE);
        assertThat(calibrator.start(2, SIZE, false).state()).isEqualTo(State.RUNNING);
        CalibrationStatus ended = end();
        // One request each millisecond, but for the last, when the time is over.
        Capacity expected =
                new Capacity(1000, 1000, 1999L * Phase.LARGE * 1000 / 2000, 1999L * Phase.LARGE * 1000 / 2000);
        assertThat(ended).isEqualTo(new CalibrationStatus(State.DONE, null, 100, expected, null));
        assertThat(service.state().capacity()).isNull();
    }

    @Test
    void makesWhatItMeasuredTheCapacity() throws Exception {
        on(2);
        calibrator.start(1, null, true);
        CalibrationStatus ended = end();
        assertThat(ended.state()).as(ended.toString()).isEqualTo(State.DONE);
        assertThat(service.state().capacity()).isNotNull().isEqualTo(ended.result());
    }

    @Test
    void saysWhyTheResultCannotBeTheCapacity() throws Exception {
        service.createVf(NewVirtualFunction.named("a"));
        calibrator.start(1, SIZE, true);
        CalibrationStatus ended = end();
        assertThat(ended.state()).isEqualTo(State.FAILED);
        assertThat(ended.result()).isNotNull();
        assertThat(ended.error())
                .contains("it was measured, but not made the capacity: virtual function a has ioQueues 64");
        assertThat(service.state().capacity()).isNull();
    }

    @Test
    void failsWithTheFirstRequestThatFails() throws Exception {
        faults = device -> device.failNth(Operation.READ, 7, BlockError.READ_FAILED);
        calibrator.start(1, SIZE, true);
        assertThat(end().error()).isEqualTo("a request of sequential-read at byte 786432: READ_FAILED");
        faults = device -> device.failNth(Operation.WRITE, 1, BlockError.NO_SPACE);
        calibrator.start(1, SIZE, true);
        assertThat(end().error()).isEqualTo("a request of fill at byte 0: NO_SPACE");
        faults = device -> device.failNth(Operation.FLUSH, 2, BlockError.WRITE_FAILED);
        calibrator.start(1, SIZE, true);
        CalibrationStatus ended = end();
        assertThat(ended.error()).isEqualTo("a request of sequential-write (flush): WRITE_FAILED");
        assertThat(ended.state()).isEqualTo(State.FAILED);
        assertThat(ended.result()).isNull();
        assertThat(service.state().capacity()).isNull();
    }

    @Test
    void leavesTheLoopsToOthersAndCanBeCancelled() throws Exception {
        step = 0;
        calibrator.start(1, SIZE, true);
        for (int i = 0; i < 1000; i++) {
            loops.loops().getFirst().submit(() -> {}).sync();
        }
        ControlException refusal = catchThrowableOfType(ControlException.class, () -> calibrator.start(1, SIZE, false));
        assertThat(refusal.reason()).isEqualTo(Reason.IN_USE);
        assertThat(calibrator.cancel()).isEqualTo(new CalibrationStatus(State.CANCELLED, null, 0, null, null));
        assertThat(end().state()).isEqualTo(State.CANCELLED);
        assertThat(service.state().capacity()).isNull();
        step = 1_000_000;
        calibrator.start(1, SIZE, false);
        assertThat(end().state()).isEqualTo(State.DONE);
    }

    @Test
    void refusesWhatCannotBe() {
        assertThat(refused(0, SIZE)).isEqualTo("seconds is 0; allowed is 1 to 60");
        assertThat(refused(61, SIZE)).isEqualTo("seconds is 61; allowed is 1 to 60");
        assertThat(refused(1, SIZE - 4096)).isEqualTo("size is 16773120; allowed is a multiple of 4096 from 16777216");
        assertThat(refused(1, SIZE + 1)).isEqualTo("size is 16777217; allowed is a multiple of 4096 from 16777216");
        assertThat(refused(1, 1L << 40)).contains("the device for the measurement was not created");
        assertThat(calibrator.status()).isEqualTo(CalibrationStatus.NONE);
        assertThat(service.state().deleting()).isEmpty();
    }

    private String refused(int seconds, long size) {
        ControlException e = catchThrowableOfType(ControlException.class, () -> calibrator.start(seconds, size, false));
        assertThat(e).isNotNull();
        return String.valueOf(e.getMessage());
    }
}
