package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.feature.FeatureId;
import io.nvmevf.protocol.nvme.NvmOpcode;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.storage.fault.FaultyDevice;
import io.nvmevf.storage.fault.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of the NVM command set (NVM Command Set 1.1 §3.2), on blocks of 512 (NSID 1) and 4096 bytes (NSID 2). */
class IoCommandsTest {
    private TargetFixture target;
    private TestHost host;
    private HostQueue io;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
        host = target.connect();
        io = host.connectIo(1, 64);
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private static byte[] bytes(long seed, int length) {
        byte[] data = new byte[length];
        new SplittableRandom(seed).nextBytes(data);
        return data;
    }

    private FaultyDevice device(int nsid) {
        return target.pool().device(TargetFixture.id(TargetFixture.VF, nsid));
    }

    private byte[] read(int nsid, long slba, int blocks, int lba) {
        return io.run(Command.read(nsid, slba, blocks, lba)).ok().data();
    }

    private static long last(int lba) {
        return TargetFixture.BYTES / lba - 1;
    }

    @ParameterizedTest
    @CsvSource({"1, 512", "2, 4096"})
    void whatWasWrittenIsReadAndTheRestIsZero(int nsid, int lba) {
        assertThat(read(nsid, last(lba), 1, lba)).isEqualTo(new byte[lba]);
        byte[] data = bytes(1, 7 * lba);
        io.run(Command.write(nsid, 5, data, lba)).ok();
        assertThat(read(nsid, 5, 7, lba)).isEqualTo(data);
        assertThat(read(nsid, 4, 1, lba)).containsOnly(0);
        assertThat(read(nsid, 12, 1, lba)).containsOnly(0);
        io.run(Command.write(nsid, last(lba), bytes(2, lba), lba)).ok();
        assertThat(read(nsid, last(lba), 1, lba)).isEqualTo(bytes(2, lba));
    }

    @Test
    void fuaAndTheWriteCacheFeatureReachTheDevice() {
        io.run(Command.write(1, 0, new byte[512], 512)).ok();
        io.run(Command.write(1, 0, new byte[512], 512).or(12, NvmOpcode.FUA)).ok();
        host.admin(Command.setFeature(FeatureId.VOLATILE_WRITE_CACHE, 0)).ok();
        io.run(Command.write(1, 0, new byte[512], 512)).ok();
        io.run(Command.writeZeroes(1, 0, 1)).ok();
        assertThat(device(1).history().stream().map(FaultyDevice.Event::fua)).containsExactly(false, true, true, true);
    }

    @Test
    void flushReachesItsNamespaceOrAll() {
        io.run(Command.flush(1)).ok();
        assertThat(device(1).history())
                .extracting(FaultyDevice.Event::operation)
                .containsExactly(Operation.FLUSH);
        assertThat(device(2).history()).isEmpty();
        io.run(Command.flush(0xFFFFFFFF)).ok();
        assertThat(device(1).history()).hasSize(2);
        assertThat(device(2).history())
                .extracting(FaultyDevice.Event::operation)
                .containsExactly(Operation.FLUSH);
    }

    @ParameterizedTest
    @CsvSource({"1, 512, false", "1, 512, true", "2, 4096, false", "2, 4096, true"})
    void writeZeroesLeavesZerosExactlyWhereItShould(int nsid, int lba, boolean deallocate) {
        byte[] data = bytes(3, 100 * lba);
        io.run(Command.write(nsid, 0, data, lba)).ok();
        io.run(Command.writeZeroes(nsid, 3, 90).or(12, deallocate ? NvmOpcode.DEAC : 0))
                .ok();
        Arrays.fill(data, 3 * lba, 93 * lba, (byte) 0);
        assertThat(read(nsid, 0, 100, lba)).isEqualTo(data);
        assertThat(device(nsid).history().getLast().operation()).isEqualTo(Operation.READ);
    }

