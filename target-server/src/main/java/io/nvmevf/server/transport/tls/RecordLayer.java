package io.nvmevf.server.transport.tls;

/**
 * Protects the records of one connection, and opens those that come (RFC 8446 §5.2). One thread at a time.
 *
 * <p>It works on arrays of its caller's; {@link Tls#HEADER}, {@link Tls#MAX_CONTENT} and {@link #ROOM} say how long they are.
 */
public interface RecordLayer {
    /** Length of every array that is given to it: any record, or any content with what protecting it adds. */
    int ROOM = Tls.HEADER + Tls.MAX_CIPHERTEXT;

    /** What protecting content adds to its length. */
    int OVERHEAD = Tls.HEADER + 1 + 16;

    /**
     * Makes one record.
     *
     * @param content its first {@code length} bytes are protected, up to {@link Tls#MAX_CONTENT}; the byte behind them is
     *     overwritten
     * @param record where the record is put, header first
     * @return length of the record
     */
    int protect(int contentType, byte[] content, int length, byte[] record);

    /**
     * Opens one record.
     *
     * @param record with its header; {@code length} bytes in all
     * @param content where what was in it is put; another array
     * @return length of the content, without padding
     * @throws TlsAlertException if the other end did not make it in this place, or may not have made it like this
     */
    int open(byte[] record, int length, byte[] content) throws TlsAlertException;

    /** Content type of what was last opened. */
    int contentType();

    /** From the next record on, what is sent is protected with the next key. */
    void updateSending();

    /** From the next record on, what comes is protected with the next key. */
    void updateReceiving();

    /** Whether the key of what is sent has protected so much that it is to be replaced (RFC 8446 §5.5). */
    boolean isSendingWornOut();
}
