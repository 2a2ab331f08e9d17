package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.nvme.NvmOpcode;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.Completion;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.transport.EventLoops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random commands over four queues against a model: an array of bytes. Each round submits commands whose ranges do not
 * overlap, so their order does not matter, and then compares every answer with the model. The seed is in the test's name.
 */
class ModelTest {
    private static final int ROUNDS = 15;

    static Stream<Arguments> runs() {
        return TargetFixture.kinds()
                .flatMap(kind -> Stream.of(Arguments.of(kind, 1, 512, 1L), Arguments.of(kind, 2, 4096, 2L)));
    }

    private static final class Expected {
        private final HostQueue queue;
        private final int cid;
        private final int status;
        private final byte[] data;

        Expected(HostQueue queue, int cid, int status, byte[] data) {
            this.queue = queue;
            this.cid = cid;
            this.status = status;
            this.data = data;
        }

        void check() {
            Completion completion = queue.await(cid).is(status);
            assertThat(completion.data()).as(completion.toString()).isEqualTo(data);
        }
    }

    @ParameterizedTest
    @MethodSource("runs")
    void theTargetHoldsWhatTheModelHolds(EventLoops.Kind kind, int nsid, int lba, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] model = new byte[(int) TargetFixture.BYTES];
        int blocks = model.length / lba;
        try (TargetFixture target = TargetFixture.start(kind)) {
            TestHost host = target.connect();
            List<HostQueue> queues = List.of(
                    host.connectIo(1, 64),
                    host.connectIo(2, 64, HostOptions.DEFAULT.withoutInCapsule().pieces(4096)),
                    host.connectIo(
                            3, 64, HostOptions.DEFAULT.digests(true, true).alignment(7)),
                    host.connectIo(4, 64, HostOptions.DEFAULT.withoutSqFlowControl()));
            for (int round = 0; round < ROUNDS; round++) {
                List<Expected> expected = new ArrayList<>();
                for (int at = random.nextInt(8); at < blocks; ) {
                    int n = Math.min(
                            blocks - at, 1 + (random.nextInt(4) == 0 ? random.nextInt(100) : random.nextInt(9)));
                    HostQueue queue = queues.get(random.nextInt(queues.size()));
                    if (queue.outstanding() < 60 && n * lba <= TargetFixture.MDTS) {
                        expected.add(one(random, queue, nsid, at, n, lba, model));
                    }
                    at += n + random.nextInt(blocks / 40);
                }
                expected.forEach(Expected::check);
            }
            HostQueue queue = queues.getFirst();
            int all = TargetFixture.MDTS / lba;
            for (int at = 0; at < blocks; at += all) {
                assertThat(queue.run(Command.read(nsid, at, all, lba)).ok().data())
                        .isEqualTo(Arrays.copyOfRange(model, at * lba, (at + all) * lba));
            }
        }
    }

    /** Submits one command on {@code n} blocks from {@code at} and does the same to the model. */
    private static Expected one(
            SplittableRandom random, HostQueue queue, int nsid, int at, int n, int lba, byte[] model) {
        int from = at * lba;
        int to = (at + n) * lba;
        byte[] none = {};
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> {
                byte[] data = new byte[n * lba];
                random.nextBytes(data);
                System.arraycopy(data, 0, model, from, data.length);
                Command write = Command.write(nsid, at, data, lba).or(12, random.nextInt(8) == 0 ? NvmOpcode.FUA : 0);
                yield new Expected(queue, queue.submit(write), Status.SUCCESS, none);
            }
            case 4, 5, 6 -> {
                byte[] now = Arrays.copyOfRange(model, from, to);
                yield new Expected(queue, queue.submit(Command.read(nsid, at, n, lba)), Status.SUCCESS, now);
            }
            case 7 -> {
                Arrays.fill(model, from, to, (byte) 0);
                Command zeroes = Command.writeZeroes(nsid, at, n).or(12, random.nextBoolean() ? NvmOpcode.DEAC : 0);
                yield new Expected(queue, queue.submit(zeroes), Status.SUCCESS, none);
            }
            case 8 -> {
                Arrays.fill(model, from, to, (byte) 0);
                yield new Expected(queue, queue.submit(Command.deallocate(nsid, at, n)), Status.SUCCESS, none);
            }
            default -> {
                byte[] now = Arrays.copyOfRange(model, from, to);
                boolean differs = random.nextBoolean();
                if (differs) {
                    now[random.nextInt(now.length)] ^= 1;
                }
                yield new Expected(
                        queue,
                        queue.submit(Command.compare(nsid, at, now, lba)),
                        differs ? Status.COMPARE_FAILURE : Status.SUCCESS,
                        none);
            }
        };
    }
}
