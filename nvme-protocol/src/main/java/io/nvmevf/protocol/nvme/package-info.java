/**
 * Commands and completions: submission queue entry, completion queue entry, opcodes, status codes, event results and
 * the ranges that commands carry (NVMe Base 2.1 chapter 3 and 4, NVM Command Set 1.1 chapter 3).
 *
 * <p>It does not carry a command out and does not know which commands a controller offers.
 */
@NullMarked
package io.nvmevf.protocol.nvme;

import org.jspecify.annotations.NullMarked;
