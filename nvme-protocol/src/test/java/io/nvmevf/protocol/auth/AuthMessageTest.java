package io.nvmevf.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.auth.AuthNegotiate.Protocol;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The expected bytes were written by hand from the figures of NVMe Base 2.1 §8.3.4.4 and §8.3.4.5, and agree with the
 * structures nvmf_auth_dhchap_* of Linux, include/linux/nvme.h.
 */
class AuthMessageTest {
    private static final int BASE = 5;

    private static final String NEGOTIATE =
            "0000 0000 3412 02 01" + "01 00 03 05 010203" + "00".repeat(27) + "0102030405" + "00".repeat(25);
    private static final String CHALLENGE =
            "0101 0000 3412 20 00 01 01 0001 efbeadde" + "c1".repeat(32) + "d1".repeat(256);
    private static final String REPLY =
            "0102 0000 3412 30 00 01 00 8001 04030201" + "a1".repeat(48) + "c2".repeat(48) + "d2".repeat(384);
    private static final String REPLY_ONE_WAY =
            "0102 0000 3412 40 00 00 00 0000 00000000" + "a1".repeat(64) + "00".repeat(64);
    private static final String SUCCESS1 = "0103 0000 3412 20 00 01 00000000000000" + "a2".repeat(32);
    private static final String SUCCESS1_ONE_WAY = "0103 0000 3412 40 00 00 00000000000000" + "00".repeat(64);
    private static final String SUCCESS2 = "0104 0000 3412 00000000000000000000";
    private static final String FAILURE1 = "00f1 0000 3412 01 06";
    private static final String FAILURE2 = "00f0 0000 3412 01 01";

    record Example(String hex, AuthMessage message) {
        byte[] bytes() {
            return HexFormat.of().parseHex(hex.replace(" ", ""));
        }
    }

