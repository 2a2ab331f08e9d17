/**
 * Devices over a file descriptor: what files and host block devices have in common.
 *
 * <p>One {@link io.nvmevf.storage.fd.FdDevice} is one open descriptor. Its queues differ by the event loop: an io_uring
 * loop carries the requests in its own ring ({@code RingQueue}), any other loop hands them to a few threads that make
 * blocking calls ({@code PoolQueue} and {@link io.nvmevf.storage.fd.IoWorkers}). Both drive the same small machine
 * ({@code FdRequest}) that turns a request into system calls one after the other, continues short transfers, and maps the
 * errno at one place.
 *
 * <p>{@link io.nvmevf.storage.fd.FdPool} is what pools of such devices share. It keeps the open ones under their ids; it does not know
 * directories, capacity or how a descriptor came to be.
 */
@NullMarked
package io.nvmevf.storage.fd;

import org.jspecify.annotations.NullMarked;
