package io.nvmevf.server.transport;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.TermReq;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the stream of a connection into PDUs. A header that lies whole in what was received is used in place; one that was
 * cut is gathered first. Data is copied once, to where its command wants it.
 *
 * <pre>
 *   HEADER ── no data ──▶ HEADER
 *      └───── data ─────▶ DATA ─────▶ [DATA_DIGEST] ─────▶ HEADER
 *   any ── {@link #discard} ──▶ DISCARD: the connection is ending, what still comes is dropped
 * </pre>
 */
final class PduReceiver {

    /** What PDUs mean. */
    interface Sink {
        /**
         * A header has come whole; its header digest was right.
         *
         * @param dataLength bytes of data that follow
         * @return the command that the data belongs to, or null to drop it
         */
        @Nullable
        CommandSlot header(ByteBuf b, int at, int dataLength) throws TransportException;

        /** The data of the last PDU has come whole. {@code intact} tells whether its data digest was right. */
        void data(CommandSlot slot, int length, boolean intact);
    }

    private enum Phase {
        HEADER,
        DATA,
        DATA_DIGEST,
        DISCARD
    }

    /** The longest header: up to a PDO of 255. */
    private static final int MAX_HEADER = 256;

    private final PduChecks checks;
    private final Digest digest;
    private final Sink sink;
    private final ByteBuf gathered;
    private boolean hdgst;
    private boolean ddgst;

    private Phase phase = Phase.HEADER;
    private int gatheredBytes;
    private int headerLength;
    private int dataLength;
    private int dataReceived;
    private @Nullable CommandSlot target;
    private int targetIndex;
    private int digestReceived;
    private int digestBytes;
    private long pdus;

    /**
     * @param gathered 256 bytes of direct memory, the caller's
     */
    PduReceiver(TransportLimits limits, Digest digest, Sink sink, ByteBuf gathered) {
        this.checks = new PduChecks(limits);
        this.digest = digest;
        this.sink = sink;
        this.gathered = gathered;
    }

    static int headerBufferSize() {
        return MAX_HEADER;
    }

    void established(boolean hdgst, boolean ddgst) {
        this.hdgst = hdgst;
        this.ddgst = ddgst;
        checks.established(hdgst, ddgst);
    }

    PduChecks checks() {
        return checks;
    }

    /** PDUs that have begun. Together with {@link #isPartial} it tells a stalled host from a busy one. */
    long pdus() {
        return pdus;
    }

    /** Whether a PDU has begun and is not whole. */
    boolean isPartial() {
        return phase == Phase.DATA || phase == Phase.DATA_DIGEST || gatheredBytes > 0;
    }

    void discard() {
        phase = Phase.DISCARD;
        target = null;
    }

    /** Takes in all of {@code in}. */
    void receive(ByteBuf in) throws TransportException {
        while (in.isReadable()) {
            switch (phase) {
                case HEADER -> header(in);
                case DATA -> data(in);
                case DATA_DIGEST -> dataDigest(in);
                case DISCARD -> in.skipBytes(in.readableBytes());
            }
        }
    }

    private void header(ByteBuf in) throws TransportException {
        if (gatheredBytes == 0) {
            pdus++;
            int at = in.readerIndex();
            if (in.readableBytes() >= Pdu.COMMON_HEADER) {
                headerLength = checkedLength(in, at, in.readableBytes());
                if (in.readableBytes() >= headerLength) {
                    in.skipBytes(headerLength);
                    begin(in, at, true);
                    return;
                }
            } else {
                headerLength = Pdu.COMMON_HEADER;
            }
        }
        gather(in);
        if (gatheredBytes == Pdu.COMMON_HEADER && headerLength == Pdu.COMMON_HEADER) {
            headerLength = checkedLength(gathered, 0, gatheredBytes);
            gather(in);
        }
        if (gatheredBytes == headerLength) {
            gatheredBytes = 0;
            begin(gathered, 0, false);
        }
    }

    private void gather(ByteBuf in) {
        int n = Math.min(in.readableBytes(), headerLength - gatheredBytes);
        in.readBytes(gathered, gatheredBytes, n);
        gatheredBytes += n;
    }

    private int checkedLength(ByteBuf b, int at, int available) throws TransportException {
        try {
            return checks.headerLength(b, at);
        } catch (TransportException e) {
            // (What a TermReq reports back is the start of the PDU at fault.)
            gathered.setBytes(0, b, at, Math.min(available, TermReq.MAX_DATA));
            gatheredBytes = Math.min(available, TermReq.MAX_DATA);
            throw e;
        }
    }

    /** The header of the PDU at fault, after {@link #receive} threw. */
    ByteBuf faultyHeader() {
        return gathered;
    }

    int faultyHeaderLength() {
        return gatheredBytes;
    }

    private void begin(ByteBuf b, int at, boolean inPlace) throws TransportException {
        int type = Pdu.type(b, at);
        boolean digests = type == Pdu.CAPSULE_CMD || type == Pdu.H2C_DATA;
        try {
            if (digests && hdgst) {
                int hlen = Pdu.hlen(b, at);
                int sent = b.getIntLE(at + hlen);
                if (sent != digest.of(b, at, hlen)) {
                    throw new TransportException(TermReq.HEADER_DIGEST_ERROR, sent, "header digest is wrong");
                }
            }
            dataLength = digests ? checks.dataLength(b, at) : 0;
            target = sink.header(b, at, dataLength);
        } catch (TransportException e) {
            int length = Math.min(headerLength, TermReq.MAX_DATA);
            if (inPlace) {
                gathered.setBytes(0, b, at, length);
            }
            gatheredBytes = length;
            throw e;
        }
        if (phase == Phase.DISCARD || dataLength == 0) {
            return;
        }
        dataReceived = 0;
        CommandSlot slot = target;
        targetIndex = slot == null ? 0 : slot.dataIndex() + slot.received;
        phase = Phase.DATA;
    }

    private void data(ByteBuf in) {
        int n = Math.min(in.readableBytes(), dataLength - dataReceived);
        CommandSlot slot = target;
        if (slot == null) {
            in.skipBytes(n);
        } else {
            in.readBytes(slot.data(), targetIndex + dataReceived, n);
        }
        dataReceived += n;
        if (dataReceived == dataLength) {
            if (ddgst) {
                digestBytes = 0;
                digestReceived = 0;
                phase = Phase.DATA_DIGEST;
            } else {
                end(true);
            }
        }
    }

    private void dataDigest(ByteBuf in) {
        while (in.isReadable() && digestBytes < Pdu.DIGEST) {
            digestReceived |= in.readUnsignedByte() << (8 * digestBytes++);
        }
        if (digestBytes == Pdu.DIGEST) {
            CommandSlot slot = target;
            end(slot == null || digest.of(slot.data(), targetIndex, dataLength) == digestReceived);
        }
    }

    private void end(boolean intact) {
        phase = Phase.HEADER;
        CommandSlot slot = target;
        target = null;
        if (slot != null) {
            sink.data(slot, dataLength, intact);
        }
    }
}
