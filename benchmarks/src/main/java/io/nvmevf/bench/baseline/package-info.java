/**
 * The floor under every figure: a responder that speaks just enough NVMe/TCP for the load generator to connect, and then
 * answers each I/O with the right number of bytes and no work. What the generator reaches against it is what the generator
 * and the sockets of the machine can do; its latency at queue depth 1 is what a target's own work is added to.
 *
 * <p>It is no target: it stores nothing, checks nothing, and serves one kind of host.
 */
@NullMarked
package io.nvmevf.bench.baseline;

import org.jspecify.annotations.NullMarked;
