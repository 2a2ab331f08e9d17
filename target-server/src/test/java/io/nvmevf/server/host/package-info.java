/**
 * A small blocking NVMe/TCP host for tests. It checks all that a host can check of what a target sends: order, lengths,
 * flags, digests, alignment. Every wait ends, at the latest with a failure that says what was received.
 *
 * <p>It is written from the specification and shares no code with the target but the layouts of {@code nvme-protocol}. It
 * does not retry, and it does not reconnect.
 */
@NullMarked
package io.nvmevf.server.host;

import org.jspecify.annotations.NullMarked;
