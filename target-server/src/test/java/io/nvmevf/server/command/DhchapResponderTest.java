package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.auth.AuthFailure;
import io.nvmevf.protocol.auth.AuthMessage;
import io.nvmevf.protocol.auth.AuthMessageException;
import io.nvmevf.protocol.auth.AuthNegotiate;
import io.nvmevf.protocol.auth.DhGroup;
import io.nvmevf.protocol.auth.DhchapChallenge;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapReply;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.DhchapSuccess1;
import io.nvmevf.protocol.auth.DhchapSuccess2;
import io.nvmevf.server.command.DhchapResponder.State;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.host.HostDhchap;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The controller's side of DH-HMAC-CHAP: what it agrees to, whom it believes, and how it refuses. */
class DhchapResponderTest {
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:11111111-1111-4111-8111-111111111111";
    private static final String SUBSYSTEM = "nqn.2026-01.io.nvmevf:test:alpha";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final List<DhchapHash> ALL_HASHES = List.of(DhchapHash.values());
    private static final List<DhGroup> NO_DH = List.of(DhGroup.NULL);

    private static final DhchapSecret SECRET = DhchapSecret.generate(RANDOM, 32, DhchapHash.SHA_256);
    private static final DhchapSecret CONTROLLER = DhchapSecret.generate(RANDOM, 48, DhchapHash.SHA_384);
    private static final DhchapSecret OLD_SECRET = DhchapSecret.generate(RANDOM, 64, null);
    private static final DhchapSecret OLD_CONTROLLER = DhchapSecret.generate(RANDOM, 64, DhchapHash.SHA_512);

    private static HostKey key(@Nullable DhchapHash hash, @Nullable DhGroup group, HostKey.Pair... pairs) {
        return new HostKey("alpha", HOST, List.of(pairs), hash, group);
    }

    private static final HostKey ONE_WAY = key(null, null, new HostKey.Pair(SECRET, null));
    private static final HostKey BOTH_WAYS = key(null, null, new HostKey.Pair(SECRET, CONTROLLER));
    private static final HostKey ROTATING =
            key(null, null, new HostKey.Pair(SECRET, CONTROLLER), new HostKey.Pair(OLD_SECRET, OLD_CONTROLLER));

    private static DhchapResponder responder(HostKey key) {
        return responder(key, AuthNegotiate.SCC_NONE);
    }

    private static DhchapResponder responder(HostKey key, Integer... sccs) {
        return new DhchapResponder(key, SUBSYSTEM, RANDOM, 77, Set.of(sccs));
    }

    private static HostDhchap host(DhchapSecret secret, @Nullable DhchapSecret controller) {
        return new HostDhchap(HOST, SUBSYSTEM, secret, controller).offering(ALL_HASHES, NO_DH);
    }

    private static void take(DhchapResponder responder, AuthMessage message) {
        responder.take(HostDhchap.bytes(message));
    }

    /** What the host fetches. */
    private static AuthMessage fetch(DhchapResponder responder) {
        AuthMessage answer = Objects.requireNonNull(responder.answer());
        responder.answered();
        return answer;
    }

    private static DhchapChallenge challenge(DhchapResponder responder, HostDhchap host) {
        take(responder, host.negotiate());
        assertThat(responder.state()).as(responder.failure()).isEqualTo(State.CHALLENGE);
        DhchapChallenge challenge = (DhchapChallenge) fetch(responder);
        assertThat(responder.state()).isEqualTo(State.REPLY);
        return challenge;
    }

    /** Up to the reply, which is not taken yet. */
    private static DhchapReply reply(DhchapResponder responder, HostDhchap host) throws Exception {
        return host.reply(challenge(responder, host));
    }

    private static void fails(DhchapResponder responder, int tid, int explanation) {
        assertThat(responder.state()).isEqualTo(State.FAILURE1);
        AuthFailure failure = (AuthFailure) fetch(responder);
        assertThat(AuthFailure.describe(failure.explanation()))
                .as(responder.failure())
                .isEqualTo(AuthFailure.describe(explanation));
        assertThat(failure.fromHost()).isFalse();
        assertThat(failure.reason()).isEqualTo(AuthFailure.AUTHENTICATION_FAILURE);
        assertThat(failure.tid()).isEqualTo(tid);
        assertThat(responder.state()).isEqualTo(State.FAILED);
        assertThat(responder.answer()).isNull();
        assertThat(responder.failure()).contains(AuthFailure.describe(explanation));
    }

