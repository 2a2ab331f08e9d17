package io.nvmevf.storage.crypt;

import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.PoolException.Reason;
import io.nvmevf.storage.posix.FileStatus;
import io.nvmevf.storage.posix.Linux;
import io.nvmevf.storage.posix.NativePosix;
import io.nvmevf.storage.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * The key that wraps the keys of devices: AES-256 in key wrap mode (RFC 3394). It comes from a file that only its owner may read, which
 * belongs on another medium than the data: who has both has everything. Thread-safe.
 */
public final class KeyEncryptionKey implements AutoCloseable {

    private static final int LENGTH = 32;

    /** Makes the id say nothing about what else is derived from the same bytes. */
    private static final byte[] ID_LABEL = "nvmevf key-encryption key id\0".getBytes(StandardCharsets.US_ASCII);

    private static final int PERMISSIONS = 0xfff;
    private static final NativePosix POSIX = NativePosix.INSTANCE;

    private final byte[] bytes;
    private final byte[] id;
    private boolean destroyed;

    /** @param bytes 32, taken over, not copied */
    KeyEncryptionKey(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a key-encryption key has 32 bytes");
        }
        this.bytes = bytes;
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(ID_LABEL);
            this.id = Arrays.copyOf(sha.digest(bytes), 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    /**
     * Reads a key file: 32 random bytes as they are, or as 64 hexadecimal digits, with or without a line end. It must be a regular file of
     * mode 0600 or 0400, or one of systemd's credentials (LoadCredential=).
     *
     * @throws PoolException {@link Reason#INVALID} with what to do about it, {@link Reason#IO} if it cannot be read
     */
    public static KeyEncryptionKey read(Path file) throws PoolException {
        return read(file, System.getenv("CREDENTIALS_DIRECTORY"));
    }

    /**
     * As {@link #read(Path)}.
     *
     * @param credentials the directory of the service's credentials, which systemd opens to the service's user only (systemd.exec(5)). Files in
     *     it carry an access control list for that user, which stat(2) shows as permissions of a group
     */
    static KeyEncryptionKey read(Path file, @Nullable String credentials) throws PoolException {
        byte[] content = new byte[2 * LENGTH + 3];
        try {
            FileStatus status = POSIX.status(file);
            if (!status.isRegularFile()) {
                throw invalid(file, "is not a regular file; name a file that holds the key");
            }
            int permissions = status.mode() & PERMISSIONS;
            if (permissions != 0600 && permissions != 0400 && !(permissions == 0440 && isIn(credentials, file))) {
                throw invalid(
                        file,
                        "has mode " + String.format("%04o", permissions)
                                + ", so others than its owner may use it; run: chmod 600 " + file);
            }
            int length = read(file, content);
            byte[] key = decode(content, length);
            if (key == null) {
                throw invalid(
                        file,
                        "does not hold 32 bytes, or 64 hexadecimal digits, but "
                                + (length > 66 ? "more" : length + " bytes")
                                + "; if it is lost, restore it from a backup: without it nothing can be decrypted");
            }
            if (MessageDigest.isEqual(key, new byte[LENGTH])) {
                throw invalid(file, "holds zeros only; make one with: openssl rand -hex 32");
            }
            return new KeyEncryptionKey(key);
        } catch (IOException e) {
            throw new PoolException(
                    Reason.IO,
                    "the key file " + file + " cannot be read: " + e.getMessage()
                            + "; without it nothing that it encrypts can be opened",
                    e);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static boolean isIn(@Nullable String directory, Path file) {
        return directory != null
                && Path.of(directory).equals(file.toAbsolutePath().normalize().getParent());
    }

    private static PoolException invalid(Path file, String what) {
        return new PoolException(Reason.INVALID, "the key file " + file + " " + what);
    }

    /** Bytes read, at most the array's. */
    private static int read(Path file, byte[] into) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int more = 0;
            while (more >= 0 && buffer.hasRemaining()) {
                more = channel.read(buffer);
            }
        }
        return buffer.position();
    }

    private static byte @Nullable [] decode(byte[] content, int length) {
        if (length == LENGTH) {
            return Arrays.copyOf(content, LENGTH);
        }
        int digits = length;
        if (digits > 0 && content[digits - 1] == '\n') {
            digits--;
            if (digits > 0 && content[digits - 1] == '\r') {
                digits--;
            }
        }
        if (digits != 2 * LENGTH) {
            return null;
        }
        byte[] key = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            int high = digit(content[2 * i]);
            int low = digit(content[2 * i + 1]);
            if (high < 0 || low < 0) {
                Arrays.fill(key, (byte) 0);
                return null;
            }
            key[i] = (byte) (high << 4 | low);
        }
        return key;
    }

