package io.nvmevf.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the secrets of hosts in the form of the {@link StateFile}, where a key for that is configured: in the place of each
 * secret's text stands {@code sealed:KEY:BASE64}, with the id of the key and the nonce (12 bytes), what is encrypted, and the
 * tag (16 bytes) of AES-256 in Galois/counter mode (NIST SP 800-38D). Kind of secret, subsystem and host NQN are
 * authenticated with it: a secret that was moved to another host is found out.
 *
 * <p>Texts that are not sealed are taken as they are, so that encryption can be turned on; {@link Opened#isStale} tells that
 * they are to be saved anew. It cannot be turned off by leaving the key out: what cannot be decrypted stops the start.
 *
 * <p>A secret that stays is sealed once, and its text written again at each save. Random nonces are enough then: it takes 2³²
 * new secrets with one key before two of them may be the same. Not thread-safe.
 */
public final class StateSecrets {
    /** Nothing is encrypted. */
    public static StateSecrets plain() {
        return new StateSecrets(null, null);
    }

    private static final String PREFIX = "sealed:";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    /**
     * A key to seal with.
     *
     * @param id tells keys apart without giving them away, without a colon
     * @param key for AES-256, for nothing else but this
     */
    public record SealingKey(String id, SecretKey key) {}

    /**
     * A state whose secrets can be read.
     *
     * @param isStale whether a secret was not sealed by the present key
     */
    record Opened(JsonNode state, boolean isStale) {}

    /** A secret could not be read. The message says why, and nothing of it. */
    static final class SealedException extends Exception {
        SealedException(String message) {
            super(message);
        }
    }

    /** Does something to the text of a secret. */
    private interface Step {
        String apply(String text, String about) throws SealedException;
    }

    private final SecureRandom random = new SecureRandom();
    private final @Nullable SealingKey key;
    private final @Nullable SealingKey previous;
    /** By what they are about and what they hold: what was sealed for the last save. */
    private Map<List<String>, String> sealed = new HashMap<>();

    /**
     * @param key seals from now on; null: nothing is sealed
     * @param previous opens what it has sealed, while keys are being changed
     */
    public StateSecrets(@Nullable SealingKey key, @Nullable SealingKey previous) {
        this.key = key;
        this.previous = previous;
    }

    /** Seals all secrets in a state, in place. */
    void seal(JsonNode state) {
        SealingKey present = key;
        if (present == null) {
            return;
        }
        Map<List<String>, String> next = new HashMap<>();
        try {
            each(state, (text, about) -> {
                List<String> what = List.of(about, text);
                String known = sealed.get(what);
                String made = known != null ? known : seal(present, text, about);
                next.put(what, made);
                return made;
            });
        } catch (SealedException e) {
            throw new IllegalStateException("unreachable: sealing reads nothing that is sealed", e);
        }
        sealed = next;
    }

    /** Makes the secrets of a state readable, in place. */
    Opened open(JsonNode state) throws SealedException {
        boolean[] stale = {false};
        Map<List<String>, String> read = new HashMap<>();
        each(state, (text, about) -> {
            if (!text.startsWith(PREFIX)) {
                stale[0] |= key != null;
                return text;
            }
            String id = text.substring(PREFIX.length(), Math.max(PREFIX.length(), text.lastIndexOf(':')));
            SealingKey by = keyOf(id);
            String secret = open(by, text, about);
            if (by.equals(key)) {
                read.put(List.of(about, secret), text);
            } else {
                stale[0] = true;
            }
            return secret;
        });
        sealed = read;
        return new Opened(state, stale[0]);
    }

    private SealingKey keyOf(String id) throws SealedException {
        if (key != null && key.id().equals(id)) {
            return key;
        }
        if (previous != null && previous.id().equals(id)) {
            return previous;
        }
        String shown = id.matches("[0-9a-f]{1,64}") ? id : "?";
        throw new SealedException("holds secrets of hosts that the key-encryption key " + shown + " encrypts, and "
                + (key == null
                        ? "no key file is configured; name its file in pool.encryption.key-file"
                        : "the one that is configured is " + key.id()
                                + "; name the right file in pool.encryption.key-file, or in previous-key-file while the key"
                                + " is being changed"));
    }

    private String seal(SealingKey by, String text, String about) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] encrypted =
                    cipher(Cipher.ENCRYPT_MODE, by, nonce, about).doFinal(text.getBytes(StandardCharsets.UTF_8));
            byte[] all = Arrays.copyOf(nonce, NONCE + encrypted.length);
            System.arraycopy(encrypted, 0, all, NONCE, encrypted.length);
            return PREFIX + by.id() + ":" + Base64.getEncoder().encodeToString(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + CIPHER, e);
        }
    }

    private static String open(SealingKey by, String text, String about) throws SealedException {
        try {
            byte[] all = Base64.getDecoder().decode(text.substring(text.lastIndexOf(':') + 1));
            if (all.length <= NONCE + TAG_BITS / 8) {
                throw new SealedException("holds a secret of a host that is cut short");
            }
            byte[] nonce = Arrays.copyOf(all, NONCE);
            byte[] secret = cipher(Cipher.DECRYPT_MODE, by, nonce, about).doFinal(all, NONCE, all.length - NONCE);
            return new String(secret, StandardCharsets.UTF_8);
        } catch (AEADBadTagException | IllegalArgumentException e) {
            throw new SealedException(
                    "holds a secret of a host that was changed, or belongs elsewhere: it cannot be decrypted");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + CIPHER, e);
        }
    }

    private static Cipher cipher(int mode, SealingKey by, byte[] nonce, String about) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, by.key(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(about.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** All secrets of a state. What has not the form of a state is left to whoever reads it after this. */
    private static void each(JsonNode state, Step step) throws SealedException {
        for (JsonNode key : state.path("hostKeys")) {
            for (JsonNode pair : key.path("pairs")) {
                if (pair instanceof ObjectNode secrets) {
                    for (String side : new String[] {"host", "controller"}) {
                        JsonNode text = secrets.path(side);
                        if (text.isTextual()) {
                            secrets.put(side, step.apply(text.asText(), about(side, key)));
                        }
                    }
                }
            }
        }
        for (JsonNode key : state.path("tlsKeys")) {
            if (key.path("psks") instanceof ArrayNode psks) {
                for (int i = 0; i < psks.size(); i++) {
                    if (psks.get(i).isTextual()) {
                        psks.set(i, TextNode.valueOf(step.apply(psks.get(i).asText(), about("psk", key))));
                    }
                }
            }
        }
    }

    /** Kind, subsystem and host; the first two have no blanks in them. */
    private static String about(String kind, JsonNode key) {
        return kind + " " + key.path("subsystem").asText() + " "
                + key.path("hostNqn").asText();
    }
}
