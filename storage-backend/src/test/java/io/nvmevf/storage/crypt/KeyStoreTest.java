package io.nvmevf.storage.crypt;

import static io.nvmevf.storage.conformance.Refusals.assertRefused;
import static io.nvmevf.storage.crypt.TestKeys.fingerprint;
import static io.nvmevf.storage.crypt.TestKeys.kek;
import static io.nvmevf.storage.crypt.TestKeys.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.storage.PoolException.Reason;
import io.nvmevf.storage.crypt.KeyStore.Step;
import io.nvmevf.storage.crypt.TestKeys.Crash;
import io.nvmevf.storage.crypt.TestKeys.CrashAt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyStoreTest {

    @TempDir
    Path parent;

    private Path directory;

    @BeforeEach
    void nameDirectory() {
        directory = parent.resolve("keys");
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private Set<String> files() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return Set.copyOf(files.map(file -> file.getFileName().toString()).toList());
        }
    }

    @Test
    void keepsAKeyForEachDevice() throws Exception {
        byte[] first;
        try (KeyStore store = store(directory)) {
            store.create("a");
            store.create("b");
            first = fingerprint(store, "a");
            assertThat(fingerprint(store, "b")).isNotEqualTo(first);
            assertRefused(Reason.EXISTS, () -> store.create("a"));
            assertRefused(Reason.NOT_FOUND, "erase the device", () -> store.load("c"));
            assertRefused(Reason.INVALID, () -> store.create("../a"));
            assertThat(store.has("a")).isTrue();
            assertThat(store.has("c")).isFalse();
        }
        assertThat(files()).containsExactlyInAnyOrder("a.key", "b.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("a.key"))))
                .isEqualTo("rw-------");
        try (KeyStore again = store(directory)) {
            assertThat(fingerprint(again, "a")).isEqualTo(first);
        }
    }

    @Test
    void refusesAKeyThatIsWrappedByAnotherOne() throws Exception {
        try (KeyStore store = store(directory)) {
            store.create("a");
        }
        try (KeyStore other = store(directory, 2, null, KeyStore.Hook.NONE);
                KeyEncryptionKey right = kek(1);
                KeyEncryptionKey wrong = kek(2)) {
            assertRefused(
                    Reason.INVALID,
                    "wrapped by the key-encryption key " + right.id() + ", not by " + wrong.id(),
                    () -> other.load("a"));
        }
    }

    @Test
    void noticesAnyDamageAndTheFileOfAnotherDevice() throws Exception {
        try (KeyStore store = store(directory)) {
            store.create("a");
            byte[] good = Files.readAllBytes(file("a.key"));
            for (int i = 0; i < good.length; i++) {
                byte[] bad = good.clone();
                bad[i] ^= 1;
                Files.write(file("a.key"), bad);
                assertRefused(Reason.INVALID, "damaged", () -> store.load("a"));
            }
            for (int length : new int[] {0, 1, good.length - 1, good.length + 1}) {
                Files.write(file("a.key"), Arrays.copyOf(good, length));
                assertRefused(Reason.INVALID, "damaged", () -> store.load("a"));
            }
            Files.write(file("b.key"), good);
            assertRefused(Reason.INVALID, "is the key of a", () -> store.load("b"));
            Files.write(file("a.key"), good);
            store.load("a").destroy();
        }
    }

    @Test
    void destroyingWritesOverTheFileBeforeItGoes() throws Exception {
        try (KeyStore store = store(directory)) {
            store.create("a");
            byte[] before = Files.readAllBytes(file("a.key"));
            Files.createLink(file("spy"), file("a.key"));
            store.destroy("a");
            assertThat(files()).containsExactly("spy");
            assertDestroyed(Files.readAllBytes(file("spy")), before);
            store.destroy("a");
        }
    }

    /** No eight bytes that follow each other are where they were. */
    private static void assertDestroyed(byte[] now, byte[] before) {
        assertThat(now).hasSameSizeAs(before);
        for (int i = 0; i + 8 <= now.length; i += 8) {
            assertThat(Arrays.copyOfRange(now, i, i + 8))
                    .as("bytes from %d", i)
                    .isNotEqualTo(Arrays.copyOfRange(before, i, i + 8));
        }
    }

    @Test
    void renewingMakesAnotherKeyAndDestroysTheOldOne() throws Exception {
        try (KeyStore store = store(directory)) {
            store.create("a");
            byte[] key = fingerprint(store, "a");
            byte[] before = Files.readAllBytes(file("a.key"));
            Files.createLink(file("spy"), file("a.key"));
            store.renew("a");
            assertThat(fingerprint(store, "a")).isNotEqualTo(key);
            assertDestroyed(Files.readAllBytes(file("spy")), before);
            assertThat(files()).containsExactlyInAnyOrder("a.key", "spy");
            store.renew("without");
            store.load("without").destroy();
        }
    }

    @Test
    void sweepingDestroysOnlyWhatIsNotKnown() throws Exception {
        try (KeyStore store = store(directory)) {
            store.create("a");
            store.create("b");
            byte[] before = Files.readAllBytes(file("b.key"));
            Files.createLink(file("spy"), file("b.key"));
            store.sweep(Set.of("a", "c"));
            assertThat(store.has("a")).isTrue();
            assertThat(store.has("b")).isFalse();
            assertDestroyed(Files.readAllBytes(file("spy")), before);
        }
    }

    @Test
    void aChangeOfTheKeyEncryptionKeyLeavesTheKeysAsTheyAre() throws Exception {
        byte[] a;
        try (KeyStore store = store(directory)) {
            store.create("a");
            store.create("b");
            a = fingerprint(store, "a");
        }
        try (KeyStore store = store(directory, 2, 1, KeyStore.Hook.NONE)) {
            assertThat(fingerprint(store, "a")).isEqualTo(a);
            store.create("c"); // by the new one already
            byte[] before = Files.readAllBytes(file("a.key"));
            Files.createLink(file("spy"), file("a.key"));
            assertThat(store.rewrapAll(kek(2))).isEqualTo(2);
            assertDestroyed(Files.readAllBytes(file("spy")), before);
            assertThat(fingerprint(store, "a")).isEqualTo(a);
            assertThat(store.rewrapAll(kek(3))).as("at run time").isEqualTo(3);
            assertThat(store.rewrapAll(kek(3))).isZero();
        }
        try (KeyStore store = store(directory, 3, null, KeyStore.Hook.NONE)) {
            assertThat(fingerprint(store, "a")).isEqualTo(a);
            store.load("b").destroy();
            store.load("c").destroy();
        }
    }

    @Test
    void aKeyThatCannotBeWrappedAnewDoesNotStopTheOthers() throws Exception {
        try (KeyStore store = store(directory)) {
            store.create("a");
            store.create("b");
            store.create("c");
        }
        Files.write(file("b.key"), new byte[160]);
        try (KeyStore store = store(directory, 2, 1, KeyStore.Hook.NONE)) {
            assertRefused(Reason.INVALID, "b.key is damaged", () -> store.rewrapAll(kek(2)));
        }
        try (KeyStore store = store(directory, 2, null, KeyStore.Hook.NONE)) {
            store.load("a").destroy();
            store.load("c").destroy();
        }
    }

    @Test
    void aCrashWhileAKeyIsMadeLeavesItOrNothing() throws Exception {
        int steps = stepsOf(store -> store.create("a"), Step.FRESH_WRITTEN, Step.RENAME_SYNCED);
        for (int at = 1; at <= steps; at++) {
            crash(at, store -> store.create("a"));
            try (KeyStore store = store(directory)) {
                assertThat(files()).as("crash %d", at).isSubsetOf("a.key");
                if (store.has("a")) {
                    store.load("a").destroy();
                } else {
                    store.create("a");
                }
                store.destroy("a");
            }
        }
    }

    @Test
    void aCrashWhileAKeyIsRenewedLeavesTheOldOneOrTheNewOne() throws Exception {
        try (KeyStore store = store(directory)) {
            store.create("a");
        }
        int steps = stepsOf(store -> store.renew("a"), Step.values());
        boolean[] seen = new boolean[2];
        for (int at = 1; at <= steps; at++) {
            byte[] before = Files.readAllBytes(file("a.key"));
            byte[] old;
            try (KeyStore store = store(directory)) {
                old = fingerprint(store, "a");
            }
            Files.createLink(file("spy"), file("a.key"));
            crash(at, store -> store.renew("a"));
            try (KeyStore store = store(directory)) {
                byte[] spy = Files.readAllBytes(file("spy"));
                boolean isOld = Arrays.equals(fingerprint(store, "a"), old);
                if (isOld) {
                    assertThat(spy).as("crash %d", at).isEqualTo(before);
                } else {
                    assertDestroyed(spy, before);
                }
                seen[isOld ? 0 : 1] = true;
                assertThat(files()).as("crash %d", at).containsExactlyInAnyOrder("a.key", "spy");
                store.renew("a");
                assertThat(fingerprint(store, "a")).as("crash %d", at).isNotEqualTo(old);
            }
            Files.delete(file("spy"));
        }
        assertThat(seen).as("both outcomes").containsExactly(true, true);
    }

    @Test
    void aCrashWhileKeysAreWrappedAnewLosesNone() throws Exception {
        byte[] a;
        byte[] b;
        try (KeyStore store = store(directory)) {
            store.create("a");
            store.create("b");
            a = fingerprint(store, "a");
            b = fingerprint(store, "b");
        }
        int old = 1;
        int steps = 20; // ten for each of the two
        for (int at = 1; at <= steps; at++) {
            int next = old + 1;
            CrashAt hook = new CrashAt(at);
            KeyStore crashing = store(directory, next, old, hook);
            assertThatThrownBy(() -> crashing.rewrapAll(kek(next))).isInstanceOf(Crash.class);
            try (KeyStore store = store(directory, next, old, KeyStore.Hook.NONE)) {
                assertThat(fingerprint(store, "a")).as("crash %d", at).isEqualTo(a);
                assertThat(fingerprint(store, "b")).as("crash %d", at).isEqualTo(b);
                store.rewrapAll(kek(next));
            }
            try (KeyStore store = store(directory, next, null, KeyStore.Hook.NONE)) {
                assertThat(fingerprint(store, "a"))
                        .as("crash %d, at its end", at)
                        .isEqualTo(a);
                assertThat(fingerprint(store, "b"))
                        .as("crash %d, at its end", at)
                        .isEqualTo(b);
            }
            assertThat(files()).containsExactlyInAnyOrder("a.key", "b.key");
            old = next;
        }
        CrashAt counting = new CrashAt(Integer.MAX_VALUE);
        try (KeyStore store = store(directory, old + 1, old, counting)) {
            store.rewrapAll(kek(old + 1));
        }
        assertThat(counting.seen()).as("no step was left out").isEqualTo(steps);
    }

    @Test
    void aCrashWhileAKeyIsDestroyedLeavesItsFileToTheSweep() throws Exception {
        for (int at = 1; at <= 4; at++) {
            try (KeyStore store = store(directory)) {
                store.create("a");
            }
            crash(at, store -> store.destroy("a"));
            try (KeyStore store = store(directory)) {
                store.sweep(Set.of());
            }
            assertThat(files()).as("crash %d", at).isEmpty();
        }
    }

    @FunctionalInterface
    private interface Operation {
        void on(KeyStore store) throws Exception;
    }

    /** How many steps the operation has, without a crash; it goes through all that are named. */
    private int stepsOf(Operation operation, Step... expected) throws Exception {
        int[] count = new int[1];
        EnumSet<Step> seen = EnumSet.noneOf(Step.class);
        try (KeyStore store = store(directory, 1, null, step -> {
            count[0]++;
            seen.add(step);
        })) {
            operation.on(store);
            assertThat(seen).contains(expected);
            if (!seen.contains(Step.OVERWRITTEN)) {
                int steps = count[0];
                store.destroy("a");
                return steps;
            }
        }
        return count[0];
    }

    private void crash(int at, Operation operation) throws Exception {
        KeyStore store = store(directory, 1, null, new CrashAt(at));
        assertThatThrownBy(() -> operation.on(store)).as("crash %d", at).isInstanceOf(Crash.class);
    }
}
