package io.nvmevf.server.audit;

import java.io.IOException;

/** The audit log, or its key, is damaged or is not what it should be. The message says what, where, and what to do. */
public final class AuditException extends IOException {
    AuditException(String message) {
        super(message);
    }

    AuditException(String message, Throwable cause) {
        super(message, cause);
    }
}
