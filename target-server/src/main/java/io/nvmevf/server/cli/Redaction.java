package io.nvmevf.server.cli;

import java.util.regex.Pattern;

/**
 * The second net below a bundle: what looks like a secret is taken out of any text, wherever it came from. What goes into a bundle is
 * chosen so that there is none; but a host may send its own secret where its name belongs, and the log has its name.
 */
final class Redaction {
    /** Secrets of DH-HMAC-CHAP, PSKs of TLS, tokens of the API, private keys, and what was sealed in the state file. */
    private static final Pattern SECRET = Pattern.compile("DHHC-1:[0-9]{2}:[A-Za-z0-9+/=_-]+:?"
            + "|NVMeTLSkey-1:[0-9]{2}:[A-Za-z0-9+/=_-]+:?"
            + "|nvmevf_[0-9A-Za-z]{30,}"
            + "|sealed:[^\"\\s]+"
            + "|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?"
            + "|(?i:bearer) +[A-Za-z0-9._~+/=-]{16,}");

    private static final String REDACTED = "(redacted)";

    private Redaction() {}

    static String of(String text) {
        return SECRET.matcher(text).replaceAll(REDACTED);
    }
}
