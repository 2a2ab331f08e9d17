package io.nvmevf.server.transport.tls;

/** Numbers of TLS 1.3 (RFC 8446): the form of records (§5.1 and §5.2), content types, and alerts (§6). */
public final class Tls {
    /** Bytes before the content of a record: content type, version 2, length 2. */
    public static final int HEADER = 5;
    /** The most bytes of content in one record. */
    public static final int MAX_CONTENT = 1 << 14;
    /** The most bytes after the header of a protected record: content, its type, padding, tag. */
    public static final int MAX_CIPHERTEXT = MAX_CONTENT + 256;

    static final int LENGTH_OFFSET = 3;
    static final int MESSAGE_HEADER = 4;

    /** What every record and every version of ours begins with: TLS 1.x. */
    static final int MAJOR_VERSION = 3;

    static final int CHANGE_CIPHER_SPEC = 20;
    static final int ALERT = 21;
    /** What the first byte of a connection that begins with a handshake is. */
    public static final int HANDSHAKE = 22;

    static final int APPLICATION_DATA = 23;

    static final int KEY_UPDATE = 24;

    static final int WARNING = 1;
    static final int FATAL = 2;

    static final int CLOSE_NOTIFY = 0;
    static final int UNEXPECTED_MESSAGE = 10;
    static final int BAD_RECORD_MAC = 20;
    static final int RECORD_OVERFLOW = 22;
    static final int ILLEGAL_PARAMETER = 47;
    static final int DECODE_ERROR = 50;
    static final int INTERNAL_ERROR = 80;
    static final int USER_CANCELED = 90;

    private Tls() {}

    /** A fatal alert as it is sent before there are keys. */
    public static byte[] plainAlert(int alert) {
        return new byte[] {ALERT, MAJOR_VERSION, 3, 0, 2, FATAL, (byte) alert};
    }
}
