package io.nvmevf.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is sent before anyone is known: a parser gives a message that can be written and read again, or says what is
 * wrong; it fails in no other way and looks at nothing outside of what it was given. The fuzz tests run their seed
 * corpus as ordinary tests, and fuzz when JAZZER_FUZZ is set; the others mutate good input with seeds of their own in
 * every run.
 */
class HostileAuthFuzzTest {
    private static final List<String> TEXTS = List.of(
            "DHHC-1:01:ia6zGodOr4SEG0Zzaw398rpY0wqipUWj4jWjUh4HWUz6aQ2n:",
            "NVMeTLSkey-1:02:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwP/w0S89ELi3W2LxIcLXVsDn8kXZQ==:");

    @FuzzTest
    void anyMessage(byte[] data) {
        hostileMessage(data);
    }

    @FuzzTest
    void anyText(byte[] data) {
        hostileText(new String(data, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aGoodMessageWithMutations(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int taken = 0;
        for (int i = 0; i < 5_000; i++) {
            List<AuthMessageTest.Example> examples = AuthMessageTest.examples();
            byte[] message = examples.get(random.nextInt(examples.size())).bytes();
            for (int n = random.nextInt(4); n > 0; n--) {
                switch (random.nextInt(3)) {
                    case 0 -> message[random.nextInt(Math.min(message.length, 16))] = (byte) random.nextInt();
                    case 1 -> message[random.nextInt(message.length)] ^= (byte) (1 << random.nextInt(8));
                    default -> message = Arrays.copyOf(message, 1 + random.nextInt(message.length + 50));
                }
            }
            taken += hostileMessage(message) ? 1 : 0;
        }
        assertThat(taken).as("messages that are still good").isBetween(500, 4_500);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aGoodTextWithMutations(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder(TEXTS.get(random.nextInt(TEXTS.size())));
            for (int n = random.nextInt(3); n > 0; n--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(0x20, 0x80));
                    case 1 -> text.insert(at, (char) random.nextInt(0x800));
                    default -> text.deleteCharAt(at);
                }
            }
            hostileText(text.toString());
        }
    }

    /** Whether a message was read; any failure but {@link AuthMessageException} is a finding. */
    private static boolean hostileMessage(byte[] data) {
        try {
            AuthMessage message = AuthMessage.parse(Unpooled.wrappedBuffer(data), 0, data.length);
            byte[] written = written(message);
            AuthMessage again = AuthMessage.parse(Unpooled.wrappedBuffer(written), 0, written.length);
            if (!Arrays.equals(written, written(again))) {
                throw new AssertionError("written and read again, it is another: " + Arrays.toString(data));
            }
            if (message instanceof DhchapReply reply && reply.dhValue().length <= DhGroup.FFDHE2048.length()) {
                exchange(reply.dhValue());
            }
            return true;
        } catch (AuthMessageException e) {
            if (e.explanation() < AuthFailure.FAILED || e.explanation() > AuthFailure.INCORRECT_MESSAGE) {
                throw new AssertionError("no such explanation: " + e.explanation(), e);
            }
            return false;
        }
    }

    private static void exchange(byte[] peer) throws AuthMessageException {
        byte[] secret = Exchange.SIDE.sharedSecret(peer);
        if (secret.length != DhGroup.FFDHE2048.length()) {
            throw new AssertionError("a secret of " + secret.length + " bytes");
        }
    }

    private static void hostileText(String text) {
        try {
            equal(text, DhchapSecret.parse(text).text());
        } catch (IllegalArgumentException e) {
            assertThat(e).hasNoCause();
        }
        try {
            equal(text, TlsPskInterchange.parse(text).text());
        } catch (IllegalArgumentException e) {
            assertThat(e).hasNoCause();
        }
    }

    private static void equal(String text, String written) {
        if (!text.equals(written)) {
            throw new AssertionError("there are two texts of one key: " + text);
        }
    }

    private static byte[] written(AuthMessage message) {
        ByteBuf page = Unpooled.wrappedBuffer(new byte[message.size()]);
        message.write(page, 0);
        return ByteBufUtil.getBytes(page, 0, message.size());
    }

    private static final class Exchange {
        private static final DhExchange SIDE = DhExchange.generate(DhGroup.FFDHE2048, new SecureRandom());
    }
}
