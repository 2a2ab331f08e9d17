/**
 * The REST API under {@code /v1}, health and metrics.
 *
 * <p>It translates between HTTP and {@link io.nvmevf.server.control.TargetService} and has no rule of its own: what is
 * allowed is decided there. {@code openapi.json} describes every route. No authentication yet, hence loopback only.
 */
@NullMarked
package io.nvmevf.server.api;

import org.jspecify.annotations.NullMarked;
