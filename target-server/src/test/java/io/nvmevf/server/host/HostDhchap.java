package io.nvmevf.server.host;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The host's side of one DH-HMAC-CHAP transaction (NVMe Base 2.1 §8.3.4.5): messages in, messages out. */
public final class HostDhchap {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SEQNUM = 0x1234_5678;

    private final int tid = RANDOM.nextInt(0x1_0000);
    private final String hostnqn;
    private final String subnqn;
    private final DhchapSecret secret;
    private final @Nullable DhchapSecret controllerSecret;
    private List<DhchapHash> hashes = List.of(DhchapHash.values());
    private List<DhGroup> groups = List.of(DhGroup.values());
    private int scc = AuthNegotiate.SCC_NONE;
    private boolean responseWithoutScc;
    private @Nullable DhchapChallenge challenge;
    private @Nullable TlsPsk generated;
    private byte @Nullable [] expected;

    /**
     * @param controllerSecret what the controller is to prove that it has; null: it need not
     */
    public HostDhchap(String hostnqn, String subnqn, DhchapSecret secret, @Nullable DhchapSecret controllerSecret) {
        this.hostnqn = hostnqn;
        this.subnqn = subnqn;
        this.secret = secret;
        this.controllerSecret = controllerSecret;
    }

    /** Offers these; without this, all. */
    public HostDhchap offering(List<DhchapHash> offeredHashes, List<DhGroup> offeredGroups) {
        hashes = List.copyOf(offeredHashes);
        groups = List.copyOf(offeredGroups);
        return this;
    }

    /** Asks for a PSK for TLS; {@code wanted} is an SC_C. */
    public HostDhchap asking(int wanted) {
        scc = wanted;
        return this;
    }

    /** Computes its response as Linux before 6.18: with an SC_C of 0, whatever it asks for. */
    public HostDhchap likeOlderLinux() {
        responseWithoutScc = true;
        return this;
    }

    public int tid() {
        return tid;
    }

    /** The PSK that it asked for, after its reply. */
    public TlsPsk generated() {
        return Objects.requireNonNull(generated);
    }

    public AuthNegotiate negotiate() {
        return new AuthNegotiate(tid, scc, List.of(AuthNegotiate.Protocol.dhchap(hashes, groups)));
    }

    /** The answer to this challenge. */
    public DhchapReply reply(DhchapChallenge to) throws AuthMessageException {
        if (!hashes.contains(to.hash()) || !groups.contains(to.group()) || to.seqnum() == 0 || to.tid() != tid) {
            throw new AssertionError("the controller chose what was not offered: " + to);
        }
        challenge = to;
        byte[] dhValue = {};
        byte[] shared = null;
        if (to.group() != DhGroup.NULL) {
            DhExchange exchange = DhExchange.generate(to.group(), RANDOM);
            dhValue = exchange.publicValue();
            shared = exchange.sharedSecret(to.dhValue());
        }
        DhchapTransaction transaction = DhchapTransaction.of(to.hash(), tid, scc, hostnqn, subnqn, shared);
        byte[] response = (responseWithoutScc ? transaction.withScc(AuthNegotiate.SCC_NONE) : transaction)
                .hostResponse(secret, to.challenge(), to.seqnum());
        if (controllerSecret == null && scc == AuthNegotiate.SCC_NONE) {
            return new DhchapReply(tid, response, null, 0, dhValue);
        }
        byte[] own = new byte[to.hash().length()];
        RANDOM.nextBytes(own);
        if (scc != AuthNegotiate.SCC_NONE) {
            generated = TlsPsk.generated(transaction.generatedPsk(to.challenge(), own), to.hash(), hostnqn, subnqn);
        }
        if (controllerSecret == null) {
            return new DhchapReply(tid, response, own, 0, dhValue);
        }
        expected = transaction.controllerResponse(controllerSecret, own, SEQNUM);
        return new DhchapReply(tid, response, own, SEQNUM, dhValue);
    }

    /** What was chosen. */
    public DhchapChallenge challenge() {
        return Objects.requireNonNull(challenge);
    }

    /** Whether the controller has proved itself, or need not. */
    public boolean isConvincedBy(DhchapSuccess1 success) {
        if (success.tid() != tid || success.hash() != challenge().hash()) {
            throw new AssertionError("a success of another transaction: " + success);
        }
        return Arrays.equals(expected, success.response());
    }

    public DhchapSuccess2 success2() {
        return new DhchapSuccess2(tid);
    }

    /** The bytes of a message. */
    public static byte[] bytes(AuthMessage message) {
        byte[] bytes = new byte[message.size()];
        ByteBuf b = Unpooled.wrappedBuffer(bytes);
        message.write(b, 0);
        return bytes;
    }
}
