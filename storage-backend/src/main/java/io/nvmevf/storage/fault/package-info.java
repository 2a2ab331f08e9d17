/**
 * Decorators that make a device misbehave in a way that a test chooses: {@link io.nvmevf.storage.fault.FaultyDevice} fails or holds
 * back requests, {@link io.nvmevf.storage.fault.UnsyncedLossDevice} loses in a crash what was never flushed.
 *
 * <p>They are devices themselves and pass the same conformance suite. Simple and correct before fast: they lock and allocate, and have no
 * place under a measurement.
 */
@NullMarked
package io.nvmevf.storage.fault;

import org.jspecify.annotations.NullMarked;
