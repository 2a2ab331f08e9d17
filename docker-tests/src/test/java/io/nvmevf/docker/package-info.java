/**
 * Tests of the container image, which run it as an operator is told to: without root, capabilities or a writable root file
 * system. A host of the target's own tests ({@code io.nvmevf.server.host}) reaches it over its published port.
 *
 * <p>It does not test what the target does for hosts, only what being in a container could break. The compose stack is not
 * started: its other images come from a registry.
 */
@NullMarked
package io.nvmevf.docker;

import org.jspecify.annotations.NullMarked;
