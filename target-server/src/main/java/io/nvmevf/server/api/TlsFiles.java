package io.nvmevf.server.api;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.TlsProvider;
import io.nvmevf.server.config.ApiConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of the API, from PEM files that are looked at again and again: when they have changed, new connections get the new
 * one. Files that cannot be used are logged and change nothing; those that are half way between old and new (certificate and key do
 * not belong together) are tried again the next time.
 */
final class TlsFiles implements TlsProvider {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
    private static final byte[] PROBE = "nvmevf".getBytes(StandardCharsets.US_ASCII);

    private final ApiConfig.Tls files;
    private final InstantSource clock;
    private volatile TlsKeyPair pair;
    private List<FileTime> loaded;
    private String lastFailure = "";

    private TlsFiles(ApiConfig.Tls files, InstantSource clock) throws IOException {
        this.files = files;
        this.clock = clock;
        loaded = times();
        pair = load();
    }

    /**
     * Reads the files.
     *
     * @throws IOException if they cannot be used
     */
    static TlsFiles open(ApiConfig.Tls files, InstantSource clock) throws IOException {
        return new TlsFiles(files, clock);
    }

    /** Looks whether they have changed. Reads two small files then. */
    synchronized void refresh() {
        try {
            List<FileTime> now = times();
            if (now.equals(loaded)) {
                return;
            }
            pair = load();
            loaded = now;
            lastFailure = "";
            LOG.info("the API's certificate was changed; new connections get the one from {}", files.certificate());
        } catch (IOException e) {
            String failure = String.valueOf(e.getMessage());
            if (!failure.equals(lastFailure)) {
                LOG.error("the API keeps its old certificate: {}", failure);
            }
            lastFailure = failure;
        }
    }

    private List<FileTime> times() throws IOException {
        try {
            return List.of(Files.getLastModifiedTime(files.certificate()), Files.getLastModifiedTime(files.key()));
        } catch (IOException e) {
            throw new IOException("api.tls: a file cannot be read: " + e, e);
        }
    }

    private TlsKeyPair load() throws IOException {
        if (Files.getPosixFilePermissions(files.key()).contains(PosixFilePermission.OTHERS_READ)) {
            throw new IOException("api.tls.key: everybody on this machine may read " + files.key() + "; run: chmod o= "
                    + files.key());
        }
        TlsKeyPair read;
        try {
            read = TlsKeyPair.of(files.key().toFile(), files.certificate().toFile());
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "api.tls: " + files.certificate() + " and " + files.key()
                            + " are no PEM files of a certificate and its private key (PKCS #8, without a password): "
                            + e.getMessage(),
                    e);
        }
        X509Certificate certificate = read.certificateChain().getFirst();
        if (!belongTogether(read.privateKey(), certificate)) {
            throw new IOException(
                    "api.tls: the key in " + files.key() + " is not that of the certificate in " + files.certificate());
        }
        if (clock.instant().isAfter(certificate.getNotAfter().toInstant())) {
            LOG.warn("the API's certificate in {} has expired: {}", files.certificate(), certificate.getNotAfter());
        }
        return read;
    }

    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** One for all names. */
    @Override
    public @Nullable TlsKeyPair keyPair(String hostname) {
        return pair;
    }
}
