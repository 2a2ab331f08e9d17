package io.nvmevf.protocol.auth;

import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The text that DH-HMAC-CHAP secrets and TLS PSKs share: {@code prefix:HH:base64(key || CRC-32 of it, little endian):},
 * where HH is the hash that turns the key into another, in two decimal digits, 00 for none.
 */
final class KeyText {
    private static final int CRC_LENGTH = 4;

    /** A key and the identifier of its hash, 0 for none. */
    @SuppressWarnings("ArrayRecordComponent") // Taken apart at once.
    record Key(int hashId, byte[] bytes) {}

    private KeyText() {}

    static String write(String prefix, int hashId, byte[] key) {
        byte[] both = Arrays.copyOf(key, key.length + CRC_LENGTH);
        int crc = crc(key);
        for (int i = 0; i < CRC_LENGTH; i++) {
            both[key.length + i] = (byte) (crc >>> (8 * i));
        }
        return prefix + ":0" + hashId + ":" + Base64.getEncoder().encodeToString(both) + ":";
    }

    /**
     * Reads the text; nothing of it is in the message of an exception.
     *
     * @param maxHash the largest identifier that is allowed
     * @param lengths the lengths of a key that are allowed, in bytes
     * @throws IllegalArgumentException when it is anything but what {@link #write} makes, with the reason
     */
    static Key parse(String prefix, String text, int maxHash, int... lengths) {
        int start = prefix.length() + ":HH:".length();
        if (!text.startsWith(prefix + ":")) {
            throw new IllegalArgumentException("a key text begins with '" + prefix + ":'");
        }
        if (text.length() <= start || text.charAt(start - 1) != ':' || text.indexOf(':', start) != text.length() - 1) {
            throw new IllegalArgumentException("a key text has the form '" + prefix + ":HH:base64:'");
        }
        int hashId = text.charAt(start - 2) - '0';
        if (text.charAt(start - 3) != '0' || hashId < 0 || hashId > maxHash) {
            throw new IllegalArgumentException("the hash of a key text is 00 to 0" + maxHash);
        }
        byte[] both = decode(text.substring(start, text.length() - 1));
        byte[] key = Arrays.copyOf(both, Math.max(0, both.length - CRC_LENGTH));
        if (Arrays.stream(lengths).noneMatch(length -> length == key.length)) {
            throw new IllegalArgumentException(
                    "a key has " + Arrays.toString(lengths) + " bytes, this one " + key.length);
        }
        // Compares the checksum, and refuses what the decoder takes besides: no padding, bits that mean nothing.
        if (!text.equals(write(prefix, hashId, key))) {
            throw new IllegalArgumentException("the checksum of the key does not match: it was damaged or cut");
        }
        return new Key(hashId, key);
    }

    private static byte[] decode(String base64) {
        byte @Nullable [] bytes = null;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // Its message quotes the text, so it must not become a cause.
        }
        if (bytes == null) {
            throw new IllegalArgumentException("the key is not in base64");
        }
        return bytes;
    }

    private static int crc(byte[] key) {
        CRC32 crc = new CRC32();
        crc.update(key);
        return (int) crc.getValue();
    }
}
