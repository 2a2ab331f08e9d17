/**
 * The NVMe/TCP transport: connections, PDUs, and the life of a command on its queue.
 *
 * <p>A {@code Connection} is one NVMe queue pair. It has its stream cut into PDUs in place, whatever way they came
 * ({@code PduReceiver}), checks them ({@code PduChecks}), and hands them to its
 * {@link io.nvmevf.server.transport.QueuePair}, which takes a {@link io.nvmevf.server.transport.CommandSlot} for each
 * command, moves the command's data, and answers ({@code PduOutput}). All of it happens on the event loop of the
 * connection, from the first byte to the last.
 *
 * <p>Before a {@code Connection} stands a {@code TlsHandler}. It leaves when the first byte is none of a TLS handshake; otherwise
 * the package {@code tls} protects all that passes.
 *
 * <p>It does not know what a command does: a {@link io.nvmevf.server.transport.CommandSet} decides how much data a
 * command has and carries it out. It knows no subsystem, no controller and no namespace.
 */
@NullMarked
package io.nvmevf.server.transport;

import org.jspecify.annotations.NullMarked;