    private static void refuses(HostKey key, AuthNegotiate negotiate, int explanation) {
        DhchapResponder responder = responder(key);
        take(responder, negotiate);
        fails(responder, negotiate.tid(), explanation);
    }

    private static AuthNegotiate negotiate(int scc, AuthNegotiate.Protocol... protocols) {
        return new AuthNegotiate(0xBEEF, scc, List.of(protocols));
    }

    private static AuthNegotiate.Protocol offer(List<DhchapHash> hashes, List<DhGroup> groups) {
        return AuthNegotiate.Protocol.dhchap(hashes, groups);
    }

    // ---- what is agreed upon -------------------------------------------------------------------------------------

    @Test
    void theStrongestHashThatIsOfferedIsChosen() {
        assertThat(chosen(ALL_HASHES, NO_DH).hash()).isEqualTo(DhchapHash.SHA_512);
        assertThat(chosen(List.of(DhchapHash.SHA_256, DhchapHash.SHA_384), NO_DH)
                        .hash())
                .isEqualTo(DhchapHash.SHA_384);
        assertThat(chosen(List.of(DhchapHash.SHA_256), NO_DH).hash()).isEqualTo(DhchapHash.SHA_256);
    }

    @Test
    void theGroupIsStrongEnoughBeforeItIsFast() {
        assertThat(chosen(ALL_HASHES, List.of(DhGroup.values())).group()).isEqualTo(DhGroup.FFDHE3072);
        assertThat(chosen(ALL_HASHES, List.of(DhGroup.NULL, DhGroup.FFDHE2048, DhGroup.FFDHE4096, DhGroup.FFDHE6144))
                        .group())
                .isEqualTo(DhGroup.FFDHE4096);
        assertThat(chosen(ALL_HASHES, List.of(DhGroup.NULL, DhGroup.FFDHE2048)).group())
                .isEqualTo(DhGroup.FFDHE2048);
        assertThat(chosen(ALL_HASHES, NO_DH).group()).isEqualTo(DhGroup.NULL);
    }

    private static DhchapChallenge chosen(List<DhchapHash> hashes, List<DhGroup> groups) {
        DhchapChallenge challenge =
                challenge(responder(ONE_WAY), host(SECRET, null).offering(hashes, groups));
        assertThat(challenge.seqnum()).isEqualTo(77);
        return challenge;
    }

    @Test
    void whatTheKeyDemandsIsTakenAndNothingElse() {
        HostKey strict = key(DhchapHash.SHA_256, DhGroup.FFDHE2048, new HostKey.Pair(SECRET, null));
        DhchapChallenge challenge =
                challenge(responder(strict), host(SECRET, null).offering(ALL_HASHES, List.of(DhGroup.values())));
        assertThat(challenge.hash()).isEqualTo(DhchapHash.SHA_256);
        assertThat(challenge.group()).isEqualTo(DhGroup.FFDHE2048);
        refuses(
                strict,
                negotiate(0, offer(List.of(DhchapHash.SHA_512), List.of(DhGroup.values()))),
                AuthFailure.HASH_UNUSABLE);
        // A downgrade: someone on the way has struck the groups out.
        refuses(strict, negotiate(0, offer(ALL_HASHES, NO_DH)), AuthFailure.DH_GROUP_UNUSABLE);
        refuses(strict, negotiate(0, offer(ALL_HASHES, List.of(DhGroup.FFDHE3072))), AuthFailure.DH_GROUP_UNUSABLE);
    }

