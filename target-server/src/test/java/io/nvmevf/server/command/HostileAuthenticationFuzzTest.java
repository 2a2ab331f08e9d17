package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nvmevf.protocol.auth.AuthFailure;
import io.nvmevf.protocol.auth.DhGroup;
import io.nvmevf.protocol.auth.DhchapChallenge;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapReply;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.identify.Cns;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostAuthentication;
import io.nvmevf.server.host.HostDhchap;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.ReceivedPdu;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever somebody without the secret sends to a queue that waits for its host to authenticate: the target never fails
 * inside, opens nothing, and leaves nothing behind. The fuzz test runs its seed corpus as an ordinary test, and fuzzes when
 * JAZZER_FUZZ is set; the other bends good transactions with seeds of its own in every run.
 */
class HostileAuthenticationFuzzTest {
    private static final String ALPHA = TargetFixture.nqn(TargetFixture.VF);
    private static final int SEND = 0;
    private static final int RECEIVE = 1;
    private static final int OTHER = 2;

    /** In the place of a status: the connection has ended. */
    private static final int ENDED = -1;

    private static TargetFixture target;

    @BeforeAll
    static void start() {
        SecureRandom random = new SecureRandom();
        HostKey.Pair pair = new HostKey.Pair(
                DhchapSecret.generate(random, 32, DhchapHash.SHA_256),
                DhchapSecret.generate(random, 48, DhchapHash.SHA_384));
        target = TargetFixture.start();
        target.hostKeys(new HostKey(TargetFixture.VF, TestHost.NQN, List.of(pair), null, null));
        target.publish();
    }

    @AfterAll
    static void stop() {
        target.close();
    }

    /** Steps: a byte says which; after SEND two bytes, little endian, say how many bytes follow that are sent. */
    @FuzzTest
    void anyMessages(byte[] data) {
        try (HostQueue queue = connected()) {
            int at = 0;
            boolean open = true;
            while (open && at < data.length) {
                switch (data[at++] & 3) {
                    case SEND -> {
                        int length = at + 1 < data.length ? (data[at] & 0xFF) | (data[at + 1] & 0xFF) << 8 : 0;
                        at = Math.min(at + 2, data.length);
                        byte[] message = Arrays.copyOfRange(data, at, Math.min(data.length, at + length));
                        at += message.length;
                        open = runs(queue, HostAuthentication.sending(message));
                    }
                    case RECEIVE -> open = runs(queue, HostAuthentication.receiving(2048));
                    case OTHER -> open = isShut(queue);
                    default -> at++;
                }
            }
            if (open) {
                isShut(queue);
            }
        }
        assertThat(target.stats().refusals(Refusal.INTERNAL_ERROR)).isZero();
    }

    private static HostQueue connected() {
        HostQueue queue = HostQueue.open(target.address(), HostOptions.DEFAULT, 0);
        byte[] data = HostQueue.connectData(ALPHA, TestHost.NQN, TestHost.ID, ConnectData.CNTLID_DYNAMIC);
        queue.run(queue.connectCommand(data, 32, 0)).ok();
        return queue;
    }

    /** Nothing but authentication is open; false if the connection has ended. */
    private static boolean isShut(HostQueue queue) {
        int status = status(queue, Command.identify(Cns.CONTROLLER, 0));
        assertThat(status == ENDED || Status.code(status) == Status.AUTHENTICATION_REQUIRED)
                .as("identify: %s", Status.describe(status))
                .isTrue();
        return status != ENDED;
    }

    private static boolean runs(HostQueue queue, Command command) {
        return status(queue, command) != ENDED;
    }

    /** The status that the command ends with, or ENDED. */
    private static int status(HostQueue queue, Command command) {
        try {
            queue.connection().send(queue.capsule(command));
        } catch (UncheckedIOException e) {
            return ENDED;
        }
        while (true) {
            ReceivedPdu pdu = queue.connection().receiveOrEnd();
            if (pdu == null) {
                return ENDED;
            }
            if (pdu.type() == Pdu.CAPSULE_RESP) {
                return pdu.status();
            }
            assertThat(pdu.type()).as(pdu.toString()).isIn(Pdu.C2H_DATA, Pdu.R2T);
            if (pdu.type() == Pdu.R2T) {
                // (More than a capsule holds: its data never comes.)
                return 0;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aGoodTransactionWithMutations(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<Callable<Void>> hosts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            SplittableRandom own = random.split();
            hosts.add(() -> {
                bent(own);
                return null;
            });
        }
        // (Failures come 100 ms late: so all at once.)
        try (ExecutorService threads = Executors.newFixedThreadPool(10)) {
            for (Future<Void> host : threads.invokeAll(hosts)) {
                host.get();
            }
        }
        assertThat(target.stats().refusals(Refusal.INTERNAL_ERROR)).isZero();
    }

    /** Each message is sent as it is, bent, or not at all; the secret is none that the target knows. */
    private static void bent(SplittableRandom random) throws Exception {
        SecureRandom secure = new SecureRandom();
        DhchapSecret wrong = DhchapSecret.generate(secure, 32, null);
        HostDhchap dhchap = new HostDhchap(TestHost.NQN, ALPHA, wrong, random.nextBoolean() ? wrong : null)
                .offering(
                        List.of(DhchapHash.values()[random.nextInt(3)]),
                        List.of(random.nextInt(4) == 0 ? DhGroup.FFDHE2048 : DhGroup.NULL));
        try (HostQueue queue = connected()) {
            HostAuthentication exchange = new HostAuthentication(queue);
            boolean straight = random.nextInt(3) > 0;
            byte[] negotiate = HostDhchap.bytes(dhchap.negotiate());
            if (!straight) {
                if (runs(queue, HostAuthentication.sending(bend(negotiate, random)))) {
                    isShut(queue);
                }
                return;
            }
            exchange.send(dhchap.negotiate());
            DhchapReply reply = dhchap.reply((DhchapChallenge) exchange.receive());
            if (random.nextBoolean()) {
                exchange.send(reply);
                assertThat(((AuthFailure) exchange.receive()).explanation()).isEqualTo(AuthFailure.FAILED);
                queue.connection().expectEnd();
                return;
            }
            boolean open = runs(queue, HostAuthentication.sending(bend(HostDhchap.bytes(reply), random)));
            while (open && random.nextInt(3) > 0) {
                byte[] more = HostDhchap.bytes(random.nextBoolean() ? dhchap.success2() : reply);
                open = runs(queue, HostAuthentication.sending(more));
            }
            if (open) {
                isShut(queue);
            }
        }
    }

    private static byte[] bend(byte[] good, SplittableRandom random) {
        byte[] message = good.clone();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            switch (random.nextInt(3)) {
                case 0 -> message[random.nextInt(Math.min(message.length, 16))] = (byte) random.nextInt();
                case 1 -> message[random.nextInt(message.length)] ^= (byte) (1 << random.nextInt(8));
                default -> message = Arrays.copyOf(message, 1 + random.nextInt(message.length + 50));
            }
        }
        return message;
    }
}
