package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.auth.AuthFailure;
import io.nvmevf.protocol.auth.DhGroup;
import io.nvmevf.protocol.auth.DhchapChallenge;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.DhchapSuccess1;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.Completion;
import io.nvmevf.server.host.HostAuthentication;
import io.nvmevf.server.host.HostDhchap;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.subsystem.AuthenticationWorkers;
import io.nvmevf.server.subsystem.Subsystem;
import io.nvmevf.server.transport.EventLoops;
import io.nvmevf.server.transport.TransportLimits;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Authentication Send and Receive (NVMe Base 2.1 §6.1, §6.2) over a real connection: who gets in, and how it ends else. */
class AuthenticationTest {
    private static final String ALPHA = TargetFixture.nqn(TargetFixture.VF);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final DhchapSecret SECRET = DhchapSecret.generate(RANDOM, 32, DhchapHash.SHA_256);
    private static final DhchapSecret CONTROLLER = DhchapSecret.generate(RANDOM, 64, DhchapHash.SHA_512);
    private static final DhchapSecret NEW_SECRET = DhchapSecret.generate(RANDOM, 48, DhchapHash.SHA_384);
    private static final HostKey.Pair PAIR = new HostKey.Pair(SECRET, CONTROLLER);

    private TargetFixture target;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
        keys(PAIR);
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private void keys(HostKey.Pair... pairs) {
        target.hostKeys(new HostKey(TargetFixture.VF, TestHost.NQN, List.of(pairs), null, null));
        target.publish();
    }

    /** A host whose admin queue has not authenticated. */
    private TestHost admin(HostOptions options) {
        return target.keep(TestHost.connectAdmin(target.address(), options, ALPHA, TestHost.NQN, TestHost.ID, 0));
    }

    private TestHost admin() {
        return admin(HostOptions.DEFAULT);
    }

    private static void authenticate(HostQueue queue) {
        HostAuthentication.authenticate(queue, ALPHA, SECRET);
    }

    /** A host with an enabled controller. */
    private TestHost ready() {
        TestHost host = admin();
        authenticate(host.admin());
        host.enable();
        return host;
    }

    private static HostQueue io(TestHost host, int qid) {
        HostQueue io = host.connectIo(qid, 32);
        authenticate(io);
        return io;
    }

    private static HostDhchap dhchap(DhchapSecret secret) {
        return new HostDhchap(TestHost.NQN, ALPHA, secret, null)
                .offering(List.of(DhchapHash.SHA_256), List.of(DhGroup.NULL));
    }

    private static void quickly(HostQueue queue) {
        assertThat(new HostAuthentication(queue).run(dhchap(SECRET))).isNull();
    }

    private static void fails(HostQueue queue, HostDhchap dhchap, int explanation) {
        AuthFailure failure = Objects.requireNonNull(new HostAuthentication(queue).run(dhchap));
        assertThat(failure.explanation()).isEqualTo(explanation);
        assertThat(failure.tid()).isEqualTo(dhchap.tid());
        queue.connection().expectEnd();
    }

    private static void works(HostQueue io) {
        byte[] data = new byte[4096];
        RANDOM.nextBytes(data);
        io.run(Command.write(1, 0, data, 512)).ok();
        assertThat(io.run(Command.read(1, 0, 8, 512)).ok().data()).isEqualTo(data);
    }

    static List<EventLoops.Kind> kinds() {
        return TargetFixture.kinds().toList();
    }

    // ---- who gets in -----------------------------------------------------------------------------------------------

    @Test
    void everyHashAndGroupWorksOneWayAndBothWays() {
        List<DhGroup> quick = List.of(DhGroup.NULL, DhGroup.FFDHE2048, DhGroup.FFDHE3072, DhGroup.FFDHE4096);
        for (DhchapHash hash : DhchapHash.values()) {
            for (DhGroup group : quick) {
                agree(hash, group, null);
                agree(hash, group, CONTROLLER);
            }
        }
        agree(DhchapHash.SHA_384, DhGroup.FFDHE6144, null);
        agree(DhchapHash.SHA_512, DhGroup.FFDHE8192, CONTROLLER);
        assertThat(target.stats().refusals(Refusal.AUTHENTICATION_FAILED)).isZero();
    }