    static List<Example> examples() {
        return List.of(
                new Example(
                        NEGOTIATE,
                        new AuthNegotiate(
                                0x1234,
                                AuthNegotiate.SCC_NEW_TLS_PSK,
                                List.of(Protocol.dhchap(
                                        List.of(DhchapHash.values()),
                                        List.of(DhGroup.values()).subList(1, 6))))),
                new Example(
                        CHALLENGE,
                        new DhchapChallenge(
                                0x1234,
                                DhchapHash.SHA_256,
                                DhGroup.FFDHE2048,
                                0xDEADBEEF,
                                fill(32, 0xC1),
                                fill(256, 0xD1))),
                new Example(
                        REPLY, new DhchapReply(0x1234, fill(48, 0xA1), fill(48, 0xC2), 0x01020304, fill(384, 0xD2))),
                new Example(REPLY_ONE_WAY, new DhchapReply(0x1234, fill(64, 0xA1), null, 0, new byte[0])),
                new Example(SUCCESS1, new DhchapSuccess1(0x1234, DhchapHash.SHA_256, fill(32, 0xA2))),
                new Example(SUCCESS1_ONE_WAY, new DhchapSuccess1(0x1234, DhchapHash.SHA_512, null)),
                new Example(SUCCESS2, new DhchapSuccess2(0x1234)),
                new Example(FAILURE1, AuthFailure.failure1(0x1234, AuthFailure.INCORRECT_PAYLOAD)),
                new Example(FAILURE2, AuthFailure.failure2(0x1234, AuthFailure.FAILED)));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void writesTheBytesOfTheSpecificationAndNoOthers(Example example) {
        byte[] expected = example.bytes();
        ByteBuf page = Unpooled.buffer(BASE + expected.length + 3).writeZero(BASE + expected.length + 3);
        page.setBytes(0, fill(page.capacity(), 0xCC));
        assertThat(example.message.write(page, BASE)).isEqualTo(expected.length).isEqualTo(example.message.size());
        assertThat(ByteBufUtil.getBytes(page, BASE, expected.length)).isEqualTo(expected);
        assertThat(ByteBufUtil.getBytes(page, 0, BASE)).containsOnly(0xCC);
        assertThat(ByteBufUtil.getBytes(page, BASE + expected.length, 3)).containsOnly(0xCC);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void readsThemBackFromAnywhereAndIgnoresWhatFollows(Example example) throws AuthMessageException {
        byte[] expected = example.bytes();
        byte[] page = new byte[BASE + expected.length + 100];
        Arrays.fill(page, (byte) 0xCC);
        System.arraycopy(expected, 0, page, BASE, expected.length);
        ByteBuf buffer = Unpooled.wrappedBuffer(page);
        for (int length : new int[] {expected.length, expected.length + 100}) {
            AuthMessage message = AuthMessage.parse(buffer, BASE, length);
            assertThat(message).isInstanceOf(example.message.getClass());
            assertThat(message.tid()).isEqualTo(0x1234);
            assertThat(written(message)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void reservedBytesAreIgnored(Example example) throws AuthMessageException {
        byte[] bytes = example.bytes();
        bytes[2] = bytes[3] = 0x55;
        assertThat(written(parse(bytes))).isEqualTo(example.bytes());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void aMessageThatIsCutShortIsRefused(Example example) {
        byte[] bytes = example.bytes();
        // RVAL may be missing where it is not valid.
        int needed = example.hex.equals(SUCCESS1_ONE_WAY) ? 16 : bytes.length;
        for (int length = 0; length < needed; length++) {
            refused(Arrays.copyOf(bytes, length), AuthFailure.INCORRECT_PAYLOAD);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void aMessageOfMoreThan16KibIsRefused(Example example) {
        refused(Arrays.copyOf(example.bytes(), AuthMessage.MAX_SIZE + 1), AuthFailure.INCORRECT_PAYLOAD);
        assertThat(catchThrowable(() -> parse(Arrays.copyOf(example.bytes(), AuthMessage.MAX_SIZE))))
                .isNull();
    }

    @Test
    void unknownMessagesAreRefused() {
        for (String head : new String[] {"0001", "00f2", "0100", "0105", "01f0", "0200", "ff00"}) {
            refused(bytes(head + "0000 3412" + "00".repeat(90)), AuthFailure.INCORRECT_MESSAGE);
        }
    }

    @Test
    void aMessageIsNotTakenForAnother() {
        for (Example example : examples()) {
            ByteBuf b = Unpooled.wrappedBuffer(Arrays.copyOf(example.bytes(), 2000));
            List<Throwable> results = Arrays.asList(
                    catchThrowable(() -> AuthNegotiate.parse(b, 0, 2000)),
                    catchThrowable(() -> DhchapChallenge.parse(b, 0, 2000)),
                    catchThrowable(() -> DhchapReply.parse(b, 0, 2000)),
                    catchThrowable(() -> DhchapSuccess1.parse(b, 0, 2000)),
                    catchThrowable(() -> DhchapSuccess2.parse(b, 0, 2000)),
                    catchThrowable(() -> AuthFailure.parse(b, 0, 2000)));
            assertThat(results.stream().filter(Objects::isNull)).hasSize(1);
            assertThat(results.stream().filter(Objects::nonNull))
                    .allSatisfy(e -> assertThat(e)
                            .isInstanceOfSatisfying(
                                    AuthMessageException.class,
                                    refusal -> assertThat(refusal.explanation())
                                            .isEqualTo(AuthFailure.INCORRECT_MESSAGE)));
        }
    }

    @Test
    void anOfferIsReadAsItWasMade() throws AuthMessageException {
        byte[] linux = bytes(
                "0000 0000 0100 00 01" + "01 00 03 06 010203" + "00".repeat(27) + "000102030405" + "00".repeat(24));
        AuthNegotiate negotiate = (AuthNegotiate) parse(linux);
        assertThat(negotiate.scc()).isEqualTo(AuthNegotiate.SCC_NONE);
        Protocol offer = Objects.requireNonNull(negotiate.dhchap());
        assertThat(DhchapHash.values()).allMatch(offer::offers);
        assertThat(DhGroup.values()).allMatch(offer::offers);
    }

    @Test
    void unknownIdentifiersAndProtocolsAreKeptButNotTakenForKnownOnes() throws AuthMessageException {
        byte[] bytes = bytes("0000 0000 0100 05 02"
                + "e0" + "ff".repeat(63)
                + "01 ff 02 01 e002" + "ff".repeat(28) + "ff" + "ff".repeat(29));
        AuthNegotiate negotiate = (AuthNegotiate) parse(bytes);
        assertThat(negotiate.scc()).isEqualTo(5);
        assertThat(negotiate.protocols())
                .containsExactly(
                        new Protocol(0xE0, List.of(), List.of()), new Protocol(1, List.of(0xE0, 2), List.of(0xFF)));
        Protocol offer = Objects.requireNonNull(negotiate.dhchap());
        assertThat(offer.offers(DhchapHash.SHA_384)).isTrue();
        assertThat(offer.offers(DhchapHash.SHA_256)).isFalse();
        assertThat(offer.offers(DhGroup.NULL)).isFalse();
        bytes[8 + 64] = 2;
        assertThat(((AuthNegotiate) parse(bytes)).dhchap()).isNull();
    }

    @Test
    void theLargestOfferIsTaken() throws AuthMessageException {
        Protocol protocol = new Protocol(1, Collections.nCopies(30, 0xFF), Collections.nCopies(30, 0xFE));
        AuthNegotiate negotiate = new AuthNegotiate(0xFFFF, 0xFF, Collections.nCopies(255, protocol));
        assertThat(negotiate.size()).isEqualTo(16328).isLessThanOrEqualTo(AuthMessage.MAX_SIZE);
        assertThat(parse(written(negotiate))).isEqualTo(negotiate);
    }

    @Test
    void anOfferThatContradictsItselfIsRefused() {
        refused(changed(NEGOTIATE, 7, 0), AuthFailure.INCORRECT_PAYLOAD); // NAPD
        refused(changed(NEGOTIATE, 7, 2), AuthFailure.INCORRECT_PAYLOAD);
        refused(changed(NEGOTIATE, 7, 255), AuthFailure.INCORRECT_PAYLOAD);
        for (int count : new int[] {0, 31, 60, 255}) {
            refused(changed(NEGOTIATE, 10, count), AuthFailure.INCORRECT_PAYLOAD); // HALEN
            refused(changed(NEGOTIATE, 11, count), AuthFailure.INCORRECT_PAYLOAD); // DHLEN
        }
    }

    @Test
    void aChallengeThatContradictsItselfIsRefused() {
        refused(changed(CHALLENGE, 8, 0), AuthFailure.HASH_UNUSABLE);
        refused(changed(CHALLENGE, 8, 4), AuthFailure.HASH_UNUSABLE);
        refused(changed(CHALLENGE, 9, 6), AuthFailure.DH_GROUP_UNUSABLE);
        refused(changed(CHALLENGE, 6, 48), AuthFailure.INCORRECT_PAYLOAD); // HL
        refused(changed(CHALLENGE, 9, 0), AuthFailure.INCORRECT_PAYLOAD); // a DH value without a group
        refused(changed(CHALLENGE, 11, 0), AuthFailure.INCORRECT_PAYLOAD); // a group without a DH value
        // a byte longer than the prime
        refused(changed(Arrays.copyOf(bytes(CHALLENGE), 2000), 10, 1), AuthFailure.INCORRECT_PAYLOAD);
        refused(changed(CHALLENGE, 11, 0xFF), AuthFailure.INCORRECT_PAYLOAD);
    }

    @Test
    void aReplyThatContradictsItselfIsRefused() {
        for (int hl : new int[] {0, 1, 31, 33, 64, 255}) {
            refused(changed(REPLY, 6, hl), AuthFailure.INCORRECT_PAYLOAD);
        }
        refused(changed(REPLY, 8, 2), AuthFailure.INCORRECT_PAYLOAD); // CVALID
        refused(changed(REPLY, 10, 0x81), AuthFailure.INCORRECT_PAYLOAD); // a DH value that is not there
        refused(changed(Arrays.copyOf(bytes(REPLY), 5000), 11, 0x05), AuthFailure.INCORRECT_PAYLOAD); // 1408 bytes
        refused(changed(REPLY, 11, 0xFF), AuthFailure.INCORRECT_PAYLOAD);
    }

    @Test
    void aReplyIsCheckedAgainstTheSelection() throws AuthMessageException {
        DhchapReply reply = (DhchapReply) parse(bytes(REPLY));
        reply.require(DhchapHash.SHA_384, DhGroup.FFDHE3072);
        reply.require(DhchapHash.SHA_384, DhGroup.FFDHE8192);
        refused(reply, DhchapHash.SHA_256, DhGroup.FFDHE3072);
        refused(reply, DhchapHash.SHA_512, DhGroup.FFDHE3072);
        refused(reply, DhchapHash.SHA_384, DhGroup.FFDHE2048);
        refused(reply, DhchapHash.SHA_384, DhGroup.NULL);
        DhchapReply oneWay = (DhchapReply) parse(bytes(REPLY_ONE_WAY));
        oneWay.require(DhchapHash.SHA_512, DhGroup.NULL);
        refused(oneWay, DhchapHash.SHA_512, DhGroup.FFDHE2048);
        assertThat(oneWay.challenge()).isNull();
    }

    @Test
    void aSuccessThatContradictsItselfIsRefused() {
        for (int hl : new int[] {0, 16, 48, 64, 255}) {
            refused(changed(SUCCESS1, 6, hl), AuthFailure.INCORRECT_PAYLOAD);
        }
        refused(changed(Arrays.copyOf(bytes(SUCCESS1), 500), 8, 2), AuthFailure.INCORRECT_PAYLOAD); // RVALID
        refused(changed(SUCCESS1_ONE_WAY, 6, 63), AuthFailure.INCORRECT_PAYLOAD);
    }

    @Test
    void aSuccessWithoutAResponseMayEndBeforeIt() throws AuthMessageException {
        DhchapSuccess1 success = (DhchapSuccess1) parse(Arrays.copyOf(bytes(SUCCESS1_ONE_WAY), 16));
        assertThat(success.response()).isNull();
        assertThat(success.hash()).isEqualTo(DhchapHash.SHA_512);
    }

    @Test
    void whatDoesNotFitIsNotMade() {
        assertThatIllegalArgumentException().isThrownBy(() -> new DhchapSuccess2(0x10000));
        assertThatIllegalArgumentException().isThrownBy(() -> new DhchapSuccess2(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> AuthFailure.failure1(1, 256));
        assertThatIllegalArgumentException().isThrownBy(() -> new AuthNegotiate(1, 0, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> Protocol.dhchap(List.of(), List.of(DhGroup.NULL)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Protocol(2, List.of(1), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Protocol(1, List.of(256), List.of(1)))
                .withMessageContaining("256");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new DhchapChallenge(1, DhchapHash.SHA_256, DhGroup.NULL, 1, new byte[48], new byte[0]));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new DhchapChallenge(1, DhchapHash.SHA_256, DhGroup.NULL, 1, new byte[32], new byte[1]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DhchapReply(1, new byte[32], new byte[48], 1, new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> new DhchapReply(1, new byte[33], null, 1, new byte[0]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DhchapReply(1, new byte[32], null, 1, new byte[1025]));
        assertThatIllegalArgumentException().isThrownBy(() -> new DhchapSuccess1(1, DhchapHash.SHA_256, new byte[64]));
    }

    @Test
    void everyExplanationHasAName() {
        for (int explanation = 1; explanation <= 7; explanation++) {
            assertThat(AuthFailure.describe(explanation)).doesNotContain("explanation");
        }
        assertThat(AuthFailure.describe(0xAB)).isEqualTo("explanation ABh");
    }

    @Test
    void theCommandsFieldsAreWhereTheSpecificationPutsThem() {
        ByteBuf sqe = Unpooled.wrappedBuffer(fill(BASE + 64, 0xCC));
        AuthCommand.write(sqe, BASE, 0x12345678);
        byte[] expected = fill(BASE + 64, 0xCC);
        System.arraycopy(bytes("01 01 e9 78563412"), 0, expected, BASE + 41, 7);
        assertThat(ByteBufUtil.getBytes(sqe)).isEqualTo(expected);
        assertThat(AuthCommand.secp(sqe, BASE)).isEqualTo(AuthCommand.SECP_NVME);
        assertThat(AuthCommand.spsp0(sqe, BASE)).isEqualTo(1);
        assertThat(AuthCommand.spsp1(sqe, BASE)).isEqualTo(1);
        sqe.setIntLE(BASE + 44, -1);
        assertThat(AuthCommand.length(sqe, BASE)).isEqualTo(0xFFFFFFFFL);
    }

    private static void refused(byte[] bytes, int explanation) {
        assertThatExceptionOfType(AuthMessageException.class)
                .isThrownBy(() -> parse(bytes))
                .satisfies(e -> assertThat(e.explanation()).isEqualTo(explanation))
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }

    private static void refused(DhchapReply reply, DhchapHash hash, DhGroup group) {
        assertThatExceptionOfType(AuthMessageException.class)
                .isThrownBy(() -> reply.require(hash, group))
                .satisfies(e -> assertThat(e.explanation()).isEqualTo(AuthFailure.INCORRECT_PAYLOAD));
    }

    /** The buffer ends where the message does, so that a look beyond it fails. */
    private static AuthMessage parse(byte[] bytes) throws AuthMessageException {
        return AuthMessage.parse(Unpooled.wrappedBuffer(bytes), 0, bytes.length);
    }

    private static byte[] written(AuthMessage message) {
        ByteBuf page = Unpooled.wrappedBuffer(new byte[message.size()]);
        message.write(page, 0);
        return ByteBufUtil.getBytes(page, 0, message.size());
    }

    private static byte[] changed(String hex, int index, int value) {
        return changed(bytes(hex), index, value);
    }

    private static byte[] changed(byte[] bytes, int index, int value) {
        bytes[index] = (byte) value;
        return bytes;
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static byte[] fill(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
