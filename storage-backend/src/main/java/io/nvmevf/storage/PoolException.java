package io.nvmevf.storage;

/** A pool could not do what was asked. The message says what happened, where, and what to do. */
public final class PoolException extends Exception {

    /** Why, for callers that answer differently. */
    public enum Reason {
        /** More capacity was asked for than is left. */
        INSUFFICIENT_CAPACITY,
        /** The id, the size or the pool's own configuration is not allowed. */
        INVALID,
        /** There is a device with this id already. */
        EXISTS,
        /** There is no such device, or its file has another size than was recorded. */
        NOT_FOUND,
        /** The operating system refused. */
        IO
    }

    private final Reason reason;

    public PoolException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public PoolException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
