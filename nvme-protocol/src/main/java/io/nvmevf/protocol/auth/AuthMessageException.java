package io.nvmevf.protocol.auth;

/**
 * A message of the other side that cannot be right, with the reason code explanation that it is to be told (NVMe Base
 * 2.1 §8.3.4.4.2). The text is for a log: it holds numbers of the message, nothing secret. It has no stack trace, since
 * anyone can cause it.
 */
public final class AuthMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int explanation;

    public AuthMessageException(int explanation, String message) {
        super(message, null, false, false);
        this.explanation = explanation;
    }

    static AuthMessageException payload(String message) {
        return new AuthMessageException(AuthFailure.INCORRECT_PAYLOAD, message);
    }

    /** Reason code explanation: a constant of {@link AuthFailure}. */
    public int explanation() {
        return explanation;
    }
}
