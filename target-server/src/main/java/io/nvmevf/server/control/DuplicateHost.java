package io.nvmevf.server.control;

/** What becomes of a second admin queue of a host (same host NQN and host identifier) at one subsystem. */
public enum DuplicateHost {
    /** The host has several controllers, as multipath needs it. */
    ALLOW,
    /** The new one is refused. */
    REJECT,
    /** The older controllers are ended. */
    REPLACE
}