    @Test
    void whatNobodyKnowsIsRefusedWithTheReason() {
        AuthNegotiate.Protocol other = new AuthNegotiate.Protocol(0x55, List.of(), List.of());
        refuses(ONE_WAY, negotiate(0, other), AuthFailure.PROTOCOL_UNUSABLE);
        AuthNegotiate.Protocol hash =
                new AuthNegotiate.Protocol(AuthNegotiate.Protocol.DHCHAP, List.of(0, 4, 0xE0), List.of(0));
        refuses(ONE_WAY, negotiate(0, hash), AuthFailure.HASH_UNUSABLE);
        AuthNegotiate.Protocol group =
                new AuthNegotiate.Protocol(AuthNegotiate.Protocol.DHCHAP, List.of(1), List.of(6, 0xE0));
        refuses(ONE_WAY, negotiate(0, group), AuthFailure.DH_GROUP_UNUSABLE);
        // (A host may offer what is unknown beside what is known.)
        DhchapResponder responder = responder(ONE_WAY);
        take(responder, negotiate(0, other, offer(ALL_HASHES, NO_DH)));
        assertThat(responder.state()).isEqualTo(State.CHALLENGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, AuthNegotiate.SCC_NEW_TLS_PSK, AuthNegotiate.SCC_REPLACE_TLS_PSK, 0xFF})
    void aSecureChannelIsForThoseWhoMayAskForIt(int scc) {
        refuses(ONE_WAY, negotiate(scc, offer(ALL_HASHES, List.of(DhGroup.FFDHE2048))), AuthFailure.SCC_MISMATCH);
    }

    @Test
    void whereAPskMustBeMadeNothingElseIsTaken() {
        for (int scc : new int[] {AuthNegotiate.SCC_NONE, 1, AuthNegotiate.SCC_REPLACE_TLS_PSK}) {
            DhchapResponder responder = responder(ONE_WAY, AuthNegotiate.SCC_NEW_TLS_PSK);
            take(responder, negotiate(scc, offer(ALL_HASHES, List.of(DhGroup.FFDHE2048))));
            assertThat(responder.isChannelMismatch()).isTrue();
            fails(responder, 0xBEEF, AuthFailure.SCC_MISMATCH);
        }
    }

    private static HostDhchap asking(List<DhchapHash> hashes, List<DhGroup> groups) {
        return new HostDhchap(HOST, SUBSYSTEM, SECRET, null)
                .offering(hashes, groups)
                .asking(AuthNegotiate.SCC_NEW_TLS_PSK);
    }

    private static void makesNoPsk(HostKey key, List<DhchapHash> hashes, List<DhGroup> groups, int explanation) {
        DhchapResponder responder = responder(key, AuthNegotiate.SCC_NEW_TLS_PSK);
        HostDhchap host = asking(hashes, groups);
        take(responder, host.negotiate());
        fails(responder, host.tid(), explanation);
    }

    /** Every host can use a PSK with SHA-256; with SHA-512 TLS has no cipher suite. */
    @Test
    void aPskIsMadeWithAHashThatTlsHasAndWithAGroup() throws Exception {
        for (boolean older : new boolean[] {false, true}) {
            DhchapResponder responder = responder(ONE_WAY, AuthNegotiate.SCC_NEW_TLS_PSK);
            HostDhchap host = asking(ALL_HASHES, List.of(DhGroup.values()));
            DhchapReply reply = (older ? host.likeOlderLinux() : host).reply(challenge(responder, host));
            assertThat(host.challenge().hash()).isEqualTo(DhchapHash.SHA_256);
            assertThat(host.challenge().group()).isEqualTo(DhGroup.FFDHE3072);
            assertThat(responder.generated()).isNull();
            take(responder, reply);
            assertThat(responder.state()).as(responder.failure()).isEqualTo(State.SUCCESS1);
            fetch(responder);
            assertThat(responder.state()).isEqualTo(State.AUTHENTICATED);
            assertThat(responder.generated()).isEqualTo(host.generated());
        }
        List<DhGroup> small = List.of(DhGroup.NULL, DhGroup.FFDHE2048);
        makesNoPsk(ONE_WAY, List.of(DhchapHash.SHA_512), small, AuthFailure.HASH_UNUSABLE);
        HostKey.Pair pair = new HostKey.Pair(SECRET, null);
        makesNoPsk(key(DhchapHash.SHA_512, null, pair), ALL_HASHES, small, AuthFailure.HASH_UNUSABLE);
        makesNoPsk(ONE_WAY, ALL_HASHES, NO_DH, AuthFailure.SCC_MISMATCH);
        makesNoPsk(key(null, DhGroup.NULL, pair), ALL_HASHES, small, AuthFailure.SCC_MISMATCH);
        makesNoPsk(key(null, DhGroup.FFDHE3072, pair), ALL_HASHES, small, AuthFailure.DH_GROUP_UNUSABLE);
    }

