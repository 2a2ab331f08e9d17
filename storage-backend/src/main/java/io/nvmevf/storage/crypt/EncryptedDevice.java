package io.nvmevf.storage.crypt;

import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.DelegatingDevice;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A device whose content is encrypted on the device beneath, with the same sizes. Writes go through memory of its own, so the caller's
 * buffer is never changed; reads are decrypted where they were read to. Zeroes and deallocations go beneath as they are. Once its key is
 * destroyed, reads answer READ_FAILED, and what writes answers WRITE_FAILED.
 */
public final class EncryptedDevice extends DelegatingDevice {

    private final DataKey key;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param inner owned from here on
     * @param key owned from here on: destroyed when the device is closed
     */
    public EncryptedDevice(BlockDevice inner, DataKey key) {
        this(inner, key, () -> {});
    }

    /** @param onClose called once, at the end of the first close */
    EncryptedDevice(BlockDevice inner, DataKey key, Runnable onClose) {
        super(inner);
        this.key = key;
        this.onClose = onClose;
    }

    @Override
    public BlockQueue openQueue(IoEventLoop loop) {
        return new EncryptedQueue(inner, inner.openQueue(loop), loop, key);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            inner.close();
            key.destroy();
            onClose.run();
        }
    }

    @Override
    public String toString() {
        return "encrypted " + inner;
    }
}
