/**
 * The specification in Java: NVMe Base 2.1, NVM Command Set 1.1 and NVMe/TCP Transport 1.1, as layouts and constants.
 *
 * <p>Buffers in, values out. A package for each part: {@code tcp} (PDUs), {@code nvme} (commands, completions, status),
 * {@code fabrics} (Connect, properties, names), {@code auth} (in-band authentication, TLS keys), {@code identify},
 * {@code log} and {@code feature} (the data of the admin commands). Structures are read and written in place; values
 * that the wire counts from 0 are converted here and nowhere else.
 *
 * <p>It has no state, no pipeline, no thread and no log, and it decides nothing.
 */
@NullMarked
package io.nvmevf.protocol;

import org.jspecify.annotations.NullMarked;
