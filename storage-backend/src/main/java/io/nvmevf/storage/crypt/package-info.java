/**
 * Encryption at rest: AES-256-XTS (IEEE Std 1619) between the target and any other device.
 *
 * <p>Each device has a key of its own. The keys lie in a {@link io.nvmevf.storage.crypt.KeyStore}, each wrapped (RFC 3394) by
 * one key-encryption key, which comes from a file outside the data directory. {@link io.nvmevf.storage.crypt.EncryptedPool} puts
 * the two together over an inner pool; {@link io.nvmevf.storage.crypt.EncryptedDevice} encrypts what is written and decrypts
 * what is read. To destroy a key is to erase the device.
 *
 * <p>The data unit is 512 bytes on every device, so that turning direct I/O on or off, or another LBA size, changes nothing on the
 * medium; its tweak is the byte offset divided by 512. A data unit whose ciphertext is all zeros reads as zeros: what was never
 * written, or was deallocated, stays a hole beneath and needs no key.
 *
 * <p>What it does not do: it does not authenticate. Whoever can write to the medium can put back an older content of a data unit,
 * or garble it, unnoticed. It hides neither which data units are zero nor that one was written again with the same content.
 */
@NullMarked
package io.nvmevf.storage.crypt;

import org.jspecify.annotations.NullMarked;
