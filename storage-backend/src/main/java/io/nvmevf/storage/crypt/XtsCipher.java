package io.nvmevf.storage.crypt;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.netty.util.concurrent.FastThreadLocal;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;

/**
 * XTS-AES-256 (IEEE Std 1619-2007 §5) over data units of {@value #UNIT} bytes, for one thread at a time.
 *
 * <p>Block {@code j} of data unit {@code i} is {@code AES(key1, block ^ t) ^ t} with the tweak {@code t = AES(key2, i) * a^j}, where
 * {@code i} is a little-endian number of 128 bits and {@code a} the generator of GF(2^128) modulo x^128 + x^7 + x^2 + x + 1.
 *
 * <p>How it is made fast: the JDK's AES in ECB mode runs on the processor's AES instructions, several blocks at a time, only if one
 * call has many blocks, in an array, with another array for the output. So a run of data units is copied into an array, all of its
 * tweaks are computed into a second one, and both are combined by loops over bytes, which the compiler vectorises. The arrays
 * belong to the thread, so that a queue costs only its round keys; nothing is allocated by a call.
 */
final class XtsCipher {

    /** Bytes of a data unit. */
    static final int UNIT = 512;

    /** Bytes that go through the arrays at once: three of them fit into the first or second level cache. */
    private static final int CHUNK = 16 << 10;

    private static final int BLOCK = 16;

    /** x^7 + x^2 + x + 1: what x^128 is reduced to. */
    private static final long REDUCTION = 0x87;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** All of memory, for access by address: slices would be objects. */
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final class Scratch {
        static final FastThreadLocal<Scratch> OF_THREAD = new FastThreadLocal<>() {
            @Override
            protected Scratch initialValue() {
                return new Scratch();
            }
        };

        final byte[] in = new byte[CHUNK];
        final byte[] out = new byte[CHUNK];
        final byte[] tweaks = new byte[CHUNK];
    }

    private final Cipher encryption;
    private final Cipher decryption;
    private final Cipher tweak;

    /** @param key 64 bytes, not kept: only the round keys that the JDK derives from it are */
    XtsCipher(byte[] key) {
        RawKey data = new RawKey(key, 0, 32);
        RawKey second = new RawKey(key, 32, 64);
        try {
            encryption = Cipher.getInstance("AES/ECB/NoPadding");
            decryption = Cipher.getInstance("AES/ECB/NoPadding");
            tweak = Cipher.getInstance("AES/ECB/NoPadding");
            encryption.init(Cipher.ENCRYPT_MODE, data);
            decryption.init(Cipher.DECRYPT_MODE, data);
            tweak.init(Cipher.ENCRYPT_MODE, second);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES with keys of 256 bits", e);
        } finally {
            data.destroy();
            second.destroy();
        }
    }

    /**
     * Puts new round keys in the place of the key's; the cipher is useless afterwards. The JDK (seen in 25) writes over the arrays of the
     * old ones.
     */
    void clear() {
        RawKey none = new RawKey(new byte[32], 0, 32);
        try {
            encryption.init(Cipher.ENCRYPT_MODE, none);
            decryption.init(Cipher.DECRYPT_MODE, none);
            tweak.init(Cipher.ENCRYPT_MODE, none);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES refused a key of 256 bits, which it has taken before", e);
        }
    }

    /**
     * Encrypts {@code length} bytes of memory, a multiple of {@value #UNIT}, into other memory.
     *
     * @param unit the number of the first data unit
     * @param source address
     * @param target address; the same or no overlap
     */
    void encrypt(long unit, long source, long target, int length) {
        Scratch scratch = Scratch.OF_THREAD.get();
        for (int done = 0; done < length; done += CHUNK) {
            int piece = Math.min(CHUNK, length - done);
            apply(encryption, scratch, unit + done / UNIT, source + done, target + done, piece);
        }
    }

    /**
     * Decrypts {@code length} bytes of memory, a multiple of {@value #UNIT}, in place. A data unit of zeros stays as it is.
     *
     * <p>That loses nothing: for each key and data unit there is one content of 2^4096 whose ciphertext is all zeros, and to find it one
     * needs the key. All zeros as content are not it, but with the same probability.
     */
    void decrypt(long unit, long address, int length) {
        Scratch scratch = Scratch.OF_THREAD.get();
        int at = 0;
        while (at < length) {
            if (isZero(address + at)) {
                at += UNIT;
                continue;
            }
            int end = at + UNIT;
            int limit = Math.min(length, at + CHUNK);
            while (end < limit && !isZero(address + end)) {
                end += UNIT;
            }
            apply(decryption, scratch, unit + at / UNIT, address + at, address + at, end - at);
            at = end;
        }
    }

    /** Almost always decided by the first eight bytes. */
    private static boolean isZero(long address) {
        for (int i = 0; i < UNIT; i += Long.BYTES) {
            if (MEMORY.get(JAVA_LONG_UNALIGNED, address + i) != 0) {
                return false;
            }
        }
        return true;
    }

    private void apply(Cipher cipher, Scratch scratch, long unit, long source, long target, int length) {
        byte[] in = scratch.in;
        byte[] out = scratch.out;
        byte[] tweaks = scratch.tweaks;
        try {
            tweaks(scratch, unit, length / UNIT);
            MemorySegment.copy(MEMORY, JAVA_BYTE, source, in, 0, length);
            xor(in, tweaks, length);
            cipher.update(in, 0, length, out, 0);
            xor(out, tweaks, length);
            MemorySegment.copy(out, 0, MEMORY, JAVA_BYTE, target, length);
        } catch (ShortBufferException e) {
            throw new AssertionError("ECB without padding makes no more than it gets", e);
        }
    }

    private void tweaks(Scratch scratch, long unit, int units) throws ShortBufferException {
        byte[] in = scratch.in;
        byte[] first = scratch.out;
        byte[] tweaks = scratch.tweaks;
        for (int i = 0; i < units; i++) {
            LONGS.set(in, i * BLOCK, unit + i);
            LONGS.set(in, i * BLOCK + Long.BYTES, 0L);
        }
        tweak.update(in, 0, units * BLOCK, first, 0);
        for (int i = 0; i < units; i++) {
            long low = (long) LONGS.get(first, i * BLOCK);
            long high = (long) LONGS.get(first, i * BLOCK + Long.BYTES);
            int end = (i + 1) * UNIT;
            for (int at = i * UNIT; at < end; at += BLOCK) {
                LONGS.set(tweaks, at, low);
                LONGS.set(tweaks, at + Long.BYTES, high);
                long carry = high >> 63 & REDUCTION;
                high = high << 1 | low >>> 63;
                low = low << 1 ^ carry;
            }
        }
    }

    private static void xor(byte[] data, byte[] with, int length) {
        for (int i = 0; i < length; i++) {
            data[i] ^= with[i];
        }
    }
}
