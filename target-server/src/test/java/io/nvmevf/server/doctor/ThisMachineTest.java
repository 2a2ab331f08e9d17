package io.nvmevf.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.uring.IoUring;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.doctor.Machine.Clock;
import io.nvmevf.server.doctor.Machine.Disk;
import io.nvmevf.server.doctor.Machine.FileFeatures;
import io.nvmevf.server.doctor.Machine.Port;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real machine. */
class ThisMachineTest {
    private static final Machine MACHINE = new ThisMachine();

    @TempDir
    Path directory;

    @Test
    void tellsPortsApart() throws Exception {
        int port;
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            port = other.getLocalPort();
            // (What listens there never answers; nor does it take long to be asked.)
            Thread taker = Thread.ofVirtual().start(() -> {
                try {
                    other.accept().close();
                } catch (java.io.IOException e) {
                    // The test ends first.
                }
            });
            assertThat(MACHINE.port("127.0.0.1", port)).isEqualTo(Port.OCCUPIED);
            taker.join();
        }
        assertThat(MACHINE.port("127.0.0.1", port)).isEqualTo(Port.FREE);
        assertThat(MACHINE.port("192.0.2.1", 4420)).isEqualTo(Port.NO_SUCH_ADDRESS);
    }

    @Test
    void recognisesATarget() {
        try (TargetFixture target = TargetFixture.start()) {
            assertThat(MACHINE.port("127.0.0.1", target.address().getPort())).isEqualTo(Port.NVME_TCP);
            assertThat(MACHINE.port("0.0.0.0", target.address().getPort())).isEqualTo(Port.NVME_TCP);
        }
    }

    @Test
    void looksAtFileSystems() throws Exception {
        Disk disk = MACHINE.disk(directory.resolve("not/there/yet"));
        assertThat(disk.total()).isPositive();
        assertThat(disk.usable()).isBetween(0L, disk.total());
        assertThat(disk.type()).isEqualTo(Files.getFileStore(directory).type());
        assertThat(disk.options()).contains("rw");
        assertThat(MACHINE.disk(Path.of("/proc/self")).type()).isEqualTo("proc");
        FileFeatures features = MACHINE.tryOut(directory);
        assertThat(features.sparse()).isTrue();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void knowsTheKernelAndTheJvm() {
        assertThat(MACHINE.read("/proc/sys/kernel/osrelease")).isNotBlank();
        assertThat(MACHINE.read("/proc/none")).isNull();
        assertThat(MACHINE.java()).isEqualTo(Runtime.version());
        assertThat(MACHINE.system()).startsWith("Linux ");
        assertThat(MACHINE.whyNoIoUring() == null).isEqualTo(IoUring.isAvailable());
        assertThat(MACHINE.maxHeap()).isPositive();
        assertThat(MACHINE.maxDirect()).isPositive();
        assertThat(MACHINE.clock()).as("adjtimex answers").isNotEqualTo(Clock.UNKNOWN);
    }
}
