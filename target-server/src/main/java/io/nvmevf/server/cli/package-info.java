/**
 * The program {@code nvmevf}: {@code serve} and {@code quickstart} run a target, every other command asks a running one
 * through its REST API.
 *
 * <p>It has no rule of its own about what is allowed, and reads no state file.
 */
@NullMarked
package io.nvmevf.server.cli;

import org.jspecify.annotations.NullMarked;
