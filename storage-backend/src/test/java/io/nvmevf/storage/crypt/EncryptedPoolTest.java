package io.nvmevf.storage.crypt;

import static io.nvmevf.storage.BlockError.NONE;
import static io.nvmevf.storage.conformance.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.DelegatingPool;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.PoolException.Reason;
import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.conformance.Loops;
import io.nvmevf.storage.conformance.WaitingQueue;
import io.nvmevf.storage.crypt.TestKeys.Crash;
import io.nvmevf.storage.crypt.TestKeys.CrashAt;
import io.nvmevf.storage.file.FilePool;
import io.nvmevf.storage.memory.MemoryPool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedPoolTest {

    private static final long SIZE = 1 << 20;

    @TempDir
    Path directory;

    private Loops loops;

    @BeforeEach
    void openLoops() {
        loops = Loops.nio();
    }

    @AfterEach
    void closeLoops() {
        loops.close();
    }

    private FilePool files() throws Exception {
        return new FilePool(directory.resolve("pool"), 16 * SIZE, false, false);
    }

    private EncryptedPool pool(String... plain) throws Exception {
        return new EncryptedPool(files(), TestKeys.store(directory.resolve("keys")), Set.of(plain));
    }

    private Set<String> keyFiles() throws Exception {
        return names("keys");
    }

    private Set<String> names(String folder) throws Exception {
        try (Stream<Path> files = Files.list(directory.resolve(folder))) {
            return Set.copyOf(files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(".lock"))
                    .toList());
        }
    }

    private void write(BlockDevice device, int value) {
        byte[] bytes = new byte[4096];
        Arrays.fill(bytes, (byte) value);
        try (device;
                WaitingQueue queue = new WaitingQueue(device, loops.first())) {
            assertThat(queue.write(0, bytes, true)).isEqualTo(NONE);
        }
    }

    private byte[] read(BlockDevice device) {
        try (device;
                WaitingQueue queue = new WaitingQueue(device, loops.first())) {
            return queue.read(0, 4096);
        }
    }

    @Test
    void encryptsEachDeviceByAKeyOfItsOwn() throws Exception {
        try (EncryptedPool pool = pool()) {
            pool.create("a", SIZE);
            pool.create("b", SIZE);
            assertThat(pool.isEncrypted("a")).isTrue();
            assertThat(pool.kind()).isEqualTo("file");
            assertThat(pool.allocated()).isEqualTo(2 * SIZE);
            write(pool.open("a", SIZE), 7);
            write(pool.open("b", SIZE), 7);
            byte[] a = read(pool.openForErase("a", SIZE));
            assertThat(a).isNotEqualTo(read(pool.openForErase("b", SIZE)));
            assertThat(keyFiles()).containsExactlyInAnyOrder("a.key", "b.key");
        }
        try (EncryptedPool again = pool()) {
            assertThat(read(again.open("a", SIZE))).containsOnly(7);
            assertThat(read(again.open("b", SIZE))).containsOnly(7);
        }
    }

    @Test
    void devicesFromBeforePassThrough() throws Exception {
        try (StoragePool before = files()) {
            before.create("old", SIZE);
            write(before.open("old", SIZE), 3);
        }
        try (EncryptedPool pool = pool("old")) {
            assertThat(pool.isEncrypted("old")).isFalse();
            assertThat(read(pool.open("old", SIZE))).containsOnly(3);
            assertThat(read(pool.openForErase("old", SIZE))).containsOnly(3);
            assertRefused(Reason.INVALID, "not encrypted", () -> pool.renewKey("old"));
            pool.retire("old");
            pool.delete("old");
            pool.create("old", SIZE);
            assertThat(pool.isEncrypted("old")).as("a new one of the same id").isTrue();
        }
    }

    @Test
    void aRenewedKeyEndsAllThatWasStored() throws Exception {
        try (EncryptedPool pool = pool()) {
            pool.create("a", SIZE);
            write(pool.open("a", SIZE), 7);
            BlockDevice open = pool.open("a", SIZE);
            assertRefused(Reason.INVALID, "is open", () -> pool.renewKey("a"));
            open.close();
            byte[] medium = read(pool.openForErase("a", SIZE));
            try (BlockDevice erasing = pool.openForErase("a", SIZE)) {
                assertThat(erasing.capacity()).isEqualTo(SIZE);
                pool.renewKey("a");
            }
            pool.renewKey("a");
            assertThat(read(pool.openForErase("a", SIZE)))
                    .as("only the key went")
                    .isEqualTo(medium);
            byte[] noise = read(pool.open("a", SIZE));
            assertThat(Arrays.equals(noise, medium)).isFalse();
            int sevens = 0;
            for (byte each : noise) {
                sevens += each == 7 ? 1 : 0;
            }
            assertThat(sevens).as("16 of 4096 are expected of noise").isLessThan(100);
        }
    }

    @Test
    void closingADeviceTwiceDoesNotForgetThatItIsOpenAgain() throws Exception {
        try (EncryptedPool pool = pool()) {
            pool.create("a", SIZE);
            BlockDevice first = pool.open("a", SIZE);
            first.close();
            BlockDevice second = pool.open("a", SIZE);
            first.close();
            assertRefused(Reason.INVALID, "is open", () -> pool.renewKey("a"));
            second.close();
        }
    }

    @Test
    void theKeyFileIsChangedWithoutTouchingTheData() throws Exception {
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");
        Path keys = directory.resolve("keys");
        KeyEncryptionKey.create(first).close();
        KeyEncryptionKey.create(second).close();
        try (EncryptedPool pool = EncryptedPool.open(files(), keys, first, null, Set.of())) {
            pool.create("a", SIZE);
            write(pool.open("a", SIZE), 7);
        }
        byte[] medium = Files.readAllBytes(directory.resolve("pool").resolve("a.ns"));
        // Not before it is rotated: a new device would be under a key that fits none of the others.
        for (int i = 0; i < 2; i++) {
            assertRefused(
                    Reason.INVALID,
                    "name the right file",
                    () -> EncryptedPool.open(files(), keys, second, null, Set.of()));
        }
        EncryptedPool.open(files(), keys, second, first, Set.of()).close();
        try (EncryptedPool pool = EncryptedPool.open(files(), keys, second, null, Set.of())) {
            assertThat(read(pool.open("a", SIZE))).containsOnly(7);
        }
        assertThat(Files.readAllBytes(directory.resolve("pool").resolve("a.ns")))
                .isEqualTo(medium);
    }

    @Test
    void aKeyFileThatIsRefusedGivesThePoolBeneathBack() throws Exception {
        Path none = directory.resolve("none");
        for (int i = 0; i < 2; i++) {
            assertRefused(
                    Reason.IO,
                    none.toString(),
                    () -> EncryptedPool.open(files(), directory.resolve("keys"), none, null, Set.of()));
        }
    }

    @Test
    void aKeyThatCannotBeWrappedAnewStopsNoOtherDevice() throws Exception {
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");
        Path keys = directory.resolve("keys");
        KeyEncryptionKey.create(first).close();
        KeyEncryptionKey.create(second).close();
        try (EncryptedPool pool = EncryptedPool.open(files(), keys, first, null, Set.of())) {
            pool.create("a", SIZE);
            pool.create("b", SIZE);
        }
        Files.write(keys.resolve("a.key"), new byte[] {1});
        try (EncryptedPool pool = EncryptedPool.open(files(), keys, second, first, Set.of())) {
            assertRefused(Reason.INVALID, "damaged", () -> pool.open("a", SIZE));
            pool.open("b", SIZE).close();
        }
    }

    @Test
    void aRefusedCreationLeavesNoKey() throws Exception {
        try (EncryptedPool pool = pool()) {
            assertRefused(Reason.INSUFFICIENT_CAPACITY, () -> pool.create("a", 64 * SIZE));
            assertRefused(Reason.INVALID, () -> pool.create("b", 1));
            assertRefused(Reason.INVALID, () -> pool.create("../c", SIZE));
            assertThat(keyFiles()).isEmpty();
            pool.create("a", SIZE);
            write(pool.open("a", SIZE), 7);
            assertRefused(Reason.EXISTS, () -> pool.create("a", SIZE));
            assertThat(read(pool.open("a", SIZE))).as("with its key").containsOnly(7);
        }
    }

    @Test
    void aRefusedDeletionLeavesTheKey() throws Exception {
        try (EncryptedPool pool = pool()) {
            pool.create("a", SIZE);
            write(pool.open("a", SIZE), 7);
            assertRefused(Reason.INVALID, "retired", () -> pool.delete("a"));
            assertRefused(Reason.NOT_FOUND, () -> pool.delete("b"));
            pool.retire("a");
            assertThat(read(pool.open("a", SIZE))).as("taken back").containsOnly(7);
            assertRefused(Reason.INVALID, "retired", () -> pool.delete("a"));
            assertThat(read(pool.open("a", SIZE))).containsOnly(7);
            pool.retire("a");
            pool.openForErase("a", SIZE).close();
            assertRefused(Reason.INVALID, "retired", () -> pool.delete("a"));
            assertThat(read(pool.open("a", SIZE))).containsOnly(7);
            pool.retire("a");
            pool.delete("a");
            assertThat(keyFiles()).isEmpty();
        }
    }

    @Test
    void aDeviceWhoseKeyIsLostIsNotOpenedButCanBeErased() throws Exception {
        try (EncryptedPool pool = pool()) {
            pool.create("a", SIZE);
            Files.delete(directory.resolve("keys").resolve("a.key"));
            assertRefused(Reason.NOT_FOUND, "there is no key for a", () -> pool.open("a", SIZE));
            pool.renewKey("a");
            pool.openForErase("a", SIZE).close();
            pool.open("a", SIZE).close();
        }
    }

    @Test
    void sweepDestroysKeysWithoutADevice() throws Exception {
        try (EncryptedPool pool = pool()) {
            for (String id : new String[] {"known", "stranger", "prepared"}) {
                pool.create(id, SIZE);
            }
            pool.open("stranger", SIZE).close();
        }
        try (KeyStore keys = TestKeys.store(directory.resolve("keys"))) {
            keys.create("nothing");
        }
        try (EncryptedPool pool = pool()) {
            assertThat(pool.sweep(Set.of("known"))).containsExactly("stranger");
            assertThat(keyFiles()).containsExactlyInAnyOrder("known.key", "stranger.key");
        }
    }

    @Test
    void devicesInMemoryAreMadeAgainAfterARestartUnderAnotherKey() throws Exception {
        Path keys = directory.resolve("keys");
        byte[] before;
        try (EncryptedPool pool = new EncryptedPool(new MemoryPool(SIZE, true), TestKeys.store(keys), Set.of())) {
            pool.create("a", SIZE);
            before = Files.readAllBytes(keys.resolve("a.key"));
        }
        try (EncryptedPool pool = new EncryptedPool(new MemoryPool(SIZE, true), TestKeys.store(keys), Set.of())) {
            assertRefused(Reason.NOT_FOUND, () -> pool.open("a", SIZE));
            pool.create("a", SIZE);
            assertThat(read(pool.open("a", SIZE))).containsOnly(0);
            assertThat(Files.readAllBytes(keys.resolve("a.key"))).isNotEqualTo(before);
        }
    }

    @Test
    void aCrashAtAnyStepOfACreationLeavesNothingBehind() throws Exception {
        for (int at = 1; at <= 6; at++) {
            int step = at;
            FilePool inner = files();
            EncryptedPool pool = crashing(inner, at <= 4 ? at : 0, at - 4);
            assertThatThrownBy(() -> pool.create("a", SIZE))
                    .as("crash %d", step)
                    .isInstanceOf(Crash.class);
            inner.close();
            try (EncryptedPool after = pool()) {
                assertThat(after.sweep(Set.of())).as("crash %d", step).isEmpty();
                assertThat(keyFiles()).as("crash %d", step).isEmpty();
                assertThat(names("pool")).as("crash %d", step).isEmpty();
                after.create("a", SIZE);
                assertThat(read(after.open("a", SIZE))).containsOnly(0);
                after.retire("a");
                after.delete("a");
            }
        }
    }

    @Test
    void aCrashAtAnyStepOfADeletionEndsInTheDeletion() throws Exception {
        for (int at = 1; at <= 6; at++) {
            int step = at;
            try (EncryptedPool pool = pool()) {
                pool.create("a", SIZE);
                write(pool.open("a", SIZE), 7);
            }
            FilePool inner = files();
            EncryptedPool pool = crashing(inner, at <= 4 ? at : 0, at - 4);
            pool.retire("a");
            assertThatThrownBy(() -> pool.delete("a")).as("crash %d", step).isInstanceOf(Crash.class);
            inner.close();
            try (EncryptedPool after = pool()) {
                assertThat(after.sweep(Set.of())).as("crash %d", step).isEmpty();
                assertThat(keyFiles()).as("crash %d", step).isEmpty();
                assertThat(names("pool")).as("crash %d", step).isEmpty();
            }
        }
    }

    @Test
    void aCrashAtAnyStepOfARenewalLeavesADeviceThatOpens() throws Exception {
        try (EncryptedPool pool = pool()) {
            pool.create("a", SIZE);
        }
        for (int at = 1; at <= 10; at++) {
            try (EncryptedPool pool = pool()) {
                write(pool.open("a", SIZE), at);
            }
            int step = at;
            FilePool inner = files();
            EncryptedPool pool = crashing(inner, at, 0);
            assertThatThrownBy(() -> pool.renewKey("a")).as("crash %d", step).isInstanceOf(Crash.class);
            inner.close();
            try (EncryptedPool after = pool()) {
                byte[] content = read(after.open("a", SIZE));
                byte[] written = new byte[4096];
                Arrays.fill(written, (byte) at);
                // Before the new key is in its place all is as it was; afterwards nothing of it can be read.
                assertThat(Arrays.equals(content, written)).as("crash %d", step).isEqualTo(at < 5);
                after.renewKey("a");
                assertThat(Arrays.equals(read(after.open("a", SIZE)), written))
                        .as("crash %d, and once more", step)
                        .isFalse();
            }
        }
    }

    /**
     * @param key the step of the key store at which to crash; 0: none
     * @param beneath 1: before the pool beneath does what it is told, 2: after it; else none
     */
    private EncryptedPool crashing(StoragePool inner, int key, int beneath) throws Exception {
        KeyStore keys = TestKeys.store(directory.resolve("keys"), 1, null, new CrashAt(key));
        return new EncryptedPool(new CrashingPool(inner, beneath), keys, Set.of());
    }

    /** Crashes before or after it makes or deletes a device. */
    private static final class CrashingPool extends DelegatingPool {
        private final int when;

        CrashingPool(StoragePool inner, int when) {
            super(inner);
            this.when = when;
        }

        @FunctionalInterface
        private interface Call {
            void run() throws PoolException;
        }

        private void around(Call call) throws PoolException {
            if (when == 1) {
                throw new Crash();
            }
            call.run();
            if (when == 2) {
                throw new Crash();
            }
        }

        @Override
        public void create(String id, long bytes) throws PoolException {
            around(() -> inner.create(id, bytes));
        }

        @Override
        public void delete(String id) throws PoolException {
            around(() -> inner.delete(id));
        }
    }

    @Test
    void anErasureAndTheOwnerWorkAtTheSameTime() throws Exception {
        try (EncryptedPool pool = pool()) {
            pool.create("wiped", SIZE);
            CompletableFuture<Void> erasing = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < 100; i++) {
                        pool.renewKey("wiped");
                        pool.openForErase("wiped", SIZE).close();
                    }
                } catch (PoolException e) {
                    throw new AssertionError(e);
                }
            });
            for (int i = 0; i < 100; i++) {
                String id = "ns-" + i;
                pool.create(id, SIZE);
                pool.open(id, SIZE).close();
                pool.resize(id, 2 * SIZE);
                pool.retire(id);
                pool.delete(id);
            }
            WaitingQueue.get(erasing);
            assertThat(keyFiles()).containsExactly("wiped.key");
            assertThat(pool.allocated()).isEqualTo(SIZE);
        }
    }
}
