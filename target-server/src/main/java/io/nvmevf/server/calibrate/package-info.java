/**
 * Measures what the physical function can do: {@code nvmevf pf calibrate}.
 *
 * <p>A {@link io.nvmevf.server.calibrate.Calibrator} has a scratch device made in the pool, fills it, and keeps a number of requests
 * in flight on every event loop for some seconds, in four phases. The loops are those of the connections, which serve
 * tenants meanwhile: what a loop can do beside storage is in the figures.
 *
 * <p>It does not measure the network or the cost of NVMe/TCP, it does not touch any namespace, and it does not hold tenants back:
 * what they do meanwhile is missing in the figures.
 */
@NullMarked
package io.nvmevf.server.calibrate;

import org.jspecify.annotations.NullMarked;
