/** Placeholder. */
@NullMarked
package io.nvmevf.server;

import org.jspecify.annotations.NullMarked;
