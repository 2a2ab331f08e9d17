/**
 * Features of a controller (NVMe Base 2.1 §5.1.25): their identifiers, and codecs for those whose value is made of
 * fields. A codec of a dword is an immutable record with {@code of(dword)} and {@code dword()}; counts are converted
 * here from 0's based to ordinary numbers and nowhere else.
 *
 * <p>Not here: which features a controller has, their defaults, and the saving of values.
 */
@NullMarked
package io.nvmevf.protocol.feature;

import org.jspecify.annotations.NullMarked;
