/**
 * Devices in files: a sparse file for each, in a directory that belongs to the pool.
 *
 * <p>The file's name says where in its life the device is: {@code <id>.ns.new} is prepared, {@code <id>.ns} is permanent,
 * {@code <id>.ns.retired} waits for its deletion. Each step is one rename with a sync of the directory. The requests themselves
 * are {@code io.nvmevf.storage.fd}'s. It does not encrypt, and it does not erase: deleting a file frees its blocks.
 */
@NullMarked
package io.nvmevf.storage.file;

import org.jspecify.annotations.NullMarked;
