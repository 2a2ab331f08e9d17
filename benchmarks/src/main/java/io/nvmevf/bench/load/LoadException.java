package io.nvmevf.bench.load;

import java.io.IOException;

/** The target answered something that ends the run: a status that is not success, a TermReq, wrong data. */
public final class LoadException extends IOException {
    /** For people. */
    public LoadException(String message) {
        super(message);
    }
}
