package io.nvmevf.protocol.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a PSK as a host sends it in its ClientHello (NVMe/TCP Transport 1.1 §3.6.1.3), taken apart. Who sent it is
 * not known yet: only the forms are checked here.
 *
 * @param version 0 or 1
 * @param generated whether DH-HMAC-CHAP generated the PSK ("G"); otherwise it was configured ("R")
 * @param hash of the cipher suite, SHA-256 or SHA-384
 * @param hostNqn 1 to 223 bytes of UTF-8 without control characters
 * @param subsystemNqn as {@code hostNqn}
 * @param text the identity itself
 */
public record TlsPskIdentity(
        int version, boolean generated, DhchapHash hash, String hostNqn, String subsystemNqn, String text) {

    private static final String PREFIX = "NVMe";
    private static final int HEADER = "NVMe0R01".length();
    private static final int MAX_NQN = 223;
    /** Base64 of an HMAC with SHA-384. */
    private static final int MAX_DIGEST = 64;

    /** The longest identity in bytes. */
    public static final int MAX_BYTES = HEADER + 1 + MAX_NQN + 1 + MAX_NQN + 1 + MAX_DIGEST;

    /** The identity that these bytes are, or null if they are none. */
    public static @Nullable TlsPskIdentity parse(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return null;
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            return null;
        }
        String[] parts = text.split(" ", -1);
        int version = version(parts[0]);
        DhchapHash hash = hash(parts[0]);
        if (version < 0 || hash == null || parts.length != 3 + version || !isName(parts[1]) || !isName(parts[2])) {
            return null;
        }
        if (version == 1 && parts[3].length() != (hash.length() + 2) / 3 * 4) {
            return null;
        }
        return new TlsPskIdentity(version, parts[0].charAt(5) == 'G', hash, parts[1], parts[2], text);
    }

    private static int version(String header) {
        boolean form = header.length() == HEADER && header.startsWith(PREFIX);
        if (!form || (header.charAt(5) != 'R' && header.charAt(5) != 'G')) {
            return -1;
        }
        return switch (header.charAt(4)) {
            case '0' -> 0;
            case '1' -> 1;
            default -> -1;
        };
    }

    private static @Nullable DhchapHash hash(String header) {
        return switch (header.substring(Math.min(6, header.length()))) {
            case "01" -> DhchapHash.SHA_256;
            case "02" -> DhchapHash.SHA_384;
            default -> null;
        };
    }

    private static boolean isName(String name) {
        return !name.isEmpty() && name.getBytes(StandardCharsets.UTF_8).length <= MAX_NQN;
    }

    /** The identity. */
    @Override
    public String toString() {
        return text;
    }
}
