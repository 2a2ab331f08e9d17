package io.nvmevf.server.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Ed25519 key that signs: {@code audit.key}, two PEM blocks, the private key as PKCS #8 and the public key as X.509. A public
 * key is passed on as the base64 of its X.509 form.
 */
final class AuditKey {
    static final String NAME = "audit.key";
    private static final String TEMPORARY = "audit.key.new";
    private static final String ALGORITHM = "Ed25519";
    private static final int MAX_FILE = 16 << 10;
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");

    private final PrivateKey privateKey;
    private final String publicKey;

    private AuditKey(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = Base64.getEncoder().encodeToString(publicKey.getEncoded());
    }

    /** Makes a key; it is durable when this returns. */
    static AuditKey create(Path directory) throws IOException {
        KeyPair pair;
        try {
            pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has Ed25519", e);
        }
        String text = pem("PRIVATE KEY", pair.getPrivate().getEncoded())
                + pem("PUBLIC KEY", pair.getPublic().getEncoded());
        Path temporary = directory.resolve(TEMPORARY);
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, PosixFilePermissions.asFileAttribute(OWN));
        try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(temporary, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(directory);
        return new AuditKey(pair.getPrivate(), pair.getPublic());
    }

    /** Reads a key that was made before. */
    static AuditKey load(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!OWN.containsAll(permissions)) {
            throw new AuditException(
                    file + " may be read or written by others (" + PosixFilePermissions.toString(permissions)
                            + "), so its signatures prove little; find out who did, then: chmod 600 " + file);
        }
        try {
            if (Files.size(file) > MAX_FILE) {
                throw new GeneralSecurityException("it is too large");
            }
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            KeyFactory keys = KeyFactory.getInstance(ALGORITHM);
            PrivateKey privateKey = keys.generatePrivate(new PKCS8EncodedKeySpec(unpem("PRIVATE KEY", text)));
            PublicKey publicKey = keys.generatePublic(new X509EncodedKeySpec(unpem("PUBLIC KEY", text)));
            AuditKey key = new AuditKey(privateKey, publicKey);
            byte[] probe = {1, 2, 3};
            if (!verify(key.publicKey, probe, key.sign(probe))) {
                throw new GeneralSecurityException("its two keys do not belong together");
            }
            return key;
        } catch (GeneralSecurityException | IllegalArgumentException | java.nio.charset.CharacterCodingException e) {
            throw new AuditException(
                    file + " is damaged (" + e.getMessage() + "); put back a copy of it from a backup", e);
        }
    }

    /** Base64 of the X.509 form. */
    String publicKey() {
        return publicKey;
    }

    /** 128 hex digits. */
    String sign(byte[] bytes) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(privateKey);
            signature.update(bytes);
            return HexFormat.of().formatHex(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java signs with its Ed25519 keys", e);
        }
    }

    /** Whether the signature was made over these bytes with the private part of this key. Any strings. */
    static boolean verify(String publicKey, byte[] bytes, String hexSignature) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(decodePublic(publicKey));
            signature.update(bytes);
            return signature.verify(HexFormat.of().parseHex(hexSignature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** A public key from its base64 form, or from a PEM file's text, in its base64 form. */
    static String publicKeyOf(String text) {
        byte[] encoded = text.contains("-----BEGIN")
                ? unpem("PUBLIC KEY", text)
                : Base64.getDecoder().decode(text.strip());
        String publicKey = Base64.getEncoder().encodeToString(encoded);
        try {
            decodePublic(publicKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("it is no Ed25519 public key", e);
        }
        return publicKey;
    }

    private static PublicKey decodePublic(String publicKey) throws GeneralSecurityException {
        return KeyFactory.getInstance(ALGORITHM)
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey)));
    }

    private static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n" + Base64.getEncoder().encodeToString(bytes) + "\n-----END " + label
                + "-----\n";
    }

    private static byte[] unpem(String label, String text) {
        Matcher matcher = Pattern.compile(
                        "-----BEGIN " + label + "-----\\s([A-Za-z0-9+/=\\s]{1,1000})-----END " + label + "-----")
                .matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException("it holds no " + label);
        }
        return Base64.getMimeDecoder().decode(matcher.group(1));
    }

    static void syncDirectory(Path directory) throws IOException {
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }
}
