package io.nvmevf.storage.crypt;

import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Keys that are the same in each run. */
final class TestKeys {

    private TestKeys() {}

    static KeyEncryptionKey kek(int number) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) number);
        return new KeyEncryptionKey(bytes);
    }

    static DataKey dataKey(int number) {
        byte[] bytes = new byte[64];
        Arrays.fill(bytes, 0, 32, (byte) number);
        Arrays.fill(bytes, 32, 64, (byte) (number + 1));
        return new DataKey(bytes);
    }

    static KeyStore store(Path directory) throws Exception {
        return KeyStore.open(directory, kek(1), null);
    }

    static KeyStore store(Path directory, int kek, @Nullable Integer previous, KeyStore.Hook hook) throws Exception {
        return KeyStore.open(directory, kek(kek), previous == null ? null : kek(previous), hook);
    }

    /** What tells a device's key from another one. */
    static byte[] fingerprint(KeyStore store, String id) throws Exception {
        try (DataKey key = store.load(id);
                KeyEncryptionKey kek = kek(99)) {
            return key.wrappedBy(kek);
        }
    }

    /** Ends what is under way as a crash would: nothing catches it, nothing is cleaned up. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    /** Crashes at the {@code in}-th step, counted from 1; counts further ones. */
    static final class CrashAt implements KeyStore.Hook {
        private final int in;
        private int seen;

        CrashAt(int in) {
            this.in = in;
        }

        @Override
        public void reached(KeyStore.Step step) {
            if (++seen == in) {
                throw new Crash();
            }
        }

        int seen() {
            return seen;
        }
    }
}
