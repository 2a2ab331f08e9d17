package io.nvmevf.server.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.auth.AuthFailure;
import io.nvmevf.protocol.auth.AuthMessage;
import io.nvmevf.protocol.auth.AuthMessageException;
import io.nvmevf.protocol.auth.AuthNegotiate;
import io.nvmevf.protocol.auth.DhExchange;
import io.nvmevf.protocol.auth.DhGroup;
import io.nvmevf.protocol.auth.DhchapChallenge;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapReply;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.DhchapSuccess1;
import io.nvmevf.protocol.auth.DhchapSuccess2;
import io.nvmevf.protocol.auth.DhchapTransaction;
import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.server.control.HostKey;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The controller's side of one DH-HMAC-CHAP transaction (NVMe Base 2.1 §8.3.4.5). Messages take turns: the host's goes in by
 * {@link #take}, the answer is {@link #answer} until {@link #answered} says that the host has it.
 *
 * <pre>
 *   NEGOTIATE ─take─▶ CHALLENGE ─answered─▶ REPLY ─take─▶ SUCCESS1 ─answered─▶ AUTHENTICATED
 *                                                            └─ if the host asked for a proof ─▶ SUCCESS2 ─take─▶ AUTHENTICATED
 *   any ── a message that is wrong, or out of turn ─▶ FAILURE1 ─answered─▶ FAILED
 *   any but NEGOTIATE ── AUTH_Failure2 ─▶ FAILED
 * </pre>
 *
 * <p>{@link #take} may last for milliseconds (Diffie-Hellman), so it is for a worker. One thread at a time. Nothing here
 * waits, sends, logs or knows a time.
 */
final class DhchapResponder {
    /** What is to happen next. */
    enum State {
        /** The host negotiates. */
        NEGOTIATE,
        /** The host gets its challenge. */
        CHALLENGE,
        /** The host replies. */
        REPLY,
        /** The host gets to know that it is authenticated. */
        SUCCESS1,
        /** The host says that the controller is authenticated, too. */
        SUCCESS2,
        /** Nothing: it is over, and well. */
        AUTHENTICATED,
        /** The host gets to know that it failed. */
        FAILURE1,
        /** Nothing: it is over, and failed. */
        FAILED
    }

    /** What the target chooses where it may choose: the strongest hash. */
    private static final List<DhchapHash> HASHES = List.of(DhchapHash.SHA_512, DhchapHash.SHA_384, DhchapHash.SHA_256);
    /**
     * Of a PSK for TLS: those that TLS has cipher suites with. Every host can use one for SHA-256; GnuTLS before 3.8.11 cannot use
     * one for SHA-384.
     */
    private static final List<DhchapHash> TLS_HASHES = List.of(DhchapHash.SHA_256, DhchapHash.SHA_384);
    /** The group that is strong enough for years, then those that are stronger and slower, then the weaker. */
    private static final List<DhGroup> GROUPS = List.of(
            DhGroup.FFDHE3072,
            DhGroup.FFDHE4096,
            DhGroup.FFDHE6144,
            DhGroup.FFDHE8192,
            DhGroup.FFDHE2048,
            DhGroup.NULL);

    /** What was agreed upon, and what belongs to it. */
    @SuppressWarnings("ArrayRecordComponent") // Made once, never compared.
    private record Agreed(
            int scc,
            DhchapHash hash,
            DhGroup group,
            byte[] challenge,
            @Nullable DhExchange exchange) {

        /** Whether a PSK for TLS is to come of it. */
        boolean makesPsk() {
            return scc != AuthNegotiate.SCC_NONE;
        }
    }

    private final HostKey key;
    private final String subnqn;
    private final SecureRandom random;
    private final int seqnum;
    private final Set<Integer> sccs;

    private State state = State.NEGOTIATE;
    private int tid;
    private @Nullable Agreed agreed;
    private @Nullable AuthMessage answer;
    private HostKey.@Nullable Pair proven;
    private @Nullable TlsPsk generated;
    private boolean bidirectional;
    private @Nullable String failure;
    private int explanation;

    /**
     * @param key the host's
     * @param subnqn NQN of the subsystem
     * @param seqnum S1, not 0
     * @param sccs what the host may ask for in SC_C ({@code AuthNegotiate.SCC_} values)
     */
    DhchapResponder(HostKey key, String subnqn, SecureRandom random, int seqnum, Set<Integer> sccs) {
        this.key = key;
        this.subnqn = subnqn;
        this.random = random;
        this.seqnum = seqnum;
        this.sccs = sccs;
    }

    State state() {
        return state;
    }

    /** What the host is to get next; null if it is the host's turn, or nobody's. */
    @Nullable
    AuthMessage answer() {
        return answer;
    }

    /** The host has the answer. */
    void answered() {
        answer = null;
        state = switch (state) {
            case CHALLENGE -> State.REPLY;
            case SUCCESS1 -> bidirectional ? State.SUCCESS2 : State.AUTHENTICATED;
            case FAILURE1 -> State.FAILED;
            default -> throw new IllegalStateException("there is no answer in " + state);
        };
    }

    /** The pair by which the host has proved itself; only after it did. */
    HostKey.Pair proven() {
        return Objects.requireNonNull(proven);
    }

    /** The PSK that the host asked for, for TLS; null if it asked for none. Only after it has proved itself. */
    @Nullable
    TlsPsk generated() {
        return generated;
    }

    /** For a log: what was agreed upon and who proved what. Holds nothing secret. */
    String describe() {
        Agreed a = agreed();
        return "%s, %s, %s%s"
                .formatted(
                        a.hash(),
                        a.group(),
                        bidirectional ? "bidirectional" : "one-way",
                        a.makesPsk() ? ", with a PSK for TLS" : "");
    }

    /** For a log: why it failed; null if it did not. Holds nothing secret. */
    @Nullable
    String failure() {
        return failure;
    }

    /** Whether it failed because the host wants a secure channel where it gets none, or the other way round. */
    boolean isChannelMismatch() {
        return explanation == AuthFailure.SCC_MISMATCH;
    }

    /** Takes a message of the host's in, whatever it is. */
    void take(byte[] message) {
        if (state == State.AUTHENTICATED || state == State.FAILED) {
            throw new IllegalStateException("the transaction is over");
        }
        ByteBuf b = Unpooled.wrappedBuffer(message);
        if (state == State.NEGOTIATE && message.length >= AuthMessage.TID_OFFSET + 2) {
            // (Also of a message that is refused: its sender is told so with it.)
            tid = b.getUnsignedShortLE(AuthMessage.TID_OFFSET);
        }
        try {
            take(AuthMessage.parse(b, 0, message.length));
        } catch (AuthMessageException e) {
            fail(e.explanation(), String.valueOf(e.getMessage()));
        }
    }

    private void take(AuthMessage message) throws AuthMessageException {
        if (message.tid() != tid) {
            throw new AuthMessageException(
                    AuthFailure.INCORRECT_PAYLOAD, "T_ID %04Xh in transaction %04Xh".formatted(message.tid(), tid));
        }
        switch (message) {
            case AuthNegotiate negotiate when state == State.NEGOTIATE -> negotiate(negotiate);
            case DhchapReply reply when state == State.REPLY -> verify(reply);
            case DhchapSuccess2 _ when state == State.SUCCESS2 -> state = State.AUTHENTICATED;
            case AuthFailure end
            when end.fromHost() && state != State.NEGOTIATE -> {
                if (failure == null) {
                    failure = "the host ended it: " + AuthFailure.describe(end.explanation());
                }
                answer = null;
                state = State.FAILED;
            }
            default ->
                throw new AuthMessageException(
                        AuthFailure.INCORRECT_MESSAGE,
                        "%s instead of %s".formatted(message.getClass().getSimpleName(), state));
        }
    }

    /** The transaction fails: the host is to get AUTH_Failure1. The first reason is the one that counts. */
    void fail(int why, String detail) {
        if (failure == null) {
            explanation = why;
            failure = "%s (%s)".formatted(AuthFailure.describe(why), detail);
            answer = AuthFailure.failure1(tid, why);
            state = State.FAILURE1;
        }
    }

    // ---- what is agreed upon -------------------------------------------------------------------------------------

    private void negotiate(AuthNegotiate negotiate) throws AuthMessageException {
        int scc = negotiate.scc();
        if (!sccs.contains(scc)) {
            throw new AuthMessageException(AuthFailure.SCC_MISMATCH, "SC_C %d, taken here: %s".formatted(scc, sccs));
        }
        AuthNegotiate.Protocol offered = negotiate.dhchap();
        if (offered == null) {
            throw new AuthMessageException(AuthFailure.PROTOCOL_UNUSABLE, "DH-HMAC-CHAP is not offered");
        }
        boolean makesPsk = scc != AuthNegotiate.SCC_NONE;
        DhchapHash hash = hash(offered, makesPsk);
        DhGroup group = group(offered, makesPsk);
        byte[] challenge = new byte[hash.length()];
        random.nextBytes(challenge);
        DhExchange exchange = group == DhGroup.NULL ? null : DhExchange.generate(group, random);
        agreed = new Agreed(scc, hash, group, challenge, exchange);
        byte[] dhValue = exchange == null ? new byte[0] : exchange.publicValue();
        answer = new DhchapChallenge(tid, hash, group, seqnum, challenge, dhValue);
        state = State.CHALLENGE;
    }

    private DhchapHash hash(AuthNegotiate.Protocol offered, boolean makesPsk) throws AuthMessageException {
        DhchapHash only = key.hash();
        List<DhchapHash> usable = makesPsk ? TLS_HASHES : HASHES;
        for (DhchapHash hash : only == null ? usable : List.of(only)) {
            if (offered.offers(hash) && usable.contains(hash)) {
                return hash;
            }
        }
        throw new AuthMessageException(AuthFailure.HASH_UNUSABLE, "hash functions " + offered.hashids());
    }

    private DhGroup group(AuthNegotiate.Protocol offered, boolean makesPsk) throws AuthMessageException {
        DhGroup only = key.group();
        for (DhGroup group : only == null ? GROUPS : List.of(only)) {
            if (offered.offers(group)) {
                if (makesPsk && group == DhGroup.NULL) {
                    throw new AuthMessageException(
                            AuthFailure.SCC_MISMATCH, "the NULL group, which makes no PSK, is the only one in common");
                }
                return group;
            }
        }
        throw new AuthMessageException(AuthFailure.DH_GROUP_UNUSABLE, "DH groups " + offered.dhgids());
    }

    private Agreed agreed() {
        return Objects.requireNonNull(agreed, "nothing is agreed upon");
    }

    // ---- what is proved --------------------------------------------------------------------------------------------

    private void verify(DhchapReply reply) throws AuthMessageException {
        Agreed a = agreed();
        reply.require(a.hash(), a.group());
        byte[] c2 = reply.challenge();
        if (c2 == null && a.makesPsk()) {
            throw new AuthMessageException(AuthFailure.INCORRECT_PAYLOAD, "CVALID 0 where a PSK is to be made");
        }
        if (c2 != null && MessageDigest.isEqual(c2, a.challenge())) {
            throw failed("the host's challenge is the controller's own");
        }
        DhExchange exchange = a.exchange();
        byte[] shared = exchange == null ? null : exchange.sharedSecret(reply.dhValue());
        DhchapTransaction transaction = DhchapTransaction.of(a.hash(), tid, a.scc(), key.hostNqn(), subnqn, shared);
        HostKey.Pair match = match(transaction, a.challenge(), reply.response());
        if (match == null) {
            throw failed("wrong response");
        }
        byte[] r2 = null;
        if (c2 != null && reply.seqnum() != 0) {
            DhchapSecret own = match.controller();
            if (own == null) {
                throw failed("the host wants a proof, and has no secret of the controller's");
            }
            r2 = transaction.controllerResponse(own, c2, reply.seqnum());
            bidirectional = true;
        }
        if (c2 != null && a.makesPsk()) {
            generated = TlsPsk.generated(transaction.generatedPsk(a.challenge(), c2), a.hash(), key.hostNqn(), subnqn);
        }
        proven = match;
        answer = new DhchapSuccess1(tid, a.hash(), r2);
        state = State.SUCCESS1;
    }

    /**
     * The pair whose secret the response shows; all are looked at, for the same time.
     *
     * <p>Linux 6.15 to 6.17 compute the response with an SC_C of 0 whatever they ask for. It is taken: who changes the SC_C on
     * its way gets no PSK, for that he would have to know the shared secret, and the host does not go on without one.
     */
    private HostKey.@Nullable Pair match(DhchapTransaction transaction, byte[] challenge, byte[] response) {
        HostKey.Pair match = null;
        for (HostKey.Pair pair : key.pairs()) {
            byte[] expected = transaction.hostResponse(pair.host(), challenge, seqnum);
            byte[] older = transaction.withScc(AuthNegotiate.SCC_NONE).hostResponse(pair.host(), challenge, seqnum);
            boolean proved = MessageDigest.isEqual(expected, response);
            boolean provedAsOlder = MessageDigest.isEqual(older, response);
            if (proved || provedAsOlder) {
                match = pair;
            }
        }
        return match;
    }

    private static AuthMessageException failed(String why) {
        return new AuthMessageException(AuthFailure.FAILED, why);
    }
}
