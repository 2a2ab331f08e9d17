package io.nvmevf.bench.load;

import io.nvmevf.protocol.tcp.DataPdu;
import io.nvmevf.protocol.tcp.Pdu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What one connection still has to send. Command capsules are collected and leave with one write; H2CData leave one by
 * one, header, payload and digest gathered, so that large data is not copied here. A PDU that was begun is finished before
 * another one starts.
 */
final class Transmitter {
    private static final int MAX_H2C_HEADER = 256;

    private final Wire wire;
    private final Memory capsules;
    private final int hdgst;
    private final int ddgst;
    private final int pdo;
    private final int maxh2cdata;
    private final CRC32C crc = new CRC32C();

    /** Waiting R2Ts, a ring: each slot has at most one outstanding, since ICReq says MAXR2T 1. */
    private final int[] cids;

    private final int[] ttags;
    private final int[] offsets;
    private final int[] ends;
    private final Memory[] sources;
    private final int[] bases;
    private int head;
    private int waiting;

    private final Memory h2cHeader = new Memory(MAX_H2C_HEADER);
    private final Memory h2cDigest = new Memory(Pdu.DIGEST);
    private final ByteBuffer[] h2c = new ByteBuffer[3];
    private boolean h2cBegun;

    /**
     * @param depth commands in flight
     * @param capsuleBytes of all commands that can be in flight
     */
    Transmitter(Wire wire, Connection limits, int depth, int capsuleBytes) {
        this.wire = wire;
        capsules = new Memory(capsuleBytes);
        capsules.nio.limit(0);
        hdgst = limits.hdgst() ? Pdu.DIGEST : 0;
        ddgst = limits.ddgst() ? Pdu.DIGEST : 0;
        pdo = DataPdu.pdo(DataPdu.HEADER, hdgst, limits.cpda());
        maxh2cdata = limits.maxh2cdata();
        cids = new int[depth];
        ttags = new int[depth];
        offsets = new int[depth];
        ends = new int[depth];
        sources = new Memory[depth];
        bases = new int[depth];
    }

    /** Adds a command: {@code length} bytes of {@code template}. Returns where it stands in {@link #capsules()}. */
    int append(Memory template, int length) {
        ByteBuffer out = capsules.nio;
        if (!out.hasRemaining()) {
            out.position(0).limit(0);
        } else if (out.capacity() - out.limit() < length) {
            out.compact().flip();
        }
        int at = out.limit();
        out.limit(at + length);
        template.copy(0, capsules, at, length);
        return at;
    }

    Memory capsules() {
        return capsules;
    }

    /** Answers an R2T with bytes {@code offset} to {@code end} of the command's data, which starts at {@code base}. */
    void sendData(int cid, int ttag, int offset, int end, Memory source, int base) throws LoadException {
        if (waiting == cids.length) {
            throw new LoadException("more R2Ts than commands");
        }
        int i = (head + waiting++) % cids.length;
        cids[i] = cid;
        ttags[i] = ttag;
        offsets[i] = offset;
        ends[i] = end;
        sources[i] = source;
        bases[i] = base;
    }

    /** Sends what the socket takes. Returns whether nothing is left. */
    boolean flush() throws IOException {
        while (true) {
            if (h2cBegun) {
                wire.write(h2c);
                if (h2c[2].hasRemaining() || h2c[1].hasRemaining()) {
                    return false;
                }
                h2cBegun = false;
            }
            if (capsules.nio.hasRemaining()) {
                wire.write(capsules.nio);
                if (capsules.nio.hasRemaining()) {
                    return false;
                }
            }
            if (waiting == 0) {
                return wire.flush();
            }
            beginData();
        }
    }

    private void beginData() {
        int offset = offsets[head];
        int length = Math.min(maxh2cdata, ends[head] - offset);
        boolean last = offset + length == ends[head];
        int flags = (hdgst != 0 ? Pdu.HDGSTF : 0) | (ddgst != 0 ? Pdu.DDGSTF : 0) | (last ? Pdu.LAST_PDU : 0);
        int plen = pdo + length + ddgst;
        DataPdu.write(h2cHeader.buf, 0, Pdu.H2C_DATA, flags, pdo, plen, cids[head], ttags[head], offset, length);
        if (hdgst != 0) {
            h2cHeader.nio.putInt(DataPdu.HEADER, h2cHeader.crc(crc, 0, DataPdu.HEADER));
        }
        Memory source = sources[head];
        int from = bases[head] + offset;
        if (ddgst != 0) {
            h2cDigest.nio.putInt(0, source.crc(crc, from, length));
        }
        h2c[0] = h2cHeader.part(0, pdo);
        h2c[1] = source.part(from, length);
        h2c[2] = h2cDigest.part(0, ddgst);
        h2cBegun = true;
        if (last) {
            head = (head + 1) % cids.length;
            waiting--;
        } else {
            offsets[head] = offset + length;
        }
    }
}
