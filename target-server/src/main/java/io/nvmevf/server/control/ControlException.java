package io.nvmevf.server.control;

/** A change was refused or failed. The message says what is wrong and what to do, in words for an operator. */
public final class ControlException extends Exception {

    /** Why. A closed set: REST maps each to one HTTP status, the command line to one exit code, in band to one NVMe status. */
    public enum Reason {
        /** There is no virtual function, namespace, profile or operation of this name. */
        NOT_FOUND,
        /** The name or NQN is taken, or the namespace is attached already. */
        EXISTS,
        /** A value is not allowed. Nothing was changed. */
        INVALID,
        /** The pool has less capacity, or the physical function fewer queues left than was asked for. Nothing was changed. */
        NO_CAPACITY,
        /** Something else still depends on it. Nothing was changed. */
        IN_USE,
        /** The namespace is not attached. Nothing was changed. */
        NOT_ATTACHED,
        /** Its state does not allow that now. Nothing was changed. */
        WRONG_STATE,
        /** Storage or the state file failed. The message says what holds now. */
        IO
    }

    private final Reason reason;

    public ControlException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public ControlException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** A value is not allowed. */
    static ControlException invalid(String message) {
        return new ControlException(Reason.INVALID, message);
    }
}