    @Test
    void aPskIsMadeOfBothChallengesAndForWhoKnowsTheSecret() throws Exception {
        List<DhGroup> small = List.of(DhGroup.FFDHE2048);
        DhchapResponder responder = responder(ONE_WAY, AuthNegotiate.SCC_NEW_TLS_PSK);
        HostDhchap host = asking(ALL_HASHES, small);
        DhchapReply reply = host.reply(challenge(responder, host));
        take(responder, new DhchapReply(host.tid(), reply.response(), null, 0, reply.dhValue()));
        fails(responder, host.tid(), AuthFailure.INCORRECT_PAYLOAD);

        DhchapResponder doubtful = responder(ONE_WAY, AuthNegotiate.SCC_NEW_TLS_PSK);
        HostDhchap stranger = new HostDhchap(HOST, SUBSYSTEM, OLD_SECRET, null)
                .offering(ALL_HASHES, small)
                .asking(AuthNegotiate.SCC_NEW_TLS_PSK);
        take(doubtful, stranger.reply(challenge(doubtful, stranger)));
        assertThat(doubtful.generated()).isNull();
        fails(doubtful, stranger.tid(), AuthFailure.FAILED);
    }

    @Test
    void bothSidesMayProveThemselvesWhereAPskIsMade() throws Exception {
        DhchapResponder responder = responder(BOTH_WAYS, AuthNegotiate.SCC_REPLACE_TLS_PSK);
        HostDhchap host = new HostDhchap(HOST, SUBSYSTEM, SECRET, CONTROLLER)
                .offering(List.of(DhchapHash.SHA_384), List.of(DhGroup.FFDHE2048))
                .asking(AuthNegotiate.SCC_REPLACE_TLS_PSK);
        take(responder, reply(responder, host));
        assertThat(host.isConvincedBy((DhchapSuccess1) fetch(responder))).isTrue();
        assertThat(responder.state()).isEqualTo(State.SUCCESS2);
        take(responder, host.success2());
        assertThat(responder.state()).isEqualTo(State.AUTHENTICATED);
        assertThat(responder.generated()).isEqualTo(host.generated());
    }

    @Test
    void noChallengeComesTwice() {
        assertThat(chosen(ALL_HASHES, NO_DH).challenge())
                .isNotEqualTo(chosen(ALL_HASHES, NO_DH).challenge());
        List<DhGroup> dh = List.of(DhGroup.FFDHE2048);
        assertThat(chosen(ALL_HASHES, dh).dhValue())
                .isNotEqualTo(chosen(ALL_HASHES, dh).dhValue());
    }

