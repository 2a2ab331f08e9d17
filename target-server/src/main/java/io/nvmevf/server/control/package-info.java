/**
 * The control plane: what is configured at run time, and the one writer that changes it.
 *
 * <p>{@link io.nvmevf.server.control.TargetState} is an immutable snapshot.
 * {@link io.nvmevf.server.control.TargetService} applies a change, makes it durable in the
 * {@link io.nvmevf.server.control.StateFile}, publishes it to the {@link io.nvmevf.server.control.DataPlane}, and
 * answers. It knows no connection, no event loop and no HTTP, and it opens no device.
 */
@NullMarked
package io.nvmevf.server.control;

import org.jspecify.annotations.NullMarked;
