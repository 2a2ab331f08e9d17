/** The suite that every block device passes, and what tests of devices need: event loops, a queue that waits, conditions. */
@NullMarked
package io.nvmevf.storage.conformance;

import org.jspecify.annotations.NullMarked;
