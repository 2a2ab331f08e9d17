package io.nvmevf.storage.crypt;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The key of one device: 64 bytes, the first half encrypts data and the second half tweaks. Thread-safe.
 *
 * <p>Once it is destroyed, its bytes are zero and queues that still exist answer every read and write with an error. A queue drops the
 * round keys that the JDK's cipher made for it when it next sees a request, or is closed.
 */
public final class DataKey implements AutoCloseable {

    /** Bytes. */
    static final int LENGTH = 64;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] bytes;
    private volatile boolean destroyed;

    /** @param bytes taken over, not copied; two different halves */
    DataKey(byte[] bytes) {
        if (bytes.length != LENGTH || halvesAreEqual(bytes)) {
            throw new IllegalArgumentException("a key is 64 bytes with two different halves");
        }
        this.bytes = bytes;
    }

    /** A new one. */
    public static DataKey random() {
        byte[] bytes = new byte[LENGTH];
        do {
            RANDOM.nextBytes(bytes);
        } while (halvesAreEqual(bytes)); // XTS with two equal halves is weak; once in 2^256 keys
        return new DataKey(bytes);
    }

    static boolean halvesAreEqual(byte[] bytes) {
        byte[] first = Arrays.copyOfRange(bytes, 0, LENGTH / 2);
        byte[] second = Arrays.copyOfRange(bytes, LENGTH / 2, LENGTH);
        boolean equal = MessageDigest.isEqual(first, second);
        Arrays.fill(first, (byte) 0);
        Arrays.fill(second, (byte) 0);
        return equal;
    }

    public boolean isDestroyed() {
        return destroyed;
    }

    /** A cipher for one queue; null if the key is destroyed. */
    synchronized @Nullable XtsCipher newCipher() {
        return destroyed ? null : new XtsCipher(bytes);
    }

    /** Wrapped for the medium. */
    synchronized byte[] wrappedBy(KeyEncryptionKey kek) {
        if (destroyed) {
            throw new IllegalStateException("the key is destroyed");
        }
        return kek.wrap(bytes);
    }

    /** Clears the key. Harmless if that was done before. */
    public synchronized void destroy() {
        destroyed = true;
        Arrays.fill(bytes, (byte) 0);
    }

    /** The same as {@link #destroy}. */
    @Override
    public void close() {
        destroy();
    }

    @Override
    public String toString() {
        return destroyed ? "a destroyed key" : "a key";
    }
}
