package io.nvmevf.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Direct memory in the two shapes that are needed: {@link #nio} for channels (its position and limit are the user's),
 * {@link #buf} for the flyweights of the protocol module (absolute indexes only). Freed with the object.
 */
final class Memory {
    final ByteBuffer nio;
    final ByteBuf buf;
    private final ByteBuffer window;
    private final ByteBuffer part;

    Memory(int size) {
        nio = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
        buf = Unpooled.wrappedBuffer(nio);
        window = nio.duplicate();
        part = nio.duplicate();
    }

    int size() {
        return nio.capacity();
    }

    /** The CRC-32C of a part; {@code crc} is where it is calculated. */
    int crc(CRC32C crc, int at, int length) {
        crc.reset();
        addTo(crc, at, length);
        return (int) crc.getValue();
    }

    void addTo(CRC32C crc, int at, int length) {
        crc.update(window.limit(at + length).position(at));
    }

    /** A part as a buffer that stays the same object, valid until the next call. */
    ByteBuffer part(int at, int length) {
        return part.limit(at + length).position(at);
    }

    /** Copies a part of this into {@code to}. */
    void copy(int from, Memory to, int at, int length) {
        to.nio.put(at, nio, from, length);
    }
}
