/**
 * The log pages that Get Log Page returns (NVMe Base 2.1 §5.1.12), one class per log page or entry, and their
 * identifiers.
 *
 * <p>Each class is a flyweight over a buffer and a start index that reads and writes in place, in little-endian order
 * (a getter has no argument, its setter of the same name takes the value and returns the structure);
 * fields bear the specification's abbreviations. The builder of a page hands in zeroed memory.
 *
 * <p>Not here: what is counted or listed, the retain asynchronous event bit, and the cutting of a page into the pieces
 * that a host asks for.
 */
@NullMarked
package io.nvmevf.protocol.log;

import org.jspecify.annotations.NullMarked;
