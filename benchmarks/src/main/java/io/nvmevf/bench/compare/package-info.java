/**
 * One target beside another one, or beside itself with something switched on: {@code benchmarks/compare} runs the load
 * generator against both in turn, round after round, and {@link io.nvmevf.bench.compare.CompareReport} makes ratios of what
 * it printed. {@link io.nvmevf.bench.compare.IdleHosts} is many hosts that are connected and do nothing;
 * {@link io.nvmevf.bench.compare.PerfOutput} reads what SPDK's {@code spdk_nvme_perf} prints.
 *
 * <p>Nothing here starts a target; that is what the scripts do.
 */
@NullMarked
package io.nvmevf.bench.compare;

import org.jspecify.annotations.NullMarked;
