package io.nvmevf.server.transport.tls;

import io.netty.util.concurrent.FastThreadLocal;

/** Arrays that all connections of one event loop work with, one at a time and within one call. */
final class TlsBuffers {
    private static final FastThreadLocal<TlsBuffers> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected TlsBuffers initialValue() {
            return new TlsBuffers();
        }
    };

    /** Content that is about to be protected. */
    final byte[] content = new byte[RecordLayer.ROOM];
    /** What became of it. */
    final byte[] record = new byte[RecordLayer.ROOM];

    private TlsBuffers() {}

    static TlsBuffers ofThread() {
        return OF_THREAD.get();
    }
}
