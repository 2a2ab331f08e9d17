/**
 * What hosts see: NVM subsystems (one for each virtual function, and the discovery subsystem), their controllers and
 * their namespaces, alive.
 *
 * <p>{@link io.nvmevf.server.subsystem.Subsystems} is the data plane that the control plane publishes to. It turns a
 * published state into live objects; queues read them without a lock. A controller belongs to the event loop of its admin
 * queue; a namespace is served by every loop, through a {@link io.nvmevf.server.subsystem.NamespaceQueue} of that loop's
 * own.
 *
 * <p>It parses no command, and it decides nothing about what is configured.
 */
@NullMarked
package io.nvmevf.server.subsystem;

import org.jspecify.annotations.NullMarked;
