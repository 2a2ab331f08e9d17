package io.nvmevf.server.host;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import io.nvmevf.protocol.nvme.Cqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.tcp.CapsuleResp;
import io.nvmevf.protocol.tcp.DataPdu;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.R2t;
import io.nvmevf.protocol.tcp.TermReq;

/**
 * A PDU that a target sent; its form was checked.
 *
 * @param bytes all of it, from index 0
 */
public record ReceivedPdu(ByteBuf bytes) {

    public int type() {
        return Pdu.type(bytes, 0);
    }

    public int flags() {
        return Pdu.flags(bytes, 0);
    }

    public boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    /** Command identifier of a C2HData or an R2T. */
    public int cccid() {
        return DataPdu.cccid(bytes, 0);
    }

    /** The payload of a C2HData. */
    public byte[] data() {
        return Fields.bytes(bytes, Pdu.pdo(bytes, 0), (int) DataPdu.datal(bytes, 0));
    }

    public int cid() {
        return Cqe.cid(bytes, CapsuleResp.CQE_OFFSET);
    }

    public int status() {
        return Cqe.status(bytes, CapsuleResp.CQE_OFFSET);
    }

    public long result() {
        return Cqe.result(bytes, CapsuleResp.CQE_OFFSET);
    }

    public int sqhd() {
        return Cqe.sqhd(bytes, CapsuleResp.CQE_OFFSET);
    }

    @Override
    public String toString() {
        String more = switch (type()) {
            case Pdu.CAPSULE_RESP ->
                " cid=%04Xh %s result=%Xh sqhd=%d".formatted(cid(), Status.describe(status()), result(), sqhd());
            case Pdu.C2H_DATA ->
                " cccid=%04Xh datao=%d datal=%d".formatted(cccid(), DataPdu.datao(bytes, 0), DataPdu.datal(bytes, 0));
            case Pdu.R2T ->
                " cccid=%04Xh ttag=%d r2to=%d r2tl=%d"
                        .formatted(cccid(), R2t.ttag(bytes, 0), R2t.r2to(bytes, 0), R2t.r2tl(bytes, 0));
            case Pdu.C2H_TERM_REQ ->
                " %s fei=%Xh".formatted(TermReq.describe(TermReq.fes(bytes, 0)), TermReq.fei(bytes, 0));
            default -> "";
        };
        return "%s flags=%Xh plen=%d%s".formatted(Pdu.name(type()), flags(), Pdu.plen(bytes, 0), more);
    }
}
