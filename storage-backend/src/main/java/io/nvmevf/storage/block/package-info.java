/**
 * Devices that are whole host block devices: a disk, a partition, a logical volume, or a loop device in tests.
 *
 * <p>The pool keeps a small file that says which host device is whose. The requests are {@code io.nvmevf.storage.fd}'s. It does not
 * partition: a host device serves one namespace, and what the namespace leaves of it lies idle.
 */
@NullMarked
package io.nvmevf.storage.block;

import org.jspecify.annotations.NullMarked;
