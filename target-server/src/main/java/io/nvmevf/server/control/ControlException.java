package io.nvmevf.server.control;

/** A change was refused or failed. The message says what is wrong and what to do, in words for an operator. */
public final class ControlException extends Exception {

    /** Why. A closed set: REST maps each to one status, the command line to one exit code. */
    public enum Reason {
        /** There is no virtual function or namespace of this name. */
        NOT_FOUND,
        /** The name or NQN is taken. */
        EXISTS,
        /** A value is not allowed. Nothing was changed. */
        INVALID,
        /** The pool has less capacity left than was asked for. Nothing was changed. */
        NO_CAPACITY,
        /** Something else still depends on it. Nothing was changed. */
        IN_USE,
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
}
