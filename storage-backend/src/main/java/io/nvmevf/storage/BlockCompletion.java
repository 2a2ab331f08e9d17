package io.nvmevf.storage;

/** Told once, on the queue's event loop, how a request ended. Implemented by what waits for it, so that nothing is allocated. */
@FunctionalInterface
public interface BlockCompletion {
    void done(BlockError error);
}
