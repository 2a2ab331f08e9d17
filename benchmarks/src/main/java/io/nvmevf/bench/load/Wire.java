package io.nvmevf.bench.load;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What moves the bytes of one connection: its socket as it is, or with TLS around ({@link TlsWire}). Blocks as the socket does. */
interface Wire extends Closeable {
    /** Puts what has come into {@code into}; returns how much it is, -1 at the end. */
    int read(ByteBuffer into) throws IOException;

    /** Takes of {@code from} what can be sent. */
    void write(ByteBuffer from) throws IOException;

    /** Takes of these, in this order, what can be sent. */
    void write(ByteBuffer[] from) throws IOException;

    /** Sends what was taken and is not gone yet. Returns whether nothing is left. */
    boolean flush() throws IOException;

    /** The socket as it is. */
    static Wire plain(SocketChannel channel) {
        return new Wire() {
            @Override
            public int read(ByteBuffer into) throws IOException {
                return channel.read(into);
            }

            @Override
            public void write(ByteBuffer from) throws IOException {
                channel.write(from);
            }

            @Override
            public void write(ByteBuffer[] from) throws IOException {
                channel.write(from);
            }

            @Override
            public boolean flush() {
                return true;
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
