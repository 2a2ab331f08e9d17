package io.nvmevf.server.control;

/** Whether hosts reach a virtual function: the state of a secondary controller (NVMe Base 2.1 §8.2.6). */
public enum VfState {
    /** Hosts may connect. */
    ONLINE,
    /** On the way to OFFLINE: nobody may connect, and what runs comes to its end. */
    DRAINING,
    /** No host is connected and none may connect; discovery does not show it. */
    OFFLINE
}
