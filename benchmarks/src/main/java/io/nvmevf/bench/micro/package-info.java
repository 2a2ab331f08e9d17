/**
 * JMH benchmarks of single steps: building and parsing PDUs, digests, encryption at rest, the admission decision. They say what a step costs when its data is in the
 * cache, not what it adds to an I/O; {@code io.nvmevf.bench.load} measures that.
 */
@NullMarked
package io.nvmevf.bench.micro;

import org.jspecify.annotations.NullMarked;
