package io.nvmevf.protocol.auth;

/**
 * A secret that the records of one direction of a TLS 1.3 connection are protected with (RFC 8446 §7.2 and §7.3). It is replaced
 * with each KeyUpdate.
 */
public final class TlsTrafficSecret {
    /** Bytes of an AEAD's IV. */
    public static final int IV_LENGTH = 12;

    private static final byte[] NOTHING = {};

    private final DhchapHash hash;
    private final byte[] secret;

    /**
     * @param hash of the cipher suite: SHA-256 with AES-128, SHA-384 with AES-256
     * @param secret as long as the hash; not copied
     */
    public TlsTrafficSecret(DhchapHash hash, byte[] secret) {
        this.hash = hash;
        this.secret = secret;
    }

    /** The AES key: 16 bytes with SHA-256, 32 with SHA-384. */
    public byte[] key() {
        return HkdfLabel.expand(hash, secret, "key", NOTHING, hash == DhchapHash.SHA_256 ? 16 : 32);
    }

    /** What the number of a record is combined with to be its nonce. */
    public byte[] iv() {
        return HkdfLabel.expand(hash, secret, "iv", NOTHING, IV_LENGTH);
    }

    /** The secret after a KeyUpdate. */
    public TlsTrafficSecret next() {
        return new TlsTrafficSecret(hash, HkdfLabel.expand(hash, secret, "traffic upd", NOTHING, hash.length()));
    }
}
