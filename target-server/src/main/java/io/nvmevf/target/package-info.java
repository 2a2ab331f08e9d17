/** Placeholder. */
@NullMarked
package io.nvmevf.target;

import org.jspecify.annotations.NullMarked;
