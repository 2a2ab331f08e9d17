package io.nvmevf.server.transport;

/**
 * A host broke the transport's rules: its connection is ended with a C2HTermReq. Touches nothing but this connection; what
 * is wrong with a command is a status, not an exception.
 */
final class TransportException extends Exception {
    private final int fes;
    private final int fei;

    /**
     * @param fes fatal error status, of {@link io.nvmevf.protocol.tcp.TermReq}
     * @param fei fatal error information: an offset in the header, or the digest that came
     */
    TransportException(int fes, int fei, String message) {
        // (No stack: a host can cause as many of these as it likes.)
        super(message, null, false, false);
        this.fes = fes;
        this.fei = fei;
    }

    int fes() {
        return fes;
    }

    int fei() {
        return fei;
    }
}
