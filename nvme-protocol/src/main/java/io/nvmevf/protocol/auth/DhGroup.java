package io.nvmevf.protocol.auth;

import java.math.BigInteger;
import javax.crypto.spec.DHParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Diffie-Hellman groups by the identifiers of DH-HMAC-CHAP (NVMe Base 2.1 §8.3.4.5.2): none, or one of the finite field
 * groups of RFC 7919 with generator 2.
 *
 * <p>The JDK's own DH parameters are the older MODP groups, so the primes are computed as RFC 7919 defines them:
 * p = 2^b - 2^(b-64) + (floor(2^(b-130) e) + X) 2^64 - 1.
 */
public enum DhGroup {
    /** No exchange: the protocol is HMAC-CHAP. */
    NULL(0, 0, 0, 0),
    FFDHE2048(1, 2048, 560_316, 256),
    FFDHE3072(2, 3072, 2_625_351, 275),
    FFDHE4096(3, 4096, 5_736_041, 325),
    FFDHE6144(4, 6144, 15_705_020, 375),
    FFDHE8192(5, 8192, 10_965_728, 400);

    /** Length of the longest public value in bytes. */
    public static final int MAX_LENGTH = 1024;

    private final int id;
    private final int bits;
    private final int exponentBits;
    private final BigInteger prime;

    /**
     * @param x the X of RFC 7919 appendix A
     * @param exponentBits bits of a private exponent: the least that appendix A advises, but no less than the 256 of
     *     NVMe Base
     */
    DhGroup(int id, int bits, int x, int exponentBits) {
        this.id = id;
        this.bits = bits;
        this.exponentBits = exponentBits;
        this.prime = bits == 0 ? BigInteger.ZERO : prime(bits, x);
    }

    /** The group with this identifier, or null for one that is reserved or vendor specific. */
    public static @Nullable DhGroup of(int id) {
        for (DhGroup group : values()) {
            if (group.id == id) {
                return group;
            }
        }
        return null;
    }

    /** Identifier, 0 to 5. */
    public int id() {
        return id;
    }

    /** Length in bytes of the prime, which is that of a public value and of a shared secret; 0 for {@link #NULL}. */
    public int length() {
        return bits / 8;
    }

    /**
     * Prime, generator, and size of the private exponent.
     *
     * @throws IllegalStateException for {@link #NULL}
     */
    public DHParameterSpec parameters() {
        if (bits == 0) {
            throw new IllegalStateException("the NULL group has no parameters");
        }
        return new DHParameterSpec(prime, BigInteger.TWO, exponentBits);
    }

    private static BigInteger prime(int bits, int x) {
        BigInteger one = BigInteger.ONE;
        return one.shiftLeft(bits)
                .subtract(one.shiftLeft(bits - 64))
                .add(eulersNumber(bits - 130).add(BigInteger.valueOf(x)).shiftLeft(64))
                .subtract(one);
    }

    /**
     * floor(2^scale e), as the sum of 1/k! with so many guard bits that what is cut off from each term does not matter.
     */
    private static BigInteger eulersNumber(int scale) {
        int guard = 64;
        BigInteger term = BigInteger.ONE.shiftLeft(scale + guard);
        BigInteger sum = term;
        for (int k = 1; term.signum() != 0; k++) {
            term = term.divide(BigInteger.valueOf(k));
            sum = sum.add(term);
        }
        return sum.shiftRight(guard);
    }

    /** For people: "ffdhe2048", or "NULL". */
    @Override
    public String toString() {
        return bits == 0 ? "NULL" : "ffdhe" + bits;
    }
}
