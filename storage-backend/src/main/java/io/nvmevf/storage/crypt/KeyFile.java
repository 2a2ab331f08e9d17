package io.nvmevf.storage.crypt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What a key file holds, {@value #LENGTH} bytes, numbers big-endian:
 *
 * <pre>
 *     0   8  "NVMEVFDK"
 *     8   4  format version, 1
 *    12   8  id of the key-encryption key
 *    20  64  id of the device, ASCII, filled up with zeros
 *    84  72  the key, wrapped (RFC 3394)
 *   156   4  CRC-32C of all before
 * </pre>
 *
 * @param kekId 8 bytes
 * @param device the id of the device
 * @param wrapped 72 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // read once and taken apart; never compared
record KeyFile(byte[] kekId, String device, byte[] wrapped) {

    static final int LENGTH = 160;

    private static final byte[] MAGIC = "NVMEVFDK".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int ID = 64;
    private static final int WRAPPED = DataKey.LENGTH + 8;
    private static final int CRC = LENGTH - 4;

    /** The content is no key file of this version. The message says why. */
    static final class DamagedException extends Exception {
        DamagedException(String message) {
            super(message);
        }
    }

    byte[] encode() {
        ByteBuffer file = ByteBuffer.allocate(LENGTH);
        file.put(MAGIC).putInt(VERSION).put(kekId);
        file.put(Arrays.copyOf(device.getBytes(StandardCharsets.US_ASCII), ID)).put(wrapped);
        return file.putInt(crc(file.array())).array();
    }

    static KeyFile decode(byte[] content) throws DamagedException {
        if (content.length != LENGTH) {
            throw new DamagedException("it has " + content.length + " bytes, not " + LENGTH);
        }
        ByteBuffer file = ByteBuffer.wrap(content);
        byte[] magic = new byte[MAGIC.length];
        file.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new DamagedException("it does not begin as a key file does");
        }
        if (file.getInt(CRC) != crc(content)) {
            throw new DamagedException("its checksum is wrong");
        }
        int version = file.getInt();
        if (version != VERSION) {
            throw new DamagedException("its format is " + version + ", written by a newer version");
        }
        byte[] kekId = new byte[8];
        byte[] device = new byte[ID];
        byte[] wrapped = new byte[WRAPPED];
        file.get(kekId).get(device).get(wrapped);
        return new KeyFile(
                kekId,
                new String(device, StandardCharsets.US_ASCII).stripTrailing().replace("\0", ""),
                wrapped);
    }

    private static int crc(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content, 0, CRC);
        return (int) crc.getValue();
    }
}
