package io.nvmevf.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.R2t;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.control.AccessChange;
import io.nvmevf.server.control.NamespaceState;
import io.nvmevf.server.control.NewNamespace;
import io.nvmevf.server.control.NewVirtualFunction;
import io.nvmevf.server.control.Operation;
import io.nvmevf.server.control.OperationState;
import io.nvmevf.server.control.Outcome;
import io.nvmevf.server.control.VirtualFunctionChange;
import io.nvmevf.server.control.WipeRequest;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.Completion;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.ReceivedPdu;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.wipe.WipeMethod;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tenant A fills a namespace to its last block with a marker and goes on writing it while the namespace is given to tenant
 * B. B, and whoever looks at the storage itself, finds nothing of it.
 */
class LeakTest {
    private static final byte[] MARKER = "SECRET-OF-TEN-A-".getBytes(StandardCharsets.US_ASCII);
    private static final int LBA = 4096;
    private static final int BYTES = 8 << 20;
    private static final int BLOCKS = BYTES / LBA;
    private static final int PIECE = 128 << 10;
    private static final int DEPTH = 100;
    /** Admits two pieces at once, and then one every 31 ms. */
    private static final Limits SLOW = Limits.NONE.withWriteBytes(Limit.of(4 << 20, 2 * PIECE));

    enum Kind {
        MEMORY("kind: memory\n  capacity: 64MiB"),
        FILE("kind: file\n  path: pool"),
        ENCRYPTED("kind: file\n  path: pool\n  encryption:\n    key-file: kek");

        final String yaml;

        Kind(String yaml) {
            this.yaml = yaml;
        }

        List<WipeMethod> methods() {
            return Stream.of(WipeMethod.values())
                    .filter(method -> method != WipeMethod.CRYPTO || this == ENCRYPTED)
                    .toList();
        }
    }

    @TempDir
    Path directory;

