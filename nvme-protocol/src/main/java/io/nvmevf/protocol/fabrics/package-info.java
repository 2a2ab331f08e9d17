/**
 * What NVMe over Fabrics adds to the base: the data of Connect, the controller properties, and NVMe Qualified Names (NVMe
 * Base 2.1 §6.3, §3.1.4, §4.7).
 *
 * <p>Not here: the Fabrics commands themselves, which are submission queue entries, and who may connect.
 */
@NullMarked
package io.nvmevf.protocol.fabrics;

import org.jspecify.annotations.NullMarked;
