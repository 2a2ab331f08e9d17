/**
 * Shows what the limits, the isolation and the fairness of virtual functions are worth: several hosts in one process load one target
 * at known times, and what comes back is held against what the target was told.
 *
 * <p>{@link io.nvmevf.bench.qos.QosBench} reads the command line and runs scenarios. A {@link io.nvmevf.bench.qos.Host} is the host of
 * one virtual function; what it asks for, and when, is its {@link io.nvmevf.bench.qos.Demand}. One thread, the {@link io.nvmevf.bench.qos.Engine},
 * serves all hosts and never sleeps. Scenarios run on another thread, which sleeps most of the time: they set limits over REST
 * ({@link io.nvmevf.bench.qos.Api}), tell the engine what to do, and turn what was counted into rows, a table and plots.
 *
 * <p>It starts no target (the script beside the results does) and computes nothing with the target's own classes: the exact
 * computation of throttled time is its own.
 */
@NullMarked
package io.nvmevf.bench.qos;

import org.jspecify.annotations.NullMarked;
