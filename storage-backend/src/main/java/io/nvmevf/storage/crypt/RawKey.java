package io.nvmevf.storage.crypt;

import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * An AES key that can be cleared, for the moment of a {@code Cipher.init}: the JDK's own {@code SecretKeySpec} keeps its copy until
 * the garbage collector comes by.
 */
final class RawKey implements SecretKey {

    private static final long serialVersionUID = 1;

    private final byte[] bytes;

    /** @param bytes copied */
    RawKey(byte[] bytes, int from, int to) {
        this.bytes = Arrays.copyOfRange(bytes, from, to);
    }

    @Override
    public String getAlgorithm() {
        return "AES";
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    /** A copy, as the interface demands. The JDK's AES clears it when it has expanded it. */
    @Override
    public byte[] getEncoded() {
        return bytes.clone();
    }

    @Override
    public void destroy() {
        Arrays.fill(bytes, (byte) 0);
    }

    /** A key goes nowhere. */
    private void writeObject(ObjectOutputStream out) throws IOException {
        throw new NotSerializableException("a key");
    }

    @Override
    public String toString() {
        return "an AES key";
    }
}
