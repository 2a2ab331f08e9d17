/**
 * The REST API under {@code /v1}, health and metrics, and the web console, which is a user of that API like any other.
 *
 * <p>It translates between HTTP and {@link io.nvmevf.server.control.TargetService} and has no rule of its own: what is
 * allowed is decided there. {@code openapi.json} describes every route. Who sends a request, and what he may do, is
 * decided in one place before it, {@code Gate}, by the table {@code AccessRules}.
 */
@NullMarked
package io.nvmevf.server.api;

import org.jspecify.annotations.NullMarked;
