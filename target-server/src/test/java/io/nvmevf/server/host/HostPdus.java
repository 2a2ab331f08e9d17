package io.nvmevf.server.host;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.tcp.CapsuleCmd;
import io.nvmevf.protocol.tcp.DataPdu;
import io.nvmevf.protocol.tcp.IcReq;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.TermReq;
import java.util.zip.CRC32C;

/** The PDUs that a host sends, as bytes. */
public final class HostPdus {
    private final HostOptions options;
    private int cpda;

    public HostPdus(HostOptions options) {
        this.options = options;
    }

    /** What the target asked for in its ICResp. */
    public void cpda(int value) {
        cpda = value;
    }

    public byte[] icReq() {
        byte[] pdu = new byte[IcReq.SIZE];
        IcReq.write(Unpooled.wrappedBuffer(pdu), 0, options.hpda(), options.dgst(), 1);
        return pdu;
    }

    /** A CapsuleCmd; {@code data} may be empty. */
    public byte[] capsule(byte[] sqe, byte[] data) {
        byte[] header = new byte[CapsuleCmd.HEADER];
        System.arraycopy(sqe, 0, header, CapsuleCmd.SQE_OFFSET, Sqe.SIZE);
        return pdu(Pdu.CAPSULE_CMD, 0, header, data, 0, data.length);
    }

    public byte[] h2cData(int cid, int ttag, int offset, byte[] data, int from, int length, boolean last) {
        byte[] header = new byte[DataPdu.HEADER];
        DataPdu.write(Unpooled.wrappedBuffer(header), 0, 0, 0, 0, 0, cid, ttag, offset, length);
        return pdu(Pdu.H2C_DATA, last ? Pdu.LAST_PDU : 0, header, data, from, length);
    }

    public static byte[] termReq(int fes, int fei, byte[] fault) {
        byte[] pdu = new byte[TermReq.HEADER + fault.length];
        TermReq.write(
                Unpooled.wrappedBuffer(pdu),
                0,
                Pdu.H2C_TERM_REQ,
                fes,
                fei,
                Unpooled.wrappedBuffer(fault),
                0,
                fault.length);
        return pdu;
    }

    /** Lays digests, padding and data behind a header, whose first 8 bytes are filled in here. */
    private byte[] pdu(int type, int flags, byte[] header, byte[] data, int from, int length) {
        int hdgst = options.hdgst() ? Pdu.DIGEST : 0;
        int ddgst = options.ddgst() && length > 0 ? Pdu.DIGEST : 0;
        int pdo = length > 0 ? DataPdu.pdo(header.length, hdgst, cpda) : 0;
        int plen = length > 0 ? pdo + length + ddgst : header.length + hdgst;
        byte[] bytes = new byte[plen];
        System.arraycopy(header, 0, bytes, 0, header.length);
        ByteBuf b = Unpooled.wrappedBuffer(bytes);
        int all = flags | (hdgst > 0 ? Pdu.HDGSTF : 0) | (ddgst > 0 ? Pdu.DDGSTF : 0);
        Pdu.header(b, 0, type, all, header.length, pdo, plen);
        if (hdgst > 0) {
            b.setIntLE(header.length, crc(bytes, 0, header.length));
        }
        if (length > 0) {
            System.arraycopy(data, from, bytes, pdo, length);
        }
        if (ddgst > 0) {
            b.setIntLE(pdo + length, crc(bytes, pdo, length));
        }
        return bytes;
    }

    /** Puts the right header digest behind a header that was tampered with. */
    public static void fixHeaderDigest(byte[] pdu) {
        int hlen = pdu[Pdu.HLEN_OFFSET] & 0xFF;
        Unpooled.wrappedBuffer(pdu).setIntLE(hlen, crc(pdu, 0, hlen));
    }

    /** CRC-32C of a part. */
    public static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
