package io.nvmevf.server.transport;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.tcp.CapsuleCmd;
import io.nvmevf.protocol.tcp.DataPdu;
import io.nvmevf.protocol.tcp.IcReq;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.TermReq;

/**
 * What a PDU's header may say (NVMe/TCP 1.1 §3.6.2). Everything that later code takes for granted about lengths is checked
 * here, before a byte beyond the common header is looked at.
 */
final class PduChecks {
    private final TransportLimits limits;
    private boolean hdgst;
    private boolean ddgst;
    private boolean established;

    PduChecks(TransportLimits limits) {
        this.limits = limits;
    }

    /** The connection is initialized, with these digests. */
    void established(boolean hdgst, boolean ddgst) {
        this.hdgst = hdgst;
        this.ddgst = ddgst;
        established = true;
    }

    /**
     * Checks the common header.
     *
     * @return bytes up to the data, or of the whole PDU where it has none: 24 to 255
     */
    int headerLength(ByteBuf b, int at) throws TransportException {
        int type = Pdu.type(b, at);
        return switch (type) {
            case Pdu.IC_REQ -> {
                require(!established, "a second ICReq");
                hlen(b, at, IcReq.SIZE);
                plen(b, at, IcReq.SIZE, IcReq.SIZE);
                yield IcReq.SIZE;
            }
            case Pdu.H2C_TERM_REQ -> {
                hlen(b, at, TermReq.HEADER);
                plen(b, at, TermReq.HEADER, TermReq.MAX_SIZE);
                yield (int) Pdu.plen(b, at);
            }
            case Pdu.CAPSULE_CMD -> {
                require(established, "CapsuleCmd before ICReq");
                hlen(b, at, CapsuleCmd.HEADER);
                yield withData(b, at, Math.max(TransportLimits.ADMIN_IN_CAPSULE_DATA, limits.inCapsuleData()), true);
            }
            case Pdu.H2C_DATA -> {
                require(established, "H2CData before ICReq");
                hlen(b, at, DataPdu.HEADER);
                yield withData(b, at, Integer.MAX_VALUE - 512, false);
            }
            default ->
                throw new TransportException(
                        TermReq.INVALID_HEADER_FIELD, Pdu.TYPE_OFFSET, "a host does not send " + Pdu.name(type));
        };
    }

    /** Data bytes of a PDU whose header passed {@link #headerLength}. */
    int dataLength(ByteBuf b, int at) {
        int plen = (int) Pdu.plen(b, at);
        int header = Pdu.hlen(b, at) + (hdgst ? Pdu.DIGEST : 0);
        return plen == header ? 0 : plen - Pdu.pdo(b, at) - (ddgst ? Pdu.DIGEST : 0);
    }

    /** A capsule's data against what its queue takes, which is known only with the command. */
    void inCapsule(ByteBuf b, int at, int dataLength, boolean adminQueue) throws TransportException {
        boolean fabrics = Sqe.opc(b, at + CapsuleCmd.SQE_OFFSET) == FabricsCommand.OPCODE;
        if (dataLength > limits.inCapsuleData(adminQueue || fabrics)) {
            throw new TransportException(
                    TermReq.INVALID_HEADER_FIELD,
                    Pdu.PLEN_OFFSET,
                    "in-capsule data of %d bytes, more than IOCCSZ allows".formatted(dataLength));
        }
    }