    @Test
    void writeZeroesIsNotBoundByMdts() {
        io.run(Command.write(1, 8000, bytes(4, 512), 512)).ok();
        io.run(Command.writeZeroes(1, 0, 8192)).ok();
        assertThat(read(1, 8000, 1, 512)).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 17, 256})
    void deallocateTakesUpTo256Ranges(int ranges) {
        byte[] data = bytes(5, 2048 * 512);
        io.run(Command.write(1, 0, data, 512)).ok();
        long[] pairs = new long[2 * ranges];
        for (int i = 0; i < ranges; i++) {
            pairs[2 * i] = 8L * i;
            pairs[2 * i + 1] = i % 3; // (Empty ranges too.)
            Arrays.fill(data, 8 * i * 512, (8 * i + i % 3) * 512, (byte) 0);
        }
        io.run(Command.deallocate(1, pairs)).ok();
        assertThat(read(1, 0, 2048, 512)).isEqualTo(data);
    }

    @Test
    void aDeallocateWithOneBadRangeChangesNothing() {
        byte[] data = bytes(6, 4096);
        io.run(Command.write(1, 0, data, 512)).ok();
        io.run(Command.deallocate(1, 0, 8, last(512), 2)).isFinal(Status.LBA_OUT_OF_RANGE);
        io.run(Command.deallocate(1, 0, 8, Long.MAX_VALUE, 1)).isFinal(Status.LBA_OUT_OF_RANGE);
        io.run(Command.deallocate(1, 0, 8, -1, 1)).isFinal(Status.LBA_OUT_OF_RANGE);
        // Without the attribute it is but a hint.
        io.run(Command.deallocate(1, 0, 8).cdw(11, 0)).ok();
        assertThat(read(1, 0, 8, 512)).isEqualTo(data);
    }

    @ParameterizedTest
    @CsvSource({"1, 512", "2, 4096"})
    void compareFindsADifferenceInAnyByte(int nsid, int lba) {
        byte[] data = bytes(7, 4 * lba);
        io.run(Command.write(nsid, 2, data, lba)).ok();
        io.run(Command.compare(nsid, 2, data, lba)).ok();
        for (int at : new int[] {0, lba, 4 * lba - 1}) {
            byte[] other = data.clone();
            other[at] ^= 1;
            io.run(Command.compare(nsid, 2, other, lba)).is(Status.COMPARE_FAILURE);
        }
    }

    @Test
    void whatCommandsReadForThemselvesCountsAsTheQueuesMemory() {
        int commands = 60;
        List<Integer> cids = new ArrayList<>();
        long most = 0;
        for (int i = 0; i < commands; i++) {
            cids.add(io.submit(Command.verify(1, 0, TargetFixture.MDTS / 512)));
            most = Math.max(most, target.buffersInUse());
        }
        for (int cid : cids) {
            io.await(cid).ok();
            most = Math.max(most, target.buffersInUse());
        }
        assertThat(most).as("bytes of buffers").isLessThan(16L << 20);
    }

    @Test
    void verifyReadsAndBringsNothing() {
        assertThat(io.run(Command.verify(1, 0, 2048)).ok().data()).isEmpty();
        assertThat(device(1).history())
                .extracting(FaultyDevice.Event::operation)
                .contains(Operation.READ);
        io.run(Command.verify(1, last(512), 2)).isFinal(Status.LBA_OUT_OF_RANGE);
    }

    @Test
    void copyPutsItsRangesOneBehindTheOther() {
        byte[] data = bytes(8, 64 * 512);
        io.run(Command.write(1, 0, data, 512)).ok();
        io.run(Command.copy(1, 1000, 60, 4, 0, 1, 10, 20)).ok();
        byte[] copied = read(1, 1000, 25, 512);
        assertThat(Arrays.copyOfRange(copied, 0, 4 * 512)).isEqualTo(Arrays.copyOfRange(data, 60 * 512, 64 * 512));
        assertThat(Arrays.copyOfRange(copied, 4 * 512, 5 * 512)).isEqualTo(Arrays.copyOfRange(data, 0, 512));
        assertThat(Arrays.copyOfRange(copied, 5 * 512, 25 * 512))
                .isEqualTo(Arrays.copyOfRange(data, 10 * 512, 30 * 512));
        assertThat(read(1, 1025, 1, 512)).containsOnly(0);
    }

    @Test
    void aCopyThatIsTooLargeOrOutOfRangeChangesNothing() {
        io.run(Command.copy(1, 100, 0, 4, last(512), 2)).isFinal(Status.LBA_OUT_OF_RANGE);
        io.run(Command.copy(1, last(512), 0, 2)).isFinal(Status.LBA_OUT_OF_RANGE);
        io.run(Command.copy(1, 100, 0, 65_536)).isFinal(Status.COMMAND_SIZE_LIMIT_EXCEEDED);
        long[] many = new long[2 * 129];
        Arrays.fill(many, 1);
        io.run(Command.copy(1, 100, many)).isFinal(Status.COMMAND_SIZE_LIMIT_EXCEEDED);
        io.run(Command.copy(1, 100, 0, 1).or(12, 1 << 8)).isFinal(Status.INVALID_FIELD);
        assertThat(device(1).history()).isEmpty();
    }

    @Test
    void aTransferAboveMdtsIsRefusedBeforeAnythingIsMoved() {
        int blocks = TargetFixture.MDTS / 512;
        assertThat(read(1, 0, blocks, 512)).hasSize(TargetFixture.MDTS);
        io.run(Command.read(1, 0, blocks + 1, 512)).isFinal(Status.INVALID_FIELD);
        io.run(Command.read(2, 0, 65_536, 4096).in(1 << 20)).isFinal(Status.INVALID_FIELD);
        int cid = io.submit(Command.write(1, 0, new byte[TargetFixture.MDTS + 512], 512));
        io.await(cid).isFinal(Status.INVALID_FIELD);
    }

    @Test
    void anLbaOutOfRangeIsRefusedWhateverTheArithmetic() {
        long end = last(512) + 1;
        for (int opc :
                new int[] {NvmOpcode.READ, NvmOpcode.WRITE, NvmOpcode.COMPARE, NvmOpcode.WRITE_ZEROES, NvmOpcode.VERIFY
                }) {
            for (long slba : new long[] {end, end - 1, 1L << 54, 1L << 55, Long.MAX_VALUE, Long.MIN_VALUE, -1, -2}) {
                Command c = Command.blocks(opc, 1, slba, 2);
                if (opc == NvmOpcode.WRITE || opc == NvmOpcode.COMPARE) {
                    c.out(new byte[1024]);
                } else if (opc == NvmOpcode.READ) {
                    c.in(1024);
                }
                io.run(c).isFinal(Status.LBA_OUT_OF_RANGE);
            }
        }
        assertThat(device(1).history()).isEmpty();
    }

    @Test
    void aNamespaceThatIsNotThereIsInvalid() {
        for (int nsid : new int[] {0, 3, 1024, 1025, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF}) {
            io.run(Command.read(nsid, 0, 1, 512)).isFinal(Status.INVALID_NAMESPACE);
        }
        io.run(Command.flush(3)).isFinal(Status.INVALID_NAMESPACE);
    }

    @Test
    void protectionInformationIsRefused() {
        io.run(Command.read(1, 0, 1, 512).or(12, 1 << 29)).isFinal(Status.INVALID_FIELD);
        io.run(Command.write(1, 0, new byte[512], 512).or(12, 1 << 26)).isFinal(Status.INVALID_FIELD);
    }

    @Test
    void aWriteProtectedNamespaceIsReadOnly() {
        byte[] data = bytes(9, 512);
        io.run(Command.write(1, 0, data, 512)).ok();
        target.changeNamespace(TargetFixture.id(TargetFixture.VF, 1), ns -> ns.protectedFromWrites(true));
        target.publish();
        io.run(Command.write(1, 0, new byte[512], 512)).isFinal(Status.NAMESPACE_WRITE_PROTECTED);
        io.run(Command.writeZeroes(1, 0, 1)).isFinal(Status.NAMESPACE_WRITE_PROTECTED);
        io.run(Command.deallocate(1, 0, 1)).isFinal(Status.NAMESPACE_WRITE_PROTECTED);
        io.run(Command.copy(1, 0, 1, 1)).isFinal(Status.NAMESPACE_WRITE_PROTECTED);
        io.run(Command.flush(1)).ok();
        assertThat(read(1, 0, 1, 512)).isEqualTo(data);
    }
}
