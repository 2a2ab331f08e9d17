/**
 * The target as a whole: {@link io.nvmevf.server.Target} starts its parts in order and stops them in the opposite one.
 *
 * <p>Beneath it, each package uses only those that stand below it: {@code command} (what NVMe commands do), {@code subsystem}
 * (what hosts see), {@code transport} (NVMe/TCP), {@code control} (what is configured), and beside them {@code api},
 * {@code metrics} and {@code config}. {@code cli} stands above all. Nothing but wiring is here.
 */
@NullMarked
package io.nvmevf.server;

import org.jspecify.annotations.NullMarked;
