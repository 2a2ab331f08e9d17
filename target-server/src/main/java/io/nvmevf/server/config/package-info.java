/**
 * {@code nvmevf.yaml}, read once at the start into {@link io.nvmevf.server.config.TargetConfig}.
 *
 * <p>Whatever is not allowed is refused, all of it at once, each with file, line, key and what is allowed. What changes
 * at run time (virtual functions, namespaces) is not configured here but through the control plane.
 */
@NullMarked
package io.nvmevf.server.config;

import org.jspecify.annotations.NullMarked;
