/**
 * Erases what a namespace is stored on, and proves it by reading back.
 *
 * <p>{@link io.nvmevf.server.wipe.Wiper} takes the id of a storage device and a {@link io.nvmevf.server.wipe.WipePlan}, and tells
 * the end in a {@link io.nvmevf.server.wipe.WipeResult}. Each run has a thread of its own, which does what blocks; all
 * runs share one event loop for their I/O, which is none of the target's.
 *
 * <p>It does not know namespaces, virtual functions or owners, it keeps nothing on disk, and it fences nobody: whoever starts a run has
 * closed the device before, and has made durable that it is to be wiped. A run that was stopped, by close or a crash, is
 * started again from its beginning. What is promised stands in docs/wipe.md.
 */
@NullMarked
package io.nvmevf.server.wipe;

import org.jspecify.annotations.NullMarked;
