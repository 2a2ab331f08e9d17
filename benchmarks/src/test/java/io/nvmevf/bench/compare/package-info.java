/** Tests of what comparisons calculate and print. */
@NullMarked
package io.nvmevf.bench.compare;

import org.jspecify.annotations.NullMarked;
