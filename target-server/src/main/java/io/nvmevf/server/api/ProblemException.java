package io.nvmevf.server.api;

import com.linecorp.armeria.common.HttpStatus;

/** A request that HTTP itself refuses, before the service is asked. */
final class ProblemException extends Exception {
    private final HttpStatus status;

    ProblemException(HttpStatus status, String detail) {
        super(detail);
        this.status = status;
    }

    HttpStatus status() {
        return status;
    }
}