    private void agree(DhchapHash hash, DhGroup group, @Nullable DhchapSecret controller) {
        try (TestHost host =
                TestHost.connectAdmin(target.address(), HostOptions.DEFAULT, ALPHA, TestHost.NQN, TestHost.ID, 0)) {
            HostDhchap dhchap =
                    new HostDhchap(TestHost.NQN, ALPHA, SECRET, controller).offering(List.of(hash), List.of(group));
            assertThat(new HostAuthentication(host.admin()).run(dhchap)).isNull();
            assertThat(dhchap.challenge().hash()).isEqualTo(hash);
            assertThat(dhchap.challenge().group()).isEqualTo(group);
            host.enable();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void eachQueueAuthenticatesForItself(EventLoops.Kind kind) {
        try (TargetFixture other = TargetFixture.start(kind)) {
            other.hostKeys(new HostKey(TargetFixture.VF, TestHost.NQN, List.of(PAIR), null, null));
            other.publish();
            for (HostOptions options :
                    List.of(HostOptions.DEFAULT.digests(true, true), HostOptions.DEFAULT.withoutSqFlowControl())) {
                try (TestHost host =
                        TestHost.connectAdmin(other.address(), options, ALPHA, TestHost.NQN, TestHost.ID, 0)) {
                    HostAuthentication.authenticate(host.admin(), ALPHA, SECRET, CONTROLLER);
                    host.enable();
                    for (int qid = 1; qid <= 3; qid++) {
                        HostQueue io = host.connectIo(qid, 16);
                        io.run(Command.read(1, 0, 1, 512)).is(Status.AUTHENTICATION_REQUIRED);
                        HostAuthentication.authenticate(io, ALPHA, SECRET, CONTROLLER);
                        works(io);
                    }
                    assertThat(other.stats().open(ConnectionClass.IO)).isEqualTo(3);
                    assertThat(other.stats().open(ConnectionClass.PENDING)).isZero();
                }
            }
        }
    }

    @Test
    void connectSaysWhetherAHostHasToAuthenticate() {
        assertThat(connect(TestHost.NQN) & FabricsCommand.ATR).isNotZero();
        assertThat(connect(TestHost.NQN + "x") & FabricsCommand.ATR).isZero();
        TestHost host = ready();
        HostQueue io = target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, 1));
        byte[] data = HostQueue.connectData(ALPHA, TestHost.NQN, TestHost.ID, host.cntlid());
        assertThat(io.run(io.connectCommand(data, 16, 0)).ok().dw0()).isEqualTo(host.cntlid() | FabricsCommand.ATR);
    }

    private int connect(String hostnqn) {
        try (HostQueue queue = HostQueue.open(target.address(), HostOptions.DEFAULT, 0)) {
            byte[] data = HostQueue.connectData(ALPHA, hostnqn, TestHost.ID, 0xFFFF);
            return queue.run(queue.connectCommand(data, 32, 0)).ok().dw0();
        }
    }

    @Test
    void aHostWithoutAKeyCannotAuthenticate() {
        target.hostKeys();
        target.publish();
        TestHost host = target.connect();
        byte[] negotiate = HostDhchap.bytes(dhchap(SECRET).negotiate());
        host.admin(HostAuthentication.sending(negotiate)).isFinal(Status.INVALID_OPCODE);
        host.admin(HostAuthentication.receiving(4096)).isFinal(Status.INVALID_OPCODE);
        host.connectIo(1, 8).run(HostAuthentication.sending(negotiate)).isFinal(Status.INVALID_OPCODE);
    }

    @Test
    void duringARotationBothSecretsOpenAndThenTheNewOneOnly() {
        keys(new HostKey.Pair(NEW_SECRET, null), PAIR);
        TestHost old = ready();
        HostQueue oldIo = io(old, 1);
        HostAuthentication.authenticate(admin().admin(), ALPHA, NEW_SECRET);
        keys(new HostKey.Pair(NEW_SECRET, null));
        fails(admin().admin(), dhchap(SECRET), AuthFailure.FAILED);
        HostAuthentication.authenticate(admin().admin(), ALPHA, NEW_SECRET);
        // What is connected goes on, and authenticates with the new one when it likes.
        works(oldIo);
        HostAuthentication.authenticate(oldIo, ALPHA, NEW_SECRET);
        works(oldIo);
        target.hostKeys();
        target.publish();
        works(oldIo);
    }

