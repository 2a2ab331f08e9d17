/**
 * A load generator: an NVMe/TCP host that keeps a fixed number of commands in flight and measures what comes back.
 *
 * <p>{@link io.nvmevf.bench.load.LoadGenerator} reads the command line, {@link io.nvmevf.bench.load.HostController}
 * connects like any host does (admin queue, enable, Identify, Number of Queues), {@link io.nvmevf.bench.load.IoQueue} is
 * the hot path of one connection, {@link io.nvmevf.bench.load.Worker} one thread over several of them.
 *
 * <p>The load is a closed loop: a new command is sent when an older one has completed, so a target that stalls is asked
 * for less while it does. Latency is from just before the write of a batch of commands to just after the read of a batch of
 * answers. It does not reconnect, retry, use TLS or authenticate: any error ends the run.
 */
@NullMarked
package io.nvmevf.bench.load;

import org.jspecify.annotations.NullMarked;
