/**
 * What an operator can count: the Prometheus registry and where its numbers come from.
 *
 * <p>The data plane implements {@link io.nvmevf.server.metrics.DataPlaneStats}; a scrape reads it, without a lock. It
 * keeps no numbers of its own, and knows no HTTP.
 */
@NullMarked
package io.nvmevf.server.metrics;

import org.jspecify.annotations.NullMarked;
