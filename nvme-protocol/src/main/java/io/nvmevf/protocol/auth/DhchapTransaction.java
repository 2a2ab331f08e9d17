package io.nvmevf.protocol.auth;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of one DH-HMAC-CHAP transaction know once it is negotiated, and what they compute from it (NVMe Base
 * 2.1 §8.3.4.5.4, §8.3.4.5.5, §8.3.4.5.9). Integers are little endian.
 *
 * <pre>
 *   Ks  = H(g^xy mod p)                                       session key, with a DH group only
 *   Ca  = HMAC(Ks, C), or C without a group                   augmented challenge
 *   R1  = HMAC(Kh, Ca1 || S1 || T_ID || SC_C || "HostHost"   || NQNh || 00h || NQNc)
 *   R2  = HMAC(Kc, Ca2 || S2 || T_ID || SC_C || "Controller" || NQNc || 00h || NQNh)
 *   PSK = HMAC(Ks, C1 || C2)                                  for a TLS channel that follows
 * </pre>
 *
 * <p>Compare a response with {@link java.security.MessageDigest#isEqual}.
 *
 * @param hash the hash function that was selected
 * @param tid transaction identifier, 0 to FFFFh
 * @param scc SC_C of the AUTH_Negotiate, 0 to FFh
 * @param hostnqn NQN of the host
 * @param subnqn NQN of the subsystem
 * @param sessionKey Ks, or null with {@link DhGroup#NULL}; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; and it must not show what is in the array.
public record DhchapTransaction(
        DhchapHash hash, int tid, int scc, String hostnqn, String subnqn, byte @Nullable [] sessionKey) {

    /** The transaction after an exchange; {@code sharedSecret} is null with {@link DhGroup#NULL}. */
    public static DhchapTransaction of(
            DhchapHash hash, int tid, int scc, String hostnqn, String subnqn, byte @Nullable [] sharedSecret) {
        byte[] sessionKey = sharedSecret == null ? null : hash.digest(sharedSecret);
        return new DhchapTransaction(hash, tid, scc, hostnqn, subnqn, sessionKey);
    }

    /**
     * The same with another SC_C. Linux hosts from 6.15 until a fix of October 2025 (6.18, and 6.17 stable) send their
     * SC_C in AUTH_Negotiate but compute R1 with 0. (R2 they compute with 0 to this day, but with an SC_C other than 0
     * they ask for none.)
     */
    public DhchapTransaction withScc(int other) {
        return new DhchapTransaction(hash, tid, other, hostnqn, subnqn, sessionKey);
    }

    /**
     * R1, by which the host proves that it has {@code secret}.
     *
     * @param challenge C1
     * @param seqnum S1
     */
    public byte[] hostResponse(DhchapSecret secret, byte[] challenge, int seqnum) {
        return response(secret, challenge, seqnum, "HostHost", hostnqn, subnqn);
    }

    /**
     * R2, by which the controller proves that it has {@code secret}.
     *
     * @param challenge C2
     * @param seqnum S2
     */
    public byte[] controllerResponse(DhchapSecret secret, byte[] challenge, int seqnum) {
        return response(secret, challenge, seqnum, "Controller", subnqn, hostnqn);
    }

    /**
     * The generated PSK, input of {@link TlsPsk#generated}; as long as the hash.
     *
     * @throws IllegalStateException without a session key
     */
    public byte[] generatedPsk(byte[] c1, byte[] c2) {
        if (sessionKey == null) {
            throw new IllegalStateException("the NULL group makes no session key");
        }
        return hash.hmac(sessionKey, c1, c2);
    }

    /** Ca: {@code challenge} itself, or what the session key makes of it. */
    public byte[] augment(byte[] challenge) {
        return sessionKey == null ? challenge : hash.hmac(sessionKey, challenge);
    }

    private byte[] response(DhchapSecret secret, byte[] challenge, int seqnum, String role, String self, String other) {
        byte[] numbers = ByteBuffer.allocate(7)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(seqnum)
                .putShort((short) tid)
                .put((byte) scc)
                .array();
        byte[] names = (role + self + '\0' + other).getBytes(StandardCharsets.UTF_8);
        return hash.hmac(secret.key(self), augment(challenge), numbers, names);
    }
}
