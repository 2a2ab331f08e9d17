package io.nvmevf.protocol.auth;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

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
        byte[] labelBytes = (LABEL_PREFIX + label).getBytes(StandardCharsets.US_ASCII);
        byte[] contextBytes = context.getBytes(StandardCharsets.UTF_8);
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
        try {
            return KDF.getInstance(hash.hkdfName())
                    .deriveData(HKDFParameterSpec.ofExtract().addIKM(key).thenExpand(info.toByteArray(), length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks " + hash.hkdfName(), e);
        }
    }
}
