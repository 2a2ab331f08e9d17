package io.nvmevf.server.cli;

/** What the shell gets. Stable: scripts depend on it. */
final class ExitCode {
    static final int OK = 0;
    /** It failed: storage, the state file, a bug. */
    static final int FAILURE = 1;
    /** The command line or the configuration is wrong. */
    static final int USAGE = 2;
    /** There is no such virtual function, namespace, profile or operation. */
    static final int NOT_FOUND = 3;
    /** The name is taken, something still depends on it, or its state does not allow that now. */
    static final int CONFLICT = 4;
    /** No target answers at the API's address. */
    static final int UNREACHABLE = 5;
    /** The target does not allow a value. */
    static final int INVALID = 6;
    /** The pool has too little capacity left, or the physical function too few queues. */
    static final int NO_CAPACITY = 7;

    /** {@code apply --dry-run}: there is something to do. */
    static final int CHANGES = 8;
    /** The operation that was started, or waited for, failed. */
    static final int OPERATION_FAILED = 9;

    /** A token is needed, or what it, or this user, may do is not enough. */
    static final int NOT_ALLOWED = 10;

    private ExitCode() {}

    static int ofStatus(int httpStatus) {
        return switch (httpStatus) {
            case 401, 403 -> NOT_ALLOWED;
            case 404 -> NOT_FOUND;
            case 409 -> CONFLICT;
            case 400, 413, 415 -> INVALID;
            case 507 -> NO_CAPACITY;
            default -> FAILURE;
        };
    }
}
