/**
 * The data structures of the Identify command (NVMe Base 2.1 §5.1.13 and NVM Command Set 1.1 §4.1.5), one class per
 * CNS value or shape.
 *
 * <p>Each class is a flyweight: it holds a buffer and a start index, and reads and writes the fields in place, in
 * little-endian order; a getter has no argument, its setter of the same name takes the value and returns the structure. Fields bear the specification's abbreviations in lower case; a value is what stands in the page,
 * so a field that the specification calls 0's based is 0's based here. The builder of a page hands in zeroed memory; a
 * setter never touches a byte outside its field.
 *
 * <p>Not here: which values a controller reports, which CNS values it supports, and the command itself.
 */
@NullMarked
package io.nvmevf.protocol.identify;

import org.jspecify.annotations.NullMarked;
