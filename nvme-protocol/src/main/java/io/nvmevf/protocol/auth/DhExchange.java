package io.nvmevf.protocol.auth;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import javax.crypto.KeyAgreement;
import javax.crypto.interfaces.DHPublicKey;
import javax.crypto.spec.DHParameterSpec;
import javax.crypto.spec.DHPrivateKeySpec;
import javax.crypto.spec.DHPublicKeySpec;

/**
 * One side of a Diffie-Hellman exchange (NVMe Base 2.1 §8.3.4.5): a private exponent that is used once, the public
 * value to be sent, and the secret that follows from the other side's. Making one and {@link #sharedSecret} take
 * milliseconds each.
 */
public final class DhExchange {
    private final DhGroup group;
    private final PrivateKey privateKey;
    private final BigInteger publicValue;

    private DhExchange(DhGroup group, PrivateKey privateKey, BigInteger publicValue) {
        this.group = group;
        this.privateKey = privateKey;
        this.publicValue = publicValue;
    }

    /**
     * A new private exponent.
     *
     * @throws IllegalStateException for {@link DhGroup#NULL}
     */
    public static DhExchange generate(DhGroup group, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("DH");
            generator.initialize(group.parameters(), random);
            var pair = generator.generateKeyPair();
            return new DhExchange(group, pair.getPrivate(), ((DHPublicKey) pair.getPublic()).getY());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot make a key of " + group, e);
        }
    }

    /** With a private exponent that is known, for test vectors. */
    static DhExchange of(DhGroup group, BigInteger exponent) throws GeneralSecurityException {
        DHParameterSpec spec = group.parameters();
        PrivateKey key =
                KeyFactory.getInstance("DH").generatePrivate(new DHPrivateKeySpec(exponent, spec.getP(), spec.getG()));
        return new DhExchange(group, key, spec.getG().modPow(exponent, spec.getP()));
    }

    public DhGroup group() {
        return group;
    }

    /** What the other side is sent: big endian, {@link DhGroup#length()} bytes. */
    public byte[] publicValue() {
        byte[] bytes = publicValue.toByteArray();
        byte[] padded = new byte[group.length()];
        int length = Math.min(bytes.length, padded.length);
        System.arraycopy(bytes, bytes.length - length, padded, padded.length - length, length);
        return padded;
    }

    /**
     * The shared secret: big endian, {@link DhGroup#length()} bytes with its leading zeros.
     *
     * @param peer the other side's public value, big endian. It may be shorter than the prime: there are hosts that
     *     leave leading zeros out
     * @throws AuthMessageException (incorrect payload) when it is longer than the prime, or not in 2 to p-2
     */
    public byte[] sharedSecret(byte[] peer) throws AuthMessageException {
        DHParameterSpec spec = group.parameters();
        if (peer.length > group.length()) {
            throw AuthMessageException.payload("a DH value of " + peer.length + " bytes for " + group);
        }
        BigInteger y = new BigInteger(1, peer);
        if (y.compareTo(BigInteger.TWO) < 0 || y.compareTo(spec.getP().subtract(BigInteger.TWO)) > 0) {
            throw AuthMessageException.payload("a DH value outside 2 to p-2");
        }
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("DH");
            agreement.init(privateKey);
            agreement.doPhase(
                    KeyFactory.getInstance("DH").generatePublic(new DHPublicKeySpec(y, spec.getP(), spec.getG())),
                    true);
            return agreement.generateSecret();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot exchange keys of " + group, e);
        }
    }
}
