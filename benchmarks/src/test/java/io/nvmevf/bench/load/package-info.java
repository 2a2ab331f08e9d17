/** Tests of the load generator. */
@NullMarked
package io.nvmevf.bench.load;

import org.jspecify.annotations.NullMarked;
