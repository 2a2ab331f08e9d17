/** Tests of what the QoS benchmarks calculate. */
@NullMarked
package io.nvmevf.bench.qos;

import org.jspecify.annotations.NullMarked;
