package io.nvmevf.server.control;

import io.nvmevf.server.control.ControlException.Reason;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Makes and recognises {@link ApiToken}s. Nothing is stored here.
 *
 * <pre>
 * nvmevf_                  43 characters            6 characters
 * so that scanners for     256 random bits          CRC-32 (ISO 3309) of the
 * secrets find it          in base 62               43 characters, in base 62
 * </pre>
 *
 * The checksum tells a token that was cut or mistyped from one that was revoked. It protects nothing.
 */
public final class ApiTokens {
    /** What every token begins with. */
    public static final String PREFIX = "nvmevf_";
    /** Bounds the state file, and what one request costs. */
    static final int MAX_TOKENS = 256;

    static final Duration MIN_LIFE = Duration.ofMinutes(1);
    static final Duration MAX_LIFE = Duration.ofDays(3650);

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());
    private static final int RANDOM_BYTES = 32;
    /** 62^43 is just above 2^256. */
    private static final int RANDOM_DIGITS = 43;

    private static final int CHECK_DIGITS = 6;

    private final SecureRandom random = new SecureRandom();

    /**
     * A new token, and its text, which is told once.
     *
     * @param text what its bearer sends
     */
    public record Made(ApiToken token, String text) {
        /** Nothing of the text. */
        @Override
        public String toString() {
            return "Made[" + token.id() + "]";
        }
    }

    Made make(TargetState state, NewApiToken wanted, Instant now) throws ControlException {
        String name = wanted.name();
        if (name == null || !Names.isTokenName(name)) {
            throw ControlException.invalid("the token's name is "
                    + (name == null ? "missing" : "not allowed")
                    + "; allowed are 1 to 64 of a-z, 0-9 and -, beginning with a letter or digit");
        }
        if (wanted.role() == null) {
            throw ControlException.invalid("the token's role is missing; allowed are "
                    + Arrays.stream(Role.values()).map(Role::toString).collect(Collectors.joining(", ")));
        }
        if (state.apiTokens().stream().anyMatch(token -> token.name().equals(name))) {
            throw new ControlException(
                    Reason.EXISTS,
                    "there is a token called " + name + " already; revoke it first, or choose another name");
        }
        if (state.apiTokens().size() >= MAX_TOKENS) {
            throw ControlException.invalid(
                    "there are " + MAX_TOKENS + " tokens, which is the most; revoke one first (nvmevf token revoke)");
        }
        byte[] secret = new byte[RANDOM_BYTES];
        random.nextBytes(secret);
        String text = text(secret);
        Instant created = now.truncatedTo(ChronoUnit.SECONDS);
        return new Made(
                new ApiToken(newId(state), name, wanted.role(), sha256(text), created, expires(wanted, created)), text);
    }

    private static @Nullable Instant expires(NewApiToken wanted, Instant created) throws ControlException {
        Long seconds = wanted.expiresInSeconds();
        if (seconds == null) {
            return null;
        }
        if (seconds < MIN_LIFE.toSeconds() || seconds > MAX_LIFE.toSeconds()) {
            throw ControlException.invalid("expiresInSeconds is " + seconds + "; allowed are " + MIN_LIFE.toSeconds()
                    + " to " + MAX_LIFE.toSeconds() + " (" + MAX_LIFE.toDays() + " days)");
        }
        return created.plusSeconds(seconds);
    }

    private String newId(TargetState state) {
        while (true) {
            String id = "tok-" + HexFormat.of().toHexDigits(random.nextInt());
            if (state.apiTokens().stream().noneMatch(token -> token.id().equals(id))) {
                return id;
            }
        }
    }

    static String text(byte[] secret) {
        String digits = digits(new BigInteger(1, secret), RANDOM_DIGITS);
        return PREFIX + digits + check(digits);
    }

    private static String digits(BigInteger number, int count) {
        char[] result = new char[count];
        BigInteger rest = number;
        for (int i = count - 1; i >= 0; i--) {
            BigInteger[] next = rest.divideAndRemainder(BASE);
            result[i] = DIGITS.charAt(next[1].intValue());
            rest = next[0];
        }
        return new String(result);
    }

    private static String check(String digits) {
        CRC32 crc = new CRC32();
        crc.update(digits.getBytes(StandardCharsets.US_ASCII));
        return digits(BigInteger.valueOf(crc.getValue()), CHECK_DIGITS);
    }

    /** Whether the text could be a token, valid or not: it has the form, and its checksum is right. */
    public static boolean isWellFormed(String text) {
        int digits = PREFIX.length() + RANDOM_DIGITS;
        if (text.length() != digits + CHECK_DIGITS || !text.startsWith(PREFIX)) {
            return false;
        }
        for (int i = PREFIX.length(); i < text.length(); i++) {
            if (DIGITS.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return check(text.substring(PREFIX.length(), digits)).equals(text.substring(digits));
    }

    /**
     * The token of this text, expired or not; null if there is none. Takes the same time whichever of the tokens it is, and whether
     * it is one of them.
     */
    public static @Nullable ApiToken find(TargetState state, String text) {
        byte[] hash = sha256(text).getBytes(StandardCharsets.US_ASCII);
        ApiToken found = null;
        for (ApiToken token : state.apiTokens()) {
            if (MessageDigest.isEqual(hash, token.sha256().getBytes(StandardCharsets.US_ASCII))) {
                found = token;
            }
        }
        return found;
    }

    /** The token of this id or name. */
    static ApiToken existing(List<ApiToken> tokens, String idOrName) throws ControlException {
        return tokens.stream()
                .filter(token -> token.id().equals(idOrName))
                .findFirst()
                .or(() -> tokens.stream()
                        .filter(token -> token.name().equals(idOrName))
                        .findFirst())
                .orElseThrow(() -> new ControlException(
                        Reason.NOT_FOUND,
                        // (A token may have been put here by mistake: it is not repeated.)
                        "there is no token of this id or name"));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
