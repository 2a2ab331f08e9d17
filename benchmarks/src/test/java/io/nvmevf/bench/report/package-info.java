/** Tests of tables. */
@NullMarked
package io.nvmevf.bench.report;

import org.jspecify.annotations.NullMarked;