    // ---- who is believed -----------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(
            value = DhGroup.class,
            names = {"NULL", "FFDHE2048"})
    void aHostWithTheSecretIsAuthenticated(DhGroup group) throws Exception {
        DhchapResponder responder = responder(BOTH_WAYS);
        HostDhchap host = host(SECRET, null).offering(ALL_HASHES, List.of(group));
        take(responder, reply(responder, host));
        assertThat(responder.state()).as(responder.failure()).isEqualTo(State.SUCCESS1);
        DhchapSuccess1 success = (DhchapSuccess1) fetch(responder);
        assertThat(success.response()).isNull();
        assertThat(host.isConvincedBy(success)).isTrue();
        assertThat(responder.state()).isEqualTo(State.AUTHENTICATED);
        assertThat(responder.describe()).isEqualTo("SHA-512, " + group + ", one-way");
        assertThat(responder.failure()).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = DhGroup.class,
            names = {"NULL", "FFDHE2048"})
    void theControllerProvesItselfIfItIsAsked(DhGroup group) throws Exception {
        DhchapResponder responder = responder(BOTH_WAYS);
        HostDhchap host = host(SECRET, CONTROLLER).offering(ALL_HASHES, List.of(group));
        take(responder, reply(responder, host));
        assertThat(host.isConvincedBy((DhchapSuccess1) fetch(responder))).isTrue();
        assertThat(responder.state()).isEqualTo(State.SUCCESS2);
        take(responder, host.success2());
        assertThat(responder.state()).isEqualTo(State.AUTHENTICATED);
        assertThat(responder.describe()).isEqualTo("SHA-512, " + group + ", bidirectional");
    }

    @Test
    void duringARotationBothPairsAreValidEachForItself() throws Exception {
        for (HostKey.Pair pair : ROTATING.pairs()) {
            DhchapResponder responder = responder(ROTATING);
            HostDhchap host = host(pair.host(), pair.controller());
            take(responder, reply(responder, host));
            assertThat(host.isConvincedBy((DhchapSuccess1) fetch(responder))).isTrue();
            assertThat(responder.proven()).isEqualTo(pair);
        }
        // A mixture is none of them.
        DhchapResponder responder = responder(ROTATING);
        HostDhchap host = host(SECRET, OLD_CONTROLLER);
        take(responder, reply(responder, host));
        assertThat(host.isConvincedBy((DhchapSuccess1) fetch(responder))).isFalse();
    }

    @Test
    void whatIsNoSecretOfTheHostIsRefused() throws Exception {
        for (DhchapSecret wrong : List.of(CONTROLLER, OLD_SECRET, DhchapSecret.generate(RANDOM, 32, null))) {
            DhchapResponder responder = responder(BOTH_WAYS);
            HostDhchap host = host(wrong, CONTROLLER);
            take(responder, reply(responder, host));
            fails(responder, host.tid(), AuthFailure.FAILED);
        }
        for (HostDhchap host : List.of(
                new HostDhchap(HOST + "x", SUBSYSTEM, SECRET, null),
                new HostDhchap(HOST, SUBSYSTEM + "x", SECRET, null))) {
            DhchapResponder responder = responder(BOTH_WAYS);
            take(responder, reply(responder, host.offering(ALL_HASHES, NO_DH)));
            fails(responder, host.tid(), AuthFailure.FAILED);
        }
    }

    @Test
    void aControllerThatCannotProveItselfSaysSo() throws Exception {
        DhchapResponder responder = responder(ONE_WAY);
        HostDhchap host = host(SECRET, CONTROLLER);
        take(responder, reply(responder, host));
        fails(responder, host.tid(), AuthFailure.FAILED);
    }

    @Test
    void aChallengeWithoutSequenceNumberAsksForNoProof() throws Exception {
        DhchapResponder responder = responder(ONE_WAY);
        HostDhchap host = host(SECRET, CONTROLLER);
        DhchapReply reply = reply(responder, host);
        take(responder, new DhchapReply(host.tid(), reply.response(), reply.challenge(), 0, reply.dhValue()));
        assertThat(((DhchapSuccess1) fetch(responder)).response()).isNull();
        assertThat(responder.state()).isEqualTo(State.AUTHENTICATED);
    }

    /** Whoever has no secret lets the controller answer its own challenge. */
    @Test
    void aReflectedChallengeIsRefused() throws Exception {
        HostKey sameForBoth = key(null, null, new HostKey.Pair(SECRET, SECRET));
        DhchapResponder responder = responder(sameForBoth);
        HostDhchap host = host(SECRET, SECRET);
        DhchapReply reply = reply(responder, host);
        byte[] reflected = host.challenge().challenge();
        take(responder, new DhchapReply(host.tid(), reply.response(), reflected, 77, reply.dhValue()));
        fails(responder, host.tid(), AuthFailure.FAILED);
    }

    /** The other direction's response is none of this one, even with one secret and one challenge for both. */
    @Test
    void aResponseOfTheControllerIsNoneOfTheHost() throws Exception {
        HostKey sameForBoth = key(null, null, new HostKey.Pair(SECRET, SECRET));
        DhchapResponder other = responder(sameForBoth);
        DhchapResponder responder = responder(sameForBoth);
        HostDhchap host = host(SECRET, SECRET);
        DhchapReply known = reply(other, host);
        DhchapChallenge wanted = challenge(responder, host);
        // (Another connection of a host that is genuine is made to ask for what this one has to answer.)
        take(other, new DhchapReply(host.tid(), known.response(), wanted.challenge(), wanted.seqnum(), new byte[0]));
        byte[] r2 = Objects.requireNonNull(((DhchapSuccess1) fetch(other)).response());
        take(responder, new DhchapReply(host.tid(), r2, null, 0, new byte[0]));
        fails(responder, host.tid(), AuthFailure.FAILED);
    }

    @ParameterizedTest
    @EnumSource(
            value = DhGroup.class,
            names = {"NULL", "FFDHE2048"})
    void anOldReplyIsWorthNothing(DhGroup group) throws Exception {
        HostDhchap host = host(SECRET, null).offering(ALL_HASHES, List.of(group));
        DhchapResponder first = responder(ONE_WAY);
        DhchapReply reply = reply(first, host);
        take(first, reply);
        assertThat(first.state()).isEqualTo(State.SUCCESS1);
        DhchapResponder second = responder(ONE_WAY);
        challenge(second, host);
        take(second, reply);
        fails(second, host.tid(), AuthFailure.FAILED);
    }

    // ---- what is tampered with -----------------------------------------------------------------------------------

    /** Any byte of the reply but reserved ones: the controller refuses, or the host is not convinced. */
    @Test
    void noByteOfAReplyCanBeChanged() throws Exception {
        int size = DhchapReply.RVAL_OFFSET + 2 * DhchapHash.SHA_512.length();
        int believed = 0;
        for (int at = 0; at < size; at++) {
            DhchapResponder responder = responder(BOTH_WAYS);
            HostDhchap host = host(SECRET, CONTROLLER);
            byte[] reply = HostDhchap.bytes(reply(responder, host));
            assertThat(reply).hasSize(size);
            reply[at] ^= 1;
            responder.take(reply);
            boolean refused = responder.state() == State.FAILURE1;
            if (!refused && host.isConvincedBy((DhchapSuccess1) fetch(responder))) {
                assertThat(at).as("a byte that does not matter").isIn(2, 3, 7, 9);
                believed++;
            }
            boolean response = at >= DhchapReply.RVAL_OFFSET && at < DhchapReply.RVAL_OFFSET + 64;
            assertThat(refused || !response)
                    .as("byte %d of the response", at - 16)
                    .isTrue();
        }
        assertThat(believed).isEqualTo(4);
    }

    /** Any byte of the challenge on its way to the host but reserved ones: the host's response is wrong then. */
    @Test
    void noByteOfAChallengeCanBeChanged() throws Exception {
        for (int at = 4; at < DhchapChallenge.CVAL_OFFSET + 64; at++) {
            if (at == DhchapChallenge.HL_OFFSET + 1) {
                continue;
            }
            DhchapResponder responder = responder(ONE_WAY);
            HostDhchap host = host(SECRET, null);
            byte[] bytes = HostDhchap.bytes(challenge(responder, host));
            bytes[at] ^= 1;
            DhchapReply reply;
            try {
                reply = host.reply(DhchapChallenge.parse(Unpooled.wrappedBuffer(bytes), 0, bytes.length));
            } catch (AuthMessageException | AssertionError seenByTheHost) {
                continue;
            }
            take(responder, reply);
            fails(responder, host.tid(), AuthFailure.FAILED);
        }
    }

    @Test
    void aTamperedOrImpossibleDhValueIsRefused() throws Exception {
        List<DhGroup> dh = List.of(DhGroup.FFDHE2048);
        BigInteger p = DhGroup.FFDHE2048.parameters().getP();
        for (BigInteger value :
                List.of(BigInteger.ZERO, BigInteger.ONE, p.subtract(BigInteger.ONE), p, p.add(BigInteger.TWO))) {
            DhchapResponder responder = responder(ONE_WAY);
            HostDhchap host = host(SECRET, null).offering(ALL_HASHES, dh);
            DhchapReply reply = reply(responder, host);
            byte[] bytes = value.toByteArray();
            byte[] dhValue = bytes[0] == 0 && bytes.length > 1 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
            take(responder, new DhchapReply(host.tid(), reply.response(), null, 0, dhValue));
            fails(responder, host.tid(), AuthFailure.INCORRECT_PAYLOAD);
        }
        DhchapResponder responder = responder(ONE_WAY);
        HostDhchap host = host(SECRET, null).offering(ALL_HASHES, dh);
        DhchapReply reply = reply(responder, host);
        byte[] dhValue = reply.dhValue();
        dhValue[200] ^= 4;
        take(responder, new DhchapReply(host.tid(), reply.response(), null, 0, dhValue));
        fails(responder, host.tid(), AuthFailure.FAILED);
    }

    @Test
    void aReplyThatDoesNotFitWhatWasAgreedUponIsRefused() throws Exception {
        DhchapResponder longHash = responder(ONE_WAY);
        HostDhchap host = host(SECRET, null);
        challenge(longHash, host);
        take(longHash, new DhchapReply(host.tid(), new byte[32], null, 0, new byte[0]));
        fails(longHash, host.tid(), AuthFailure.INCORRECT_PAYLOAD);
        DhchapResponder withoutDh = responder(ONE_WAY);
        challenge(withoutDh, host);
        take(withoutDh, new DhchapReply(host.tid(), new byte[64], null, 0, new byte[256]));
        fails(withoutDh, host.tid(), AuthFailure.INCORRECT_PAYLOAD);
    }

    @Test
    void messagesThatAreCutShortAreRefused() throws Exception {
        byte[] negotiate = HostDhchap.bytes(host(SECRET, null).negotiate());
        for (int length = 0; length < negotiate.length; length++) {
            DhchapResponder responder = responder(ONE_WAY);
            responder.take(Arrays.copyOf(negotiate, length));
            assertThat(responder.state()).isEqualTo(State.FAILURE1);
            int tid = length < 6 ? 0 : (negotiate[4] & 0xFF) | (negotiate[5] & 0xFF) << 8;
            fails(responder, tid, AuthFailure.INCORRECT_PAYLOAD);
        }
        int size = DhchapReply.RVAL_OFFSET + 2 * 64;
        for (int length = 0; length < size; length++) {
            DhchapResponder responder = responder(ONE_WAY);
            HostDhchap host = host(SECRET, null);
            byte[] reply = HostDhchap.bytes(reply(responder, host));
            responder.take(Arrays.copyOf(reply, length));
            fails(responder, host.tid(), AuthFailure.INCORRECT_PAYLOAD);
        }
    }

    // ---- what is out of turn -------------------------------------------------------------------------------------

    @Test
    void anotherTransactionIdentifierIsRefused() throws Exception {
        DhchapResponder responder = responder(ONE_WAY);
        HostDhchap host = host(SECRET, null);
        DhchapReply reply = reply(responder, host);
        take(responder, new DhchapReply(host.tid() ^ 0x100, reply.response(), null, 0, new byte[0]));
        fails(responder, host.tid(), AuthFailure.INCORRECT_PAYLOAD);
    }

    @Test
    void whatIsNotDueIsRefused() throws Exception {
        HostDhchap host = host(SECRET, CONTROLLER);
        DhchapReply early = new DhchapReply(host.tid(), new byte[64], null, 0, new byte[0]);
        for (AuthMessage first : List.of(
                early,
                new DhchapSuccess2(host.tid()),
                AuthFailure.failure2(host.tid(), AuthFailure.FAILED),
                AuthFailure.failure1(host.tid(), AuthFailure.FAILED),
                new DhchapSuccess1(host.tid(), DhchapHash.SHA_512, null),
                new DhchapChallenge(host.tid(), DhchapHash.SHA_512, DhGroup.NULL, 1, new byte[64], new byte[0]))) {
            DhchapResponder responder = responder(BOTH_WAYS);
            take(responder, first);
            fails(responder, host.tid(), AuthFailure.INCORRECT_MESSAGE);
        }
        for (AuthMessage second : List.of(host.negotiate(), new DhchapSuccess2(host.tid()))) {
            DhchapResponder responder = responder(BOTH_WAYS);
            challenge(responder, host);
            take(responder, second);
            fails(responder, host.tid(), AuthFailure.INCORRECT_MESSAGE);
        }
        DhchapResponder responder = responder(BOTH_WAYS);
        DhchapReply reply = reply(responder, host);
        take(responder, reply);
        fetch(responder);
        take(responder, reply);
        fails(responder, host.tid(), AuthFailure.INCORRECT_MESSAGE);
        DhchapResponder unknown = responder(ONE_WAY);
        unknown.take(new byte[] {9, 9, 0, 0, 0x34, 0x12, 0, 0});
        fails(unknown, 0x1234, AuthFailure.INCORRECT_MESSAGE);
    }

    @Test
    void aMessageBeforeTheAnswerIsFetchedIsOutOfTurn() throws Exception {
        HostDhchap host = host(SECRET, null);
        DhchapResponder twice = responder(ONE_WAY);
        take(twice, host.negotiate());
        take(twice, host.negotiate());
        fails(twice, host.tid(), AuthFailure.INCORRECT_MESSAGE);
        DhchapResponder replies = responder(ONE_WAY);
        DhchapReply reply = reply(replies, host);
        take(replies, reply);
        assertThat(replies.state()).isEqualTo(State.SUCCESS1);
        take(replies, reply);
        fails(replies, host.tid(), AuthFailure.INCORRECT_MESSAGE);
    }

    @Test
    void theFirstReasonToFailIsTheOneThatCounts() {
        DhchapResponder responder = responder(ONE_WAY);
        HostDhchap host = host(SECRET, null);
        take(responder, negotiate(2, offer(ALL_HASHES, NO_DH)));
        take(responder, host.negotiate());
        responder.take(new byte[0]);
        fails(responder, 0xBEEF, AuthFailure.SCC_MISMATCH);
    }

    @Test
    void theHostMayEndIt() throws Exception {
        HostDhchap host = host(SECRET, CONTROLLER);
        AuthFailure end = AuthFailure.failure2(host.tid(), AuthFailure.HASH_UNUSABLE);
        DhchapResponder challenged = responder(BOTH_WAYS);
        challenge(challenged, host);
        take(challenged, end);
        assertThat(challenged.state()).isEqualTo(State.FAILED);
        assertThat(challenged.answer()).isNull();
        assertThat(challenged.failure()).contains("the host").contains("hash function not usable");
        DhchapResponder notBelieved = responder(BOTH_WAYS);
        take(notBelieved, reply(notBelieved, host));
        fetch(notBelieved);
        take(notBelieved, AuthFailure.failure2(host.tid(), AuthFailure.FAILED));
        assertThat(notBelieved.state()).isEqualTo(State.FAILED);
        DhchapResponder anothers = responder(BOTH_WAYS);
        challenge(anothers, host);
        take(anothers, AuthFailure.failure2(host.tid() ^ 1, AuthFailure.FAILED));
        fails(anothers, host.tid(), AuthFailure.INCORRECT_PAYLOAD);
    }

    @Test
    void aTransactionThatIsOverTakesNothing() throws Exception {
        DhchapResponder responder = responder(ONE_WAY);
        HostDhchap host = host(SECRET, null);
        take(responder, reply(responder, host));
        fetch(responder);
        assertThatThrownBy(() -> take(responder, host.negotiate())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(responder::answered).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nothingThatGoesIntoALogHoldsASecret() throws Exception {
        DhchapResponder responder = responder(ROTATING);
        HostDhchap host = host(DhchapSecret.generate(RANDOM, 32, null), null);
        take(responder, reply(responder, host));
        String said = responder.failure() + responder.describe() + ROTATING;
        for (DhchapSecret secret : List.of(SECRET, CONTROLLER, OLD_SECRET, OLD_CONTROLLER)) {
            assertThat(said)
                    .doesNotContain(secret.text())
                    .doesNotContain(secret.text().substring(10, 20));
        }
    }
}