    private Target start(Kind kind) throws Exception {
        Path key = directory.resolve("kek");
        if (kind == Kind.ENCRYPTED && !Files.exists(key)) {
            Files.write(key, Arrays.copyOf(new byte[] {1, 2, 3, 4}, 32));
            Files.setPosixFilePermissions(key, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        }
        String yaml = """
                data-dir: data
                pool:
                  %s
                listeners:
                  - address: 127.0.0.1
                    port: 0
                api:
                  port: 0
                controller:
                  mdts: 128KiB
                """.formatted(kind.yaml);
        return Target.start(TargetConfig.parse(yaml, directory.resolve("nvmevf.yaml")));
    }

    /** So short that they may be {@link #SLOW}. */
    private static NewVirtualFunction withShortQueues(String name) {
        return new NewVirtualFunction(
                name, null, null, null, AccessChange.allowAny(true), null, 3, DEPTH, null, null, null);
    }

    private static byte[] secret(int length) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = MARKER[i % MARKER.length];
        }
        return data;
    }

    @ParameterizedTest
    @EnumSource
    void noByteOfOneTenantReachesAnother(Kind kind) throws Exception {
        for (WipeMethod method : kind.methods()) {
            try (Target target = start(kind)) {
                String name = method.name().toLowerCase(java.util.Locale.ROOT);
                String a =
                        target.service().createVf(withShortQueues("a-" + name)).nqn();
                String b = target.service()
                        .createVf(NewVirtualFunction.named("b-" + name).forAnyHost())
                        .nqn();
                String id = target.service()
                        .createNamespace(NewNamespace.in("a-" + name, BYTES, LBA))
                        .id();
                byte[] key = kind == Kind.ENCRYPTED ? Files.readAllBytes(key(id)) : new byte[0];
                reassignUnderLoad(target, a, "a-" + name, id, "b-" + name, method);
                assertThat(target.service().namespace(id).owner()).isEqualTo("b-" + name);
                seeZeros(target, b);
                assertThat(filesWithMarker())
                        .as("%s: files that hold it", method)
                        .isEmpty();
                if (kind == Kind.ENCRYPTED) {
                    assertThat(Files.readAllBytes(key(id)))
                            .as("%s: the key", method)
                            .isNotEqualTo(key);
                }
                target.service().deleteNamespace(id, WipeRequest.by(WipeMethod.DEALLOCATE));
            }
        }
    }

    private Path key(String id) {
        return directory.resolve("data").resolve("keys").resolve(id + ".key");
    }

    /** A writes all the time, with a write whose data is half sent, and writes that its limit holds up. */
    private static void reassignUnderLoad(
            Target target, String nqn, String from, String id, String to, WipeMethod method) throws Exception {
        try (TestHost host =
                TestHost.connect(target.listenAddresses().getFirst(), HostOptions.DEFAULT.withoutInCapsule(), nqn)) {
            HostQueue fill = host.connectIo(1, 64);
            byte[] piece = secret(PIECE);
            for (int lba = 0; lba < BLOCKS; lba += PIECE / LBA) {
                fill.run(Command.write(1, lba, piece, LBA)).ok();
            }
            assertThat(fill.run(Command.read(1, BLOCKS - 1, 1, LBA)).ok().data())
                    .startsWith(MARKER);

            HostQueue half = host.connectIo(2, 8);
            byte[] late = lateData(half, piece);
            target.service().updateVf(from, VirtualFunctionChange.NONE.limitedBy(null, SLOW));
            HostQueue waiting = host.connectIo(3, DEPTH);
            List<Integer> inFlight = new ArrayList<>();
            for (int i = 0; i < DEPTH - 1; i++) {
                // (Far more than its limit admits: most of them wait.)
                inFlight.add(waiting.submit(Command.write(1, (long) i % (BLOCKS - PIECE / LBA), secret(PIECE), LBA)));
            }
            Outcome outcome = target.service().reassign(id, to, WipeRequest.by(method));
            Operation op = Objects.requireNonNull(outcome.operation());
            half.connection().send(late);
            refusedOrEnded(half);
            Operation end = target.service().ended(op.id()).get(60, TimeUnit.SECONDS);
            assertThat(end.state()).as("%s: %s", method, end.error()).isEqualTo(OperationState.SUCCEEDED);
            // Whatever of these the target takes only now, it refuses.
            int refused = 0;
            for (int cid : inFlight) {
                int code = waiting.await(cid).code();
                assertThat(code).isIn(Status.SUCCESS, Status.INVALID_NAMESPACE);
                refused += code == Status.INVALID_NAMESPACE ? 1 : 0;
            }
            assertThat(refused).as("writes that waited for the limit").isGreaterThan(inFlight.size() / 2);
            fill.run(Command.write(1, 0, piece, LBA)).isFinal(Status.INVALID_NAMESPACE);
        }
    }

    /** Submits a write, sends half of its data when it is asked for, and returns the PDU with the other half. */
    private static byte[] lateData(HostQueue queue, byte[] data) {
        queue.submit(Command.write(1, 7, data, LBA));
        ReceivedPdu r2t = queue.connection().expect(Pdu.R2T);
        int cut = data.length / 2;
        queue.connection()
                .send(queue.connection().pdus().h2cData(r2t.cccid(), R2t.ttag(r2t.bytes(), 0), 0, data, 0, cut, false));
        return queue.connection()
                .pdus()
                .h2cData(r2t.cccid(), R2t.ttag(r2t.bytes(), 0), cut, data, cut, data.length - cut, true);
    }

    private static void refusedOrEnded(HostQueue queue) {
        ReceivedPdu answer = queue.connection().receive();
        assertThat(answer.type()).isEqualTo(Pdu.CAPSULE_RESP);
        assertThat(Status.code(answer.status())).isEqualTo(Status.INVALID_NAMESPACE);
    }

    private static void seeZeros(Target target, String nqn) {
        try (TestHost host = TestHost.connect(target.listenAddresses().getFirst(), HostOptions.DEFAULT, nqn)) {
            HostQueue io = host.connectIo(1, 64);
            byte[] zeros = new byte[PIECE];
            for (int lba = 0; lba < BLOCKS; lba += PIECE / LBA) {
                assertThat(io.run(Command.read(1, lba, PIECE / LBA, LBA)).ok().data())
                        .as("block %d", lba)
                        .isEqualTo(zeros);
            }
            // Reads that fail have no data, whoever had the buffer before.
            for (Command bad : List.of(
                    Command.read(1, BLOCKS - 1, 32, LBA),
                    Command.read(1, BLOCKS, 1, LBA),
                    Command.read(2, 0, 8, LBA))) {
                Completion completion = io.run(bad);
                assertThat(completion.code()).isNotEqualTo(Status.SUCCESS);
                assertThat(completion.data()).as("data of a read that failed").isEmpty();
            }
        }
    }

    private List<Path> filesWithMarker() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(LeakTest::holdsMarker)
                    .toList();
        }
    }

    private static boolean holdsMarker(Path file) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            int matched = 0;
            for (int c = in.read(); c >= 0; c = in.read()) {
                matched = c == MARKER[matched] ? matched + 1 : c == MARKER[0] ? 1 : 0;
                if (matched == MARKER.length) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A failed erasure keeps the namespace away from everybody, also after a restart. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MEMORY")
    void whatWasNotErasedIsServedToNobody(Kind kind) throws Exception {
        @Nullable String id = null;
        try (Target target = start(kind)) {
            String nqn = target.service()
                    .createVf(NewVirtualFunction.named("a").forAnyHost())
                    .nqn();
            target.service().createVf(NewVirtualFunction.named("b").forAnyHost());
            id = target.service()
                    .createNamespace(NewNamespace.in("a", BYTES, LBA))
                    .id();
            try (TestHost host = TestHost.connect(target.listenAddresses().getFirst(), HostOptions.DEFAULT, nqn)) {
                host.connectIo(1, 8).run(Command.write(1, 0, secret(LBA), LBA)).ok();
            }
            target.service().detach(id);
            // Somebody cuts the file short beneath us: the erasure cannot open it.
            Path file;
            try (Stream<Path> files = Files.list(directory.resolve("pool"))) {
                file = files.filter(f -> f.toString().endsWith(".ns"))
                        .findFirst()
                        .orElseThrow();
            }
            Files.move(file, directory.resolve("hidden"));
            Operation op = Objects.requireNonNull(
                    target.service().attach(id, "b", null).operation());
            Operation end = target.service().ended(op.id()).get(60, TimeUnit.SECONDS);
            assertThat(end.state()).isEqualTo(OperationState.FAILED);
            Files.move(directory.resolve("hidden"), file);
            assertThat(target.service().namespace(id).state()).isEqualTo(NamespaceState.QUARANTINED);
        }
        try (Target target = start(kind)) {
            assertThat(target.service().namespace(id).state()).isEqualTo(NamespaceState.QUARANTINED);
            Operation op =
                    Objects.requireNonNull(target.service().retry(id, null).operation());
            Operation end = target.service().ended(op.id()).get(60, TimeUnit.SECONDS);
            assertThat(end.state()).as(end.error()).isEqualTo(OperationState.SUCCEEDED);
            assertThat(target.service().namespace(id).owner()).isEqualTo("b");
        }
    }
}
