/**
 * The few Linux system calls that the storage needs and the JDK does not offer, through {@code java.lang.foreign}.
 *
 * <p>Pointers are {@code long}, so that a call on the data path makes no object. A failed call answers the negated errno,
 * as the kernel and an io_uring completion do. It does not know devices, queues or what an error means to a caller.
 */
@NullMarked
package io.nvmevf.storage.posix;

import org.jspecify.annotations.NullMarked;
