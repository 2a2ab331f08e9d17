package io.nvmevf.server.wipe;

/** The wiper is being closed: the run ends at this step, and nobody is told. */
final class StoppedException extends Exception {
    StoppedException() {
        super("the wiper is closed");
    }
}