    @Test
    void aKeyThatIsTakenAwayInMidExchangeOpensNothing() {
        TestHost host = admin();
        HostAuthentication exchange = new HostAuthentication(host.admin());
        replied(exchange);
        keys(new HostKey.Pair(NEW_SECRET, null));
        host.admin(HostAuthentication.receiving(4096)).is(Status.AUTHENTICATION_REQUIRED);
        host.admin().connection().expectEnd();
        assertThat(target.stats().refusals(Refusal.AUTHENTICATION_FAILED)).isEqualTo(1);
    }

    /** Up to a reply that is right; the verdict is not fetched. */
    private static void replied(HostAuthentication exchange) {
        exchange.send(exchange.toTheReply(dhchap(SECRET)));
    }

    // ---- who does not ----------------------------------------------------------------------------------------------

    @Test
    void aWrongSecretIsRefusedLateAndTheOthersAreUndisturbed() {
        HostQueue good = io(ready(), 1);
        HostQueue bad = admin().admin();
        long before = System.nanoTime();
        fails(bad, dhchap(NEW_SECRET), AuthFailure.FAILED);
        assertThat(System.nanoTime() - before).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(100));
        works(good);
        assertThat(target.stats().refusals(Refusal.AUTHENTICATION_FAILED)).isEqualTo(1);
        assertThat(target.stats().refusals(Refusal.AUTHENTICATION_TIMEOUT)).isZero();
    }

    @Test
    void aHostThatDoesNotFetchItsFailureIsNotWaitedFor() {
        HostQueue queue = admin().admin();
        queue.run(HostAuthentication.sending(new byte[] {0, 0, 0, 0, 7, 0})).ok();
        // (Nor by sending more of it.)
        queue.run(HostAuthentication.sending(new byte[] {0, 0, 0, 0, 7, 0})).ok();
        queue.connection().expectEnd();
        assertThat(target.stats().refusals(Refusal.AUTHENTICATION_FAILED)).isEqualTo(1);
    }

    @Test
    void aHostThatDoesNotBelieveTheControllerEndsTheConnection() {
        TestHost host = admin();
        HostAuthentication exchange = new HostAuthentication(host.admin());
        HostDhchap dhchap = new HostDhchap(TestHost.NQN, ALPHA, SECRET, NEW_SECRET);
        exchange.send(exchange.toTheReply(dhchap));
        assertThat(dhchap.isConvincedBy((DhchapSuccess1) exchange.receive())).isFalse();
        exchange.send(AuthFailure.failure2(dhchap.tid(), AuthFailure.FAILED));
        host.admin().connection().expectEnd();
        assertThat(target.stats().refusals(Refusal.AUTHENTICATION_FAILED)).isEqualTo(1);
    }

    @Test
    void untilSuccess2NothingIsOpen() {
        TestHost host = admin();
        HostAuthentication exchange = new HostAuthentication(host.admin());
        HostDhchap dhchap = new HostDhchap(TestHost.NQN, ALPHA, SECRET, CONTROLLER);
        exchange.send(exchange.toTheReply(dhchap));
        assertThat(dhchap.isConvincedBy((DhchapSuccess1) exchange.receive())).isTrue();
        host.admin(Command.propertyGet(0, 8)).is(Status.AUTHENTICATION_REQUIRED);
        exchange.send(dhchap.success2());
        host.enable();
    }

    @Test
    void aHostThatTakesTooLongIsDisconnectedAndOthersAreNot() {
        Duration soon = Duration.ofMillis(400);
        TransportLimits l = TransportLimits.DEFAULT;
        TransportLimits limits = new TransportLimits(
                soon, soon, l.pduTimeout(), l.maxH2cData(), l.inCapsuleData(), l.cpda(), l.queueMemory());
        try (TargetFixture other = TargetFixture.start(kinds().getFirst(), limits, 100)) {
            other.hostKeys(new HostKey(TargetFixture.VF, TestHost.NQN, List.of(PAIR), null, null));
            other.publish();
            TestHost good = other.keep(
                    TestHost.connectAdmin(other.address(), HostOptions.DEFAULT, ALPHA, TestHost.NQN, TestHost.ID, 0));
            quickly(good.admin());
            good.enable();
            HostQueue late = other.keep(TestHost.connectAdmin(
                            other.address(), HostOptions.DEFAULT, ALPHA, TestHost.NQN, TestHost.ID, 0))
                    .admin();
            replied(new HostAuthentication(late));
            HostQueue lateIo = good.connectIo(1, 8);
            late.connection().expectEnd();
            lateIo.connection().expectEnd();
            assertThat(other.stats().refusals(Refusal.AUTHENTICATION_TIMEOUT)).isEqualTo(2);
            assertThat(other.stats().refusals(Refusal.CONNECT_TIMEOUT)).isZero();
            good.csts();
            // One who has begun to authenticate again has to come to an end, too.
            HostQueue again = good.reconnectIo(1, 8);
            quickly(again);
            new HostAuthentication(good.admin()).send(dhchap(SECRET).negotiate());
            works(again);
            good.admin().connection().expectEnd();
            again.connection().expectEnd();
            assertThat(other.stats().refusals(Refusal.AUTHENTICATION_TIMEOUT)).isEqualTo(3);
        }
    }

    // ---- again, while in use ---------------------------------------------------------------------------------------

    @Test
    void authenticatingAgainDisturbsNoIo() throws Exception {
        TestHost host = ready();
        HostQueue busy = io(host, 1);
        HostQueue other = io(host, 2);
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<Integer> io = CompletableFuture.supplyAsync(() -> {
            int rounds = 0;
            while (!over.get()) {
                works(busy);
                rounds++;
                running.countDown();
            }
            return rounds;
        });
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 5; i++) {
            authenticate(host.admin());
            HostAuthentication.authenticate(other, ALPHA, SECRET, CONTROLLER);
            assertThat(host.csts().rdy()).isTrue();
        }
        over.set(true);
        assertThat(io.get(10, TimeUnit.SECONDS)).isPositive();
        works(other);
    }

    @Test
    void failingToAuthenticateAgainEndsTheController() {
        TestHost stays = ready();
        TestHost host = ready();
        HostQueue io = io(host, 1);
        HostQueue second = io(host, 2);
        fails(second, dhchap(NEW_SECRET), AuthFailure.FAILED);
        host.admin().connection().expectEnd();
        io.connection().expectEnd();
        works(io(stays, 1));
    }

    @Test
    void aQueueThatNeverAuthenticatedEndsNothingButItself() {
        TestHost host = ready();
        HostQueue io = io(host, 1);
        for (int i = 0; i < 3; i++) {
            fails(host.connectIo(2, 8), dhchap(NEW_SECRET), AuthFailure.FAILED);
        }
        works(io);
        host.csts();
        works(io(host, 2));
    }

    // ---- the commands ----------------------------------------------------------------------------------------------

    @Test
    void wrongFieldsAreRefusedAndChangeNothing() {
        HostQueue queue = admin().admin();
        HostDhchap dhchap = dhchap(SECRET);
        byte[] negotiate = HostDhchap.bytes(dhchap.negotiate());
        for (int offset : new int[] {41, 42, 43}) {
            queue.run(HostAuthentication.sending(negotiate).octet(offset, 0x55)).isFinal(Status.INVALID_FIELD);
            queue.run(HostAuthentication.receiving(64).octet(offset, 0x55)).isFinal(Status.INVALID_FIELD);
        }
        for (int length : new int[] {0, 16 * 1024 + 1, Integer.MIN_VALUE, -1}) {
            queue.run(HostAuthentication.sending(negotiate).cdw(11, length)).isFinal(Status.INVALID_FIELD);
            queue.run(HostAuthentication.receiving(64).cdw(11, length)).isFinal(Status.INVALID_FIELD);
        }
        queue.run(HostAuthentication.sending(negotiate).cdw(11, negotiate.length + 1))
                .isFinal(Status.SGL_DATA_LENGTH_INVALID);
        queue.run(HostAuthentication.receiving(64)).isFinal(Status.COMMAND_SEQUENCE_ERROR);
        queue.run(HostAuthentication.sending(negotiate)).ok();
        int size = DhchapChallenge.CVAL_OFFSET + 32;
        queue.run(HostAuthentication.receiving(size - 1)).isFinal(Status.INVALID_FIELD);
        assertThat(queue.run(HostAuthentication.receiving(size)).ok().data()).hasSize(size);
        queue.run(HostAuthentication.receiving(size)).isFinal(Status.COMMAND_SEQUENCE_ERROR);
        assertThat(target.stats().refusals(Refusal.AUTHENTICATION_FAILED)).isZero();
    }

    /** A message may be as large as any; it is asked for, not taken in the capsule. */
    @Test
    void aLargeMessageComesAfterAnR2tAndNothingBesideIt() {
        HostQueue queue = admin().admin();
        byte[] large = new byte[16 * 1024];
        byte[] negotiate = HostDhchap.bytes(dhchap(SECRET).negotiate());
        System.arraycopy(negotiate, 0, large, 0, negotiate.length);
        int first = queue.submit(HostAuthentication.sending(large));
        int second = queue.submit(HostAuthentication.sending(negotiate));
        queue.await(second).isFinal(Status.COMMAND_SEQUENCE_ERROR);
        queue.await(first).ok();
        assertThat(new HostAuthentication(queue).receive()).isInstanceOf(DhchapChallenge.class);
    }

    @Test
    void tooManyAtOnceAreToldToTryAgain() throws Exception {
        Subsystem subsystem = target.subsystem(TargetFixture.VF);
        AuthenticationWorkers workers = subsystem.registry().authentication();
        CountDownLatch busyThreads = new CountDownLatch(workers.threads());
        CountDownLatch held = new CountDownLatch(1);
        AtomicInteger waiting = new AtomicInteger();
        HostQueue queue = admin().admin();
        byte[] negotiate = HostDhchap.bytes(dhchap(SECRET).negotiate());
        try {
            Runnable hold = () -> {
                busyThreads.countDown();
                try {
                    held.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            for (int i = 0; i < workers.threads(); i++) {
                assertThat(workers.submit(subsystem, i, hold)).isTrue();
            }
            assertThat(busyThreads.await(10, TimeUnit.SECONDS)).isTrue();
            // (Until the line is full.)
            for (int i = 0; workers.submit(subsystem, i, () -> waiting.decrementAndGet()); i++) {
                waiting.incrementAndGet();
            }
            Completion busy = queue.run(HostAuthentication.sending(negotiate)).is(Status.COMMAND_INTERRUPTED);
            assertThat(busy.dnr()).isFalse();
            assertThat(target.stats().refusals(Refusal.AUTHENTICATION_BUSY)).isEqualTo(1);
        } finally {
            held.countDown();
        }
        while (waiting.get() > 0) {
            Thread.onSpinWait();
        }
        quickly(queue);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void connectionsThatEndInMidExchangeLeaveNothingBehind(EventLoops.Kind kind) throws Exception {
        try (TargetFixture other = TargetFixture.start(kind)) {
            other.hostKeys(new HostKey(TargetFixture.VF, TestHost.NQN, List.of(PAIR), null, DhGroup.FFDHE4096));
            other.publish();
            List<HostQueue> queues = new ArrayList<>();
            for (int step = 0; step < 12; step++) {
                HostQueue queue = TestHost.connectAdmin(
                                other.address(), HostOptions.DEFAULT, ALPHA, TestHost.NQN, TestHost.ID, 0)
                        .admin();
                queues.add(queue);
                HostAuthentication exchange = new HostAuthentication(queue);
                HostDhchap dhchap = new HostDhchap(TestHost.NQN, ALPHA, step < 6 ? SECRET : NEW_SECRET, CONTROLLER);
                if (step % 6 == 0) {
                    // (While the challenge is made.)
                    queue.submit(HostAuthentication.sending(HostDhchap.bytes(dhchap.negotiate())));
                    continue;
                }
                exchange.send(dhchap.negotiate());
                if (step % 6 == 1) {
                    continue;
                }
                byte[] reply = HostDhchap.bytes(dhchap.reply((DhchapChallenge) exchange.receive()));
                if (step % 6 == 2) {
                    queue.submit(HostAuthentication.sending(reply));
                    continue;
                }
                queue.run(HostAuthentication.sending(reply)).ok();
                if (step % 6 > 3) {
                    // (A failure is on its way for 100 ms; half a message is another end.)
                    queue.submit(HostAuthentication.receiving(4096));
                }
            }
            for (int i = 0; i < queues.size(); i++) {
                if (i % 2 == 0) {
                    queues.get(i).connection().reset();
                } else {
                    queues.get(i).close();
                }
            }
            TestHost host = other.keep(
                    TestHost.connectAdmin(other.address(), HostOptions.DEFAULT, ALPHA, TestHost.NQN, TestHost.ID, 0));
            authenticate(host.admin());
            host.enable();
            works(io(host, 1));
        }
    }
}