    /** An H2CData against the transfer that it belongs to: the pieces come in order, and no more than was asked for. */
    void hostData(ByteBuf b, int at, int dataLength, CommandSlot slot) throws TransportException {
        if (DataPdu.cccid(b, at) != slot.cid()) {
            throw new TransportException(
                    TermReq.INVALID_HEADER_FIELD,
                    DataPdu.CCCID_OFFSET,
                    "CCCID %04Xh is not that of the transfer".formatted(DataPdu.cccid(b, at)));
        }
        long datal = DataPdu.datal(b, at);
        if (datal != dataLength) {
            throw new TransportException(
                    TermReq.INVALID_HEADER_FIELD,
                    DataPdu.DATAL_OFFSET,
                    "DATAL %d in a PDU with %d bytes of data".formatted(datal, dataLength));
        }
        long datao = DataPdu.datao(b, at);
        if (datao != slot.received || datao + datal > slot.length()) {
            throw new TransportException(
                    TermReq.DATA_TRANSFER_OUT_OF_RANGE,
                    DataPdu.DATAO_OFFSET,
                    "data %d+%d where %d of %d are due".formatted(datao, datal, slot.received, slot.length()));
        }
        if (datal > limits.maxH2cData()) {
            throw new TransportException(
                    TermReq.LIMIT_EXCEEDED, DataPdu.DATAL_OFFSET, "DATAL %d above MAXH2CDATA".formatted(datal));
        }
        boolean last = (Pdu.flags(b, at) & Pdu.LAST_PDU) != 0;
        if (last != (datao + datal == slot.length())) {
            throw new TransportException(
                    TermReq.INVALID_HEADER_FIELD, Pdu.FLAGS_OFFSET, "LAST_PDU is not where the data ends");
        }
    }

    private int withData(ByteBuf b, int at, int maxData, boolean dataOptional) throws TransportException {
        int flags = Pdu.flags(b, at);
        int header = Pdu.hlen(b, at) + (hdgst ? Pdu.DIGEST : 0);
        if (((flags & Pdu.HDGSTF) != 0) != hdgst) {
            throw new TransportException(
                    TermReq.INVALID_HEADER_FIELD, Pdu.FLAGS_OFFSET, "HDGSTF is not what was negotiated");
        }
        long plen = Pdu.plen(b, at);
        if (dataOptional && plen == header) {
            return header;
        }
        if (((flags & Pdu.DDGSTF) != 0) != ddgst) {
            throw new TransportException(
                    TermReq.INVALID_HEADER_FIELD, Pdu.FLAGS_OFFSET, "DDGSTF is not what was negotiated");
        }
        int tail = ddgst ? Pdu.DIGEST : 0;
        if (plen <= header + tail) {
            throw new TransportException(
                    TermReq.INVALID_HEADER_FIELD, Pdu.PLEN_OFFSET, "PLEN %d leaves no data".formatted(plen));
        }
        int pdo = Pdu.pdo(b, at);
        if (pdo < header || pdo % ((limits.cpda() + 1) * 4) != 0 || pdo + tail >= plen) {
            throw new TransportException(
                    TermReq.INVALID_HEADER_FIELD, Pdu.PDO_OFFSET, "PDO %d in a PDU of %d".formatted(pdo, plen));
        }
        if (plen - pdo - tail > maxData) {
            throw new TransportException(
                    TermReq.INVALID_HEADER_FIELD, Pdu.PLEN_OFFSET, "PLEN %d is too large".formatted(plen));
        }
        return pdo;
    }

    private static void require(boolean ok, String what) throws TransportException {
        if (!ok) {
            throw new TransportException(TermReq.PDU_SEQUENCE_ERROR, 0, what);
        }
    }

    private static void hlen(ByteBuf b, int at, int expected) throws TransportException {
        if (Pdu.hlen(b, at) != expected) {
            throw new TransportException(
                    TermReq.INVALID_HEADER_FIELD,
                    Pdu.HLEN_OFFSET,
                    "HLEN %d of %s".formatted(Pdu.hlen(b, at), Pdu.name(Pdu.type(b, at))));
        }
    }

    private static void plen(ByteBuf b, int at, int least, int most) throws TransportException {
        long plen = Pdu.plen(b, at);
        if (plen < least || plen > most) {
            throw new TransportException(
                    TermReq.INVALID_HEADER_FIELD,
                    Pdu.PLEN_OFFSET,
                    "PLEN %d of %s".formatted(plen, Pdu.name(Pdu.type(b, at))));
        }
    }
}
