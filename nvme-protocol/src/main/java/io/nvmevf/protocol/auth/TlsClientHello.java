package io.nvmevf.protocol.auth;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS 1.3 ClientHello (RFC 8446 §4.1.2) says about pre-shared keys: the identities that it offers, and for each a
 * binder, by which the client proves that it knows the PSK (§4.2.11.2).
 *
 * <pre>
 *   | 1 | length 3 | version 2 | random 32 | session id | cipher suites | compression | extensions .. pre_shared_key 41: |
 *   | identities: { identity, age 4 } ..                                    | binders: { binder } .. |
 *   |&lt;---------------------------- what a binder is computed over ---------&gt;|
 * </pre>
 *
 * <p>Everything else in it is for the TLS library.
 */
public final class TlsClientHello {
    /** The longest message that is looked at, in bytes. */
    public static final int MAX_SIZE = 16 << 10;

    /** The most PSKs that are looked at; those beyond are ignored. */
    public static final int MOST_PSKS = 4;

    private static final int CLIENT_HELLO = 1;
    private static final int PRE_SHARED_KEY = 41;
    private static final int VERSION_AND_RANDOM = 2 + 32;
    private static final int AGE = 4;

    private final byte[] message;
    private final int bindersAt;
    private final List<byte[]> identities;
    private final List<byte[]> binders;

    private TlsClientHello(byte[] message, int bindersAt, List<byte[]> identities, List<byte[]> binders) {
        this.message = message;
        this.bindersAt = bindersAt;
        this.identities = identities;
        this.binders = binders;
    }

    /**
     * Reads a handshake message with its header of 4 bytes.
     *
     * @return null if it is no well-formed ClientHello
     */
    public static @Nullable TlsClientHello parse(byte[] message) {
        if (message.length > MAX_SIZE) {
            return null;
        }
        try {
            ByteBuffer b = ByteBuffer.wrap(message);
            if (b.get() != CLIENT_HELLO || length(b, 3) != b.remaining()) {
                return null;
            }
            skip(b, VERSION_AND_RANDOM);
            skip(b, length(b, 1));
            skip(b, length(b, 2));
            skip(b, length(b, 1));
            return extensions(message, b);
        } catch (BufferUnderflowException e) {
            return null;
        }
    }

    private static @Nullable TlsClientHello extensions(byte[] message, ByteBuffer b) {
        if (b.hasRemaining() && length(b, 2) != b.remaining()) {
            return null;
        }
        while (b.hasRemaining()) {
            int type = length(b, 2);
            int end = length(b, 2) + b.position();
            if (type == PRE_SHARED_KEY) {
                // (It is the last one, RFC 8446 §4.2.11.)
                return end == b.limit() ? preSharedKeys(message, b) : null;
            }
            skip(b, end - b.position());
        }
        return new TlsClientHello(message, message.length, List.of(), List.of());
    }

    private static @Nullable TlsClientHello preSharedKeys(byte[] message, ByteBuffer b) {
        ByteBuffer offered = slice(b, length(b, 2));
        int bindersAt = b.position();
        ByteBuffer proofs = slice(b, length(b, 2));
        if (b.hasRemaining()) {
            return null;
        }
        List<byte[]> identities = new ArrayList<>();
        List<byte[]> binders = new ArrayList<>();
        while (offered.hasRemaining()) {
            byte[] identity = bytes(offered, length(offered, 2));
            skip(offered, AGE);
            byte[] binder = bytes(proofs, length(proofs, 1));
            if (identities.size() < MOST_PSKS) {
                identities.add(identity);
                binders.add(binder);
            }
        }
        return proofs.hasRemaining() ? null : new TlsClientHello(message, bindersAt, identities, binders);
    }

    /** How many PSKs it offers, at most {@value #MOST_PSKS}. */
    public int psks() {
        return identities.size();
    }

    /** A copy of the identity of a PSK that it offers. */
    public byte[] identity(int index) {
        return identities.get(index).clone();
    }

    /** The hash function with which the client uses this PSK: that of its binder's length; null if there is none. */
    public @Nullable DhchapHash hash(int index) {
        int length = binders.get(index).length;
        return length == DhchapHash.SHA_256.length()
                ? DhchapHash.SHA_256
                : length == DhchapHash.SHA_384.length() ? DhchapHash.SHA_384 : null;
    }

    /**
     * Whether the client has proved that the PSK of this index is {@code psk}, used with {@link #hash}. Takes the same time wherever the binder is
     * wrong. Only in the first ClientHello of a handshake: a binder of the one after a HelloRetryRequest is over both.
     */
    public boolean proves(int index, TlsPsk psk) {
        DhchapHash hash = hash(index);
        if (hash == null) {
            return false;
        }
        byte[] transcript = hash.digest(Arrays.copyOf(message, bindersAt));
        return MessageDigest.isEqual(binders.get(index), binder(hash, psk.psk(), "ext binder", transcript));
    }

    /** RFC 8446 §4.2.11.2 and §7.1; {@code label} is "ext binder" or "res binder". */
    static byte[] binder(DhchapHash hash, byte[] psk, String label, byte[] transcript) {
        byte[] key = HkdfLabel.extractAndExpand(hash, psk, label, hash.digest(new byte[0]), hash.length());
        return hash.hmac(HkdfLabel.expand(hash, key, "finished", new byte[0], hash.length()), transcript);
    }

    private static int length(ByteBuffer b, int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value = (value << 8) | (b.get() & 0xFF);
        }
        return value;
    }

    private static void skip(ByteBuffer b, int bytes) {
        if (bytes > b.remaining()) {
            throw new BufferUnderflowException();
        }
        b.position(b.position() + bytes);
    }

    private static ByteBuffer slice(ByteBuffer b, int bytes) {
        int at = b.position();
        skip(b, bytes);
        return b.slice(at, bytes);
    }

    private static byte[] bytes(ByteBuffer b, int length) {
        if (length > b.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        b.get(bytes);
        return bytes;
    }
}
