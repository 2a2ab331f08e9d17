package io.nvmevf.protocol.auth;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Hash functions by the identifiers of DH-HMAC-CHAP (NVMe Base 2.1 §8.3.4.5.2). The key texts and TLS PSK identities
 * use the same numbers; TLS knows only the first two.
 */
public enum DhchapHash {
    SHA_256(1, 32, "SHA-256", "HmacSHA256", "HKDF-SHA256"),
    SHA_384(2, 48, "SHA-384", "HmacSHA384", "HKDF-SHA384"),
    SHA_512(3, 64, "SHA-512", "HmacSHA512", "HKDF-SHA512");

    /** Longest hash in bytes. */
    public static final int MAX_LENGTH = 64;

    private final int id;
    private final int length;
    private final String digestName;
    private final String hmacName;
    private final String hkdfName;

    DhchapHash(int id, int length, String digestName, String hmacName, String hkdfName) {
        this.id = id;
        this.length = length;
        this.digestName = digestName;
        this.hmacName = hmacName;
        this.hkdfName = hkdfName;
    }

    /** The hash function with this identifier, or null for one that is reserved or vendor specific. */
    public static @Nullable DhchapHash of(int id) {
        for (DhchapHash hash : values()) {
            if (hash.id == id) {
                return hash;
            }
        }
        return null;
    }

    /** Identifier, 1 to 3. */
    public int id() {
        return id;
    }

    /** Length of a hash in bytes. */
    public int length() {
        return length;
    }

    /** The hash of {@code data}. */
    public byte[] digest(byte[] data) {
        try {
            return MessageDigest.getInstance(digestName).digest(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks " + digestName, e);
        }
    }

    /** HMAC (RFC 2104) of the concatenation of {@code parts}; {@code key} must not be empty. */
    public byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(hmacName);
            mac.init(new SecretKeySpec(key, hmacName));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks " + hmacName, e);
        }
    }

    /** The JDK's name of HKDF with this hash function. */
    String hkdfName() {
        return hkdfName;
    }

    /** For people: "SHA-256". */
    @Override
    public String toString() {
        return digestName;
    }
}
