package io.nvmevf.protocol.auth;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** HKDF-Extract without a salt, then HKDF-Expand-Label (RFC 5869; RFC 8446 §7.1), in two encodings of the label. */
final class HkdfLabel {
    private static final String LABEL_PREFIX = "tls13 ";
    private static final int MAX_LABEL_OR_CONTEXT = 255;

    private HkdfLabel() {}

    /**
     * {@code length} bytes from {@code key}, for one {@code label} (without "tls13 ") and one {@code context}.
     *
     * @throws IllegalArgumentException when the context has more than 255 bytes
     */
    static byte[] derive(
            DhchapHash hash, TlsPsk.Derivation derivation, byte[] key, String label, String context, int length) {
        byte[] info = info(derivation, label, context.getBytes(StandardCharsets.UTF_8), length);
        return derive(hash, HKDFParameterSpec.ofExtract().addIKM(key).thenExpand(info, length));
    }

    /** HKDF-Extract without a salt, then HKDF-Expand-Label as RFC 8446 says. */
    static byte[] extractAndExpand(DhchapHash hash, byte[] key, String label, byte[] context, int length) {
        byte[] info = info(TlsPsk.Derivation.RFC_8446, label, context, length);
        return derive(hash, HKDFParameterSpec.ofExtract().addIKM(key).thenExpand(info, length));
    }

    /** HKDF-Expand-Label as RFC 8446 says. */
    static byte[] expand(DhchapHash hash, byte[] secret, String label, byte[] context, int length) {
        byte[] info = info(TlsPsk.Derivation.RFC_8446, label, context, length);
        return derive(hash, HKDFParameterSpec.expandOnly(new SecretKeySpec(secret, "HKDF"), info, length));
    }

    private static byte[] info(TlsPsk.Derivation derivation, String label, byte[] contextBytes, int length) {
        byte[] labelBytes = (LABEL_PREFIX + label).getBytes(StandardCharsets.US_ASCII);
        if (contextBytes.length > MAX_LABEL_OR_CONTEXT) {
            throw new IllegalArgumentException(
                    "names of this length do not fit: " + contextBytes.length + " bytes, at most 255");
        }
        var info = new ByteArrayOutputStream();
        switch (derivation) {
            case RFC_8446 -> {
                info.write(length >>> 8);
                info.write(length);
                info.write(labelBytes.length);
                info.writeBytes(labelBytes);
                info.write(contextBytes.length);
                info.writeBytes(contextBytes);
            }
            case COMPAT -> {
                info.write(length);
                info.write(length >>> 8);
                info.writeBytes(labelBytes);
                info.writeBytes(contextBytes);
            }
        }
        return info.toByteArray();
    }

    private static byte[] derive(DhchapHash hash, HKDFParameterSpec how) {
        try {
            return KDF.getInstance(hash.hkdfName()).deriveData(how);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks " + hash.hkdfName(), e);
        }
    }
}
