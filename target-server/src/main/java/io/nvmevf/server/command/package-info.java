/**
 * The commands: what each does, one file for each command set or group (NVMe Base 2.1 chapter 5 and 6, NVM Command Set 1.1
 * chapter 3).
 *
 * <p>A connection begins with {@link io.nvmevf.server.command.ConnectCommands}. Connect makes it an admin queue
 * ({@link io.nvmevf.server.command.VfAdminCommands}, {@link io.nvmevf.server.command.PfAdminCommands},
 * {@link io.nvmevf.server.command.DiscoveryCommands}) or an I/O queue ({@link io.nvmevf.server.command.IoCommands}), at once
 * or, of a host that has a key, when it has authenticated ({@link io.nvmevf.server.command.Authentication}). How
 * much data a command has is decided in {@link io.nvmevf.server.command.DataTransfer}, before any is moved. What changes the
 * configuration goes through {@link io.nvmevf.server.command.ControlCalls}, under the control plane's rules.
 *
 * <p>It moves no data over the network and keeps nothing that outlives a controller.
 */
@NullMarked
package io.nvmevf.server.command;

import org.jspecify.annotations.NullMarked;
