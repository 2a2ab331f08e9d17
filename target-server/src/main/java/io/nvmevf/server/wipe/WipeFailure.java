package io.nvmevf.server.wipe;

/** A run failed. The message says what happened, where, and what to do. */
final class WipeFailure extends Exception {
    WipeFailure(String message) {
        super(message);
    }
}
