/**
 * NVMe/TCP PDUs (NVMe/TCP Transport 1.1, section 3.6): one class for each, with static accessors over a buffer and the
 * index where the PDU starts, so that nothing is made for a PDU.
 *
 * <p>It does not cut a stream into PDUs and keeps no connection's state; the target's transport does.
 */
@NullMarked
package io.nvmevf.protocol.tcp;

import org.jspecify.annotations.NullMarked;
