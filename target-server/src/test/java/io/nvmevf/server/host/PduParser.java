package io.nvmevf.server.host;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.Fields;
import io.nvmevf.protocol.tcp.CapsuleResp;
import io.nvmevf.protocol.tcp.DataPdu;
import io.nvmevf.protocol.tcp.IcResp;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.R2t;
import io.nvmevf.protocol.tcp.TermReq;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cuts what a target sends into PDUs, and checks the form of each against the specification (NVMe/TCP 1.1 §3.6). */
public final class PduParser {
    /** More than this is no PDU of a target with an MDTS of 1 MiB. */
    private static final int MAX_PLEN = (1 << 20) + 512;

    private final HostOptions options;
    private byte[] bytes = new byte[4096];
    private int start;
    private int end;

    public PduParser(HostOptions options) {
        this.options = options;
    }

    public void add(byte[] more, int length) {
        if (end + length > bytes.length) {
            bytes = Arrays.copyOfRange(bytes, start, Math.max(start + bytes.length, 2 * (end + length)));
            end -= start;
            start = 0;
        }
        System.arraycopy(more, 0, bytes, end, length);
        end += length;
    }

    /** Bytes that are no whole PDU yet. */
    public int left() {
        return end - start;
    }

    /** The next whole PDU, or null. */
    public @Nullable ReceivedPdu next() {
        if (end - start < Pdu.COMMON_HEADER) {
            return null;
        }
        long plen = Pdu.plen(Unpooled.wrappedBuffer(bytes), start);
        check(plen >= Pdu.COMMON_HEADER && plen <= MAX_PLEN, "PLEN " + plen, null);
        if (end - start < plen) {
            return null;
        }
        byte[] pdu = Arrays.copyOfRange(bytes, start, start + (int) plen);
        start += (int) plen;
        ReceivedPdu received = new ReceivedPdu(Unpooled.wrappedBuffer(pdu));
        check(received, pdu);
        return received;
    }

    private void check(ReceivedPdu pdu, byte[] raw) {
        ByteBuf b = pdu.bytes();
        int hlen = switch (pdu.type()) {
            case Pdu.IC_RESP -> IcResp.SIZE;
            case Pdu.C2H_TERM_REQ -> TermReq.HEADER;
            case Pdu.CAPSULE_RESP -> CapsuleResp.HEADER;
            case Pdu.C2H_DATA -> DataPdu.HEADER;
            case Pdu.R2T -> R2t.HEADER;
            default -> throw new AssertionError("a target does not send " + pdu);
        };
        check(Pdu.hlen(b, 0) == hlen, "HLEN " + Pdu.hlen(b, 0), pdu);
        if (pdu.type() == Pdu.IC_RESP || pdu.type() == Pdu.C2H_TERM_REQ) {
            check(pdu.flags() == 0, "flags are set", pdu);
            check(pdu.type() == Pdu.IC_RESP ? raw.length == hlen : raw.length <= TermReq.MAX_SIZE, "PLEN", pdu);
            return;
        }
        check(pdu.has(Pdu.HDGSTF) == options.hdgst(), "HDGSTF", pdu);
        int header = hlen;
        if (options.hdgst()) {
            check(b.getIntLE(hlen) == HostPdus.crc(raw, 0, hlen), "header digest", pdu);
            header += Pdu.DIGEST;
        }
        if (pdu.type() == Pdu.C2H_DATA) {
            data(pdu, raw, header);
        } else {
            check(raw.length == header, "PLEN", pdu);
            check(Pdu.pdo(b, 0) == 0, "PDO where there is no data", pdu);
        }
    }

    private void data(ReceivedPdu pdu, byte[] raw, int header) {
        ByteBuf b = pdu.bytes();
        int pdo = Pdu.pdo(b, 0);
        long datal = DataPdu.datal(b, 0);
        check(pdo >= header && pdo % ((options.hpda() + 1) * 4) == 0, "PDO " + pdo, pdu);
        for (int i = header; i < pdo; i++) {
            check(raw[i] == 0, "padding", pdu);
        }
        check(pdu.has(Pdu.DDGSTF) == options.ddgst(), "DDGSTF", pdu);
        int ddgst = options.ddgst() ? Pdu.DIGEST : 0;
        check(datal > 0 && raw.length == pdo + datal + ddgst, "DATAL " + datal, pdu);
        if (ddgst > 0) {
            check(b.getIntLE(raw.length - ddgst) == HostPdus.crc(raw, pdo, (int) datal), "data digest", pdu);
        }
        check(!pdu.has(Pdu.SUCCESS) || pdu.has(Pdu.LAST_PDU), "SUCCESS without LAST_PDU", pdu);
    }

    private void check(boolean ok, String what, @Nullable ReceivedPdu pdu) {
        if (!ok) {
            String which = pdu == null
                    ? Arrays.toString(Fields.bytes(Unpooled.wrappedBuffer(bytes), start, Math.min(24, end - start)))
                    : pdu.toString();
            throw new AssertionError("the target sent a PDU with a wrong " + what + ": " + which);
        }
    }
}
