package io.nvmevf.server.transport;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever bytes a host sends after (or instead of) its ICReq: the target never fails inside, and leaves nothing behind.
 * The fuzz test runs its seed corpus as an ordinary test, and fuzzes when JAZZER_FUZZ is set; the other mutates good streams
 * with seeds of its own in every run.
 */
class HostileBytesFuzzTest {

    @FuzzTest
    void anyBytes(byte[] data) {
        hostile(data);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aGoodStreamWithMutations(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 300; i++) {
            int mode = random.nextInt(256);
            byte[] stream = stream(random, options(mode));
            for (int n = random.nextInt(6); n > 0; n--) {
                int at = random.nextInt(stream.length);
                switch (random.nextInt(4)) {
                    case 0 -> stream[at] ^= (byte) (1 << random.nextInt(8));
                    case 1 -> stream[at] = (byte) random.nextInt();
                    case 2 -> stream = Arrays.copyOf(stream, Math.max(1, at));
                    default -> stream[random.nextInt(Math.min(stream.length, 80))] = (byte) random.nextInt();
                }
            }
            byte[] data = new byte[stream.length + 1];
            data[0] = (byte) mode;
            System.arraycopy(stream, 0, data, 1, stream.length);
            hostile(data);
        }
    }

    /** The first byte chooses digests, cuts and whether an ICReq goes before; the rest is sent. */
    private static void hostile(byte[] data) {
        if (data.length == 0) {
            return;
        }
        int mode = data[0];
        HostOptions options = options(mode);
        try (EmbeddedQueue q = (mode & 4) != 0
                ? new EmbeddedQueue(options, EmbeddedQueue.LIMITS)
                : EmbeddedQueue.connected(options, EmbeddedQueue.LIMITS, 8)) {
            byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
            q.commands.hold = (mode & 8) != 0;
            int piece = (mode & 16) != 0 ? 1 + (mode >>> 5 & 7) : Math.max(1, bytes.length);
            for (int at = 0; at < bytes.length && q.channel.isOpen(); at += piece) {
                q.feed(bytes, at, Math.min(piece, bytes.length - at));
            }
            q.channel.close();
            q.commands.hold = false;
            q.ignoreOutput();
            if (q.stats.refusals(Refusal.INTERNAL_ERROR) != 0) {
                throw new AssertionError("an internal error after " + Arrays.toString(data));
            }
        }
    }

    private static HostOptions options(int mode) {
        return HostOptions.DEFAULT.digests((mode & 1) != 0, (mode & 2) != 0);
    }

    /** Some PDUs as a host sends them; R2Ts are answered by guess. */
    private static byte[] stream(SplittableRandom random, HostOptions options) {
        try (EmbeddedQueue q = EmbeddedQueue.connected(options, EmbeddedQueue.LIMITS, 8)) {
            byte[] all = {};
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                int length = random.nextInt(1, 200);
                byte[] pdu = switch (random.nextInt(6)) {
                    case 0 -> q.capsule(ScriptedCommands.READ, i, i, length);
                    case 1 -> q.inCapsule(i, new byte[length]);
                    case 2 -> q.capsule(ScriptedCommands.WRITE, i, 1, length);
                    case 3 -> q.pdus.h2cData(i + 1, 0, 0, new byte[length], 0, length, true);
                    case 4 -> q.pdus.icReq();
                    default -> q.capsule(ScriptedCommands.REFUSED, i, 1, 0);
                };
                if (random.nextInt(20) == 0) {
                    Unpooled.wrappedBuffer(pdu).setIntLE(Pdu.PLEN_OFFSET, random.nextInt());
                }
                int at = all.length;
                all = Arrays.copyOf(all, at + pdu.length);
                System.arraycopy(pdu, 0, all, at, pdu.length);
            }
            return all;
        }
    }
}
