package io.nvmevf.server.transport;

import io.netty.buffer.ByteBuf;
import java.util.zip.CRC32C;

/** CRC-32C over parts of buffers, for header and data digests (NVMe/TCP 1.1 §3.1.1). One for each event loop or queue. */
final class Digest {
    private final CRC32C crc = new CRC32C();

    int of(ByteBuf b, int index, int length) {
        crc.reset();
        crc.update(b.internalNioBuffer(index, length));
        return (int) crc.getValue();
    }
}