    private static int digit(byte character) {
        return HexFormat.isHexDigit(character) ? HexFormat.fromHexDigit(character) : -1;
    }

    /**
     * Makes a new key and its file: 64 hexadecimal digits, mode 0600, durable when this returns.
     *
     * @throws PoolException {@link Reason#EXISTS} if there is a file already; it is left alone
     */
    public static KeyEncryptionKey create(Path file) throws PoolException {
        byte[] key = new byte[LENGTH];
        new SecureRandom().nextBytes(key);
        byte[] text = new byte[2 * LENGTH + 1];
        HexFormat hex = HexFormat.of();
        for (int i = 0; i < LENGTH; i++) {
            text[2 * i] = (byte) hex.toHighHexDigit(key[i]);
            text[2 * i + 1] = (byte) hex.toLowHexDigit(key[i]);
        }
        text[2 * LENGTH] = '\n';
        Path path = file.toAbsolutePath();
        try {
            int fd = POSIX.open(path, Linux.O_RDWR | Linux.O_CREAT | Linux.O_EXCL, 0600);
            POSIX.close(fd);
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                ByteBuffer all = ByteBuffer.wrap(text);
                while (all.hasRemaining()) {
                    channel.write(all);
                }
                channel.force(true);
            }
            Path parent = path.getParent();
            if (parent != null) {
                POSIX.fsyncDirectory(parent);
            }
        } catch (IOException e) {
            boolean exists = e instanceof PosixException p && p.errno() == Linux.EEXIST;
            throw new PoolException(
                    exists ? Reason.EXISTS : Reason.IO,
                    "the key file " + path + " cannot be made: " + e.getMessage(),
                    e);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
        return new KeyEncryptionKey(key);
    }

    /** Tells keys apart without giving them away: 8 bytes of a SHA-256 in hexadecimal. */
    public String id() {
        return HexFormat.of().formatHex(id);
    }

    /** The id's 8 bytes; not to be changed. */
    byte[] idBytes() {
        return id;
    }

    /**
     * Wraps a key.
     *
     * @param key a multiple of 8 bytes, 16 or more
     * @return 8 bytes more
     */
    synchronized byte[] wrap(byte[] key) {
        try {
            return transform(Cipher.ENCRYPT_MODE, key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES key wrap (RFC 3394)", e);
        }
    }

    /** Unwraps a key; null if it was wrapped by another one, or is damaged. */
    synchronized byte @Nullable [] unwrap(byte[] wrapped) {
        try {
            return transform(Cipher.DECRYPT_MODE, wrapped);
        } catch (AEADBadTagException | IllegalBlockSizeException e) {
            return null; // the integrity check of RFC 3394 §2.2.3
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES key wrap (RFC 3394)", e);
        }
    }

    /**
     * A key for something else than keys of devices: HKDF with SHA-256 (RFC 5869), no salt. Who has it learns nothing of this key or of
     * keys with other labels.
     *
     * @param label what it is for; one use, one label
     * @return for AES-256
     */
    public synchronized SecretKey derive(String label) {
        if (destroyed) {
            throw new IllegalStateException("the key-encryption key is destroyed");
        }
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            "AES",
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(bytes)
                                    .thenExpand(label.getBytes(StandardCharsets.US_ASCII), LENGTH));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HKDF with SHA-256", e);
        }
    }

    private byte[] transform(int mode, byte[] data) throws GeneralSecurityException {
        if (destroyed) {
            throw new IllegalStateException("the key-encryption key is destroyed");
        }
        RawKey key = new RawKey(bytes, 0, LENGTH);
        try {
            Cipher cipher = Cipher.getInstance("AES/KW/NoPadding");
            cipher.init(mode, key);
            return cipher.doFinal(data);
        } finally {
            key.destroy();
        }
    }

    /** Clears the key; it is useless afterwards. */
    @Override
    public synchronized void close() {
        destroyed = true;
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "key-encryption key " + id();
    }
}
