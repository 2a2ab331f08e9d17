/**
 * Devices in memory: for tests, demonstrations and measurements of everything above the storage.
 *
 * <p>Nothing survives the process, and flush and FUA promise nothing more. Data does survive closing and reopening a device within one pool.
 */
@NullMarked
package io.nvmevf.storage.memory;

import org.jspecify.annotations.NullMarked;
