package io.nvmevf.server.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.TlsTrafficSecret;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordLayerTest {

    private static TlsTrafficSecret secret(DhchapHash hash, int seed) {
        byte[] secret = new byte[hash.length()];
        new Random(seed).nextBytes(secret);
        return new TlsTrafficSecret(hash, secret);
    }

    private static AesGcmRecordLayer here(DhchapHash hash) {
        return new AesGcmRecordLayer(secret(hash, 1), secret(hash, 2));
    }

    private static AesGcmRecordLayer there(DhchapHash hash) {
        return new AesGcmRecordLayer(secret(hash, 2), secret(hash, 1));
    }

    private static byte[] protect(RecordLayer layer, byte[] plain) {
        byte[] content = Arrays.copyOf(plain, RecordLayer.ROOM);
        byte[] record = new byte[RecordLayer.ROOM];
        return Arrays.copyOf(record, layer.protect(Tls.APPLICATION_DATA, content, plain.length, record));
    }

    private static byte[] open(RecordLayer layer, byte[] record) throws TlsAlertException {
        byte[] content = new byte[RecordLayer.ROOM];
        return Arrays.copyOf(content, layer.open(record, record.length, content));
    }

    /** RFC 8448 §3: the application data of the client and of the server. */
    @Test
    void recordsAreThoseOfRfc8448() throws TlsAlertException {
        HexFormat hex = HexFormat.of();
        byte[] client = hex.parseHex("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");
        byte[] server = hex.parseHex("a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643");
        byte[] plain = new byte[50];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) i;
        }
        RecordLayer layer = new AesGcmRecordLayer(
                new TlsTrafficSecret(DhchapHash.SHA_256, client), new TlsTrafficSecret(DhchapHash.SHA_256, server));
        byte[] record = protect(layer, plain);
        assertThat(record)
                .isEqualTo(
                        hex.parseHex(
                                "1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4"));
    }

    @ParameterizedTest
    @EnumSource(
            value = DhchapHash.class,
            names = {"SHA_256", "SHA_384"})
    void whatIsProtectedIsOpened(DhchapHash hash) throws TlsAlertException {
        AesGcmRecordLayer here = here(hash);
        AesGcmRecordLayer there = there(hash);
        for (int length : new int[] {0, 1, 15, 16, 24, 4096, Tls.MAX_CONTENT - 1, Tls.MAX_CONTENT}) {
            byte[] plain = new byte[length];
            new Random(length).nextBytes(plain);
            byte[] record = protect(here, plain);
            assertThat(record).hasSize(length + RecordLayer.OVERHEAD);
            assertThat(open(there, record)).isEqualTo(plain);
            assertThat(there.contentType()).isEqualTo(Tls.APPLICATION_DATA);
            here.updateSending();
            there.updateReceiving();
        }
    }

    @Test
    void paddingIsTakenOff() throws TlsAlertException {
        AesGcmRecordLayer here = here(DhchapHash.SHA_256);
        byte[] content = new byte[RecordLayer.ROOM];
        content[0] = 7;
        content[1] = Tls.APPLICATION_DATA;
        byte[] record = new byte[RecordLayer.ROOM];
        // (A "content type" of 0 makes a byte of padding of it.)
        int length = here.protect(0, content, 100, record);
        assertThat(open(there(DhchapHash.SHA_256), Arrays.copyOf(record, length)))
                .containsExactly(7);
        byte[] nothing = Arrays.copyOf(record, here.protect(0, new byte[RecordLayer.ROOM], 10, record));
        AesGcmRecordLayer there = there(DhchapHash.SHA_256);
        open(there, protect(here(DhchapHash.SHA_256), new byte[1]));
        assertThatThrownBy(() -> open(there, nothing))
                .isInstanceOfSatisfying(
                        TlsAlertException.class, e -> assertThat(e.alert()).isEqualTo(Tls.UNEXPECTED_MESSAGE));
    }

    @Test
    void moreContentThanAllowedIsRefused() {
        AesGcmRecordLayer here = here(DhchapHash.SHA_256);
        byte[] content = new byte[RecordLayer.ROOM];
        Arrays.fill(content, (byte) 1);
        byte[] record = new byte[RecordLayer.ROOM];
        int length = here.protect(Tls.APPLICATION_DATA, content, Tls.MAX_CONTENT + 1, record);
        assertThatThrownBy(() -> open(there(DhchapHash.SHA_256), Arrays.copyOf(record, length)))
                .isInstanceOfSatisfying(
                        TlsAlertException.class, e -> assertThat(e.alert()).isEqualTo(Tls.RECORD_OVERFLOW));
    }

    /** RFC 8446 §5.5. */
    @ParameterizedTest
    @ValueSource(ints = {1000, 4096, Tls.MAX_CONTENT})
    void aKeyIsReplacedBeforeItHasProtectedTooMuch(int length) throws TlsAlertException {
        int most = 1 << 14;
        RecordLayer here = new AesGcmRecordLayer(secret(DhchapHash.SHA_256, 1), secret(DhchapHash.SHA_256, 2), most);
        RecordLayer there = there(DhchapHash.SHA_256);
        List<ByteBuf> sent = new ArrayList<>();
        TlsSender sender = new TlsSender(here, UnpooledByteBufAllocator.DEFAULT, sent::add);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        int updates = 0;
        long blocks = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] data = new byte[length];
            new Random(i).nextBytes(data);
            written.writeBytes(data);
            sender.write(Unpooled.wrappedBuffer(data));
            sender.finish();
            for (ByteBuf out : sent) {
                while (out.isReadable()) {
                    byte[] record = new byte[Tls.HEADER + out.getUnsignedShort(out.readerIndex() + 3)];
                    out.readBytes(record);
                    byte[] content = open(there, record);
                    blocks += content.length / 16 + 2;
                    if (there.contentType() == Tls.HANDSHAKE) {
                        assertThat(content).containsExactly(24, 0, 0, 1, 0);
                        assertThat(blocks).isLessThan(most + 5 * (Tls.MAX_CONTENT / 16 + 2));
                        there.updateReceiving();
                        updates++;
                        blocks = 0;
                    } else {
                        received.writeBytes(content);
                    }
                }
                out.release();
            }
            sent.clear();
        }
        int recordsOfAKey = Math.ceilDiv(most, length / 16 + 2);
        assertThat(updates).isEqualTo(999 / recordsOfAKey).isPositive();
        assertThat(ByteBufUtil.hexDump(received.toByteArray())).isEqualTo(ByteBufUtil.hexDump(written.toByteArray()));
        assertThat(AesGcmRecordLayer.MOST_BLOCKS * 16).as("bytes of a key").isEqualTo(256L << 30);
    }
}
