package io.nvmevf.server.wipe;

/** How a device is erased. After each method every byte reads as zero. */
public enum WipeMethod {
    /** The device's key is destroyed and a new one made; then the space is deallocated. Only for encrypted devices. */
    CRYPTO,
    /** Zeros are written over the whole device, in pieces; when one is stable, its space is given back. */
    ZERO,
    /** The space is given back to the file system or device beneath, which then reads as zeros. */
    DEALLOCATE,
    /** A pattern is written over the whole device, once or more; then the space is deallocated. */
    OVERWRITE;

    /** Whether it takes as long as writing the whole device. */
    boolean isSlow() {
        return this == ZERO || this == OVERWRITE;
    }
}
