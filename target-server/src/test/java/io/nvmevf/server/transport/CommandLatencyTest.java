package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.R2t;
import io.nvmevf.server.host.HostOptions;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** How long commands took, with the test's time: from the read that brought them to the flush that sends their answers. */
class CommandLatencyTest {
    private static final long MILLI = 1_000_000;

    private static void pass(EmbeddedQueue q, long millis) {
        q.pass(Duration.ofMillis(millis));
    }

    @Test
    void theTimeAtTheDeviceCounts() {
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            q.commands.hold = true;
            q.feed(q.capsule(ScriptedCommands.READ, 1, 1, 64));
            pass(q, 3);
            q.feed(q.capsule(ScriptedCommands.NOTHING, 2, 1, 0));
            pass(q, 4);
            assertThat(q.commands.latencies).isEmpty();
            q.commands.releaseOne();
            q.commands.releaseOne();
            q.expect(Pdu.C2H_DATA);
            assertThat(q.commands.latencies).containsExactly(7 * MILLI, 4 * MILLI);
        }
    }

    @Test
    void theWaitForALimitCounts() {
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            q.commands.waitNanos = 20 * MILLI;
            q.feed(q.capsule(ScriptedCommands.NOTHING, 1, 1, 0));
            q.expectNothing();
            q.commands.waitNanos = 0;
            pass(q, 20);
            q.expect(Pdu.CAPSULE_RESP);
            assertThat(q.commands.latencies).containsExactly(20 * MILLI);
        }
    }

    @Test
    void theTimeInWhichTheHostSendsItsDataCounts() {
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            byte[] data = new byte[1024];
            q.feed(q.capsule(ScriptedCommands.WRITE, 1, 1, data.length));
            int ttag = R2t.ttag(q.expect(Pdu.R2T).bytes(), 0);
            pass(q, 5);
            q.feed(q.pdus.h2cData(1, ttag, 0, data, 0, data.length, true));
            q.expect(Pdu.CAPSULE_RESP);
            assertThat(q.commands.latencies).containsExactly(5 * MILLI);
        }
    }

    @Test
    void aCommandBeginsWhenItsHeaderIsWhole() {
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            byte[] write = q.inCapsule(1, new byte[512]);
            q.feed(write, 0, 10);
            pass(q, 1);
            q.feed(write, 10, 100);
            pass(q, 2);
            q.feed(write, 110, write.length - 110);
            q.expect(Pdu.CAPSULE_RESP);
            assertThat(q.commands.latencies).containsExactly(2 * MILLI);
        }
    }

    @Test
    void commandsOfOneReadThatAreAnsweredAtOnceTakeNoTime() {
        int commands = 3 * LatencyBatch.SIZE + 1;
        try (EmbeddedQueue q = EmbeddedQueue.connected(HostOptions.DEFAULT, EmbeddedQueue.LIMITS, commands)) {
            pass(q, 9);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int cid = 0; cid < commands; cid++) {
                all.writeBytes(q.capsule(ScriptedCommands.NOTHING, cid, 1, 0));
            }
            q.feed(all.toByteArray());
            q.expect(Pdu.CAPSULE_RESP);
            assertThat(q.commands.latencies).isEqualTo(Collections.nCopies(commands, 0L));
        }
    }

    @Test
    void commandsThatEndAfterTheirConnectionCountToo() {
        EmbeddedQueue q = EmbeddedQueue.connected();
        try (q) {
            q.commands.hold = true;
            q.feed(q.capsule(ScriptedCommands.READ, 1, 1, 64));
            q.feed(q.capsule(ScriptedCommands.READ, 2, 1, 64));
            pass(q, 1);
            q.commands.releaseOne();
            q.channel.close();
            pass(q, 1);
            q.commands.releaseOne();
        }
        assertThat(q.commands.latencies).containsExactly(MILLI, 2 * MILLI);
    }
}
