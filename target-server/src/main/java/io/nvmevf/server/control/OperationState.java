package io.nvmevf.server.control;

/** Whether an {@link Operation} has ended, and how. */
public enum OperationState {
    RUNNING,
    SUCCEEDED,
    FAILED
}
