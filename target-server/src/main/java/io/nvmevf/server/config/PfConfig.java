package io.nvmevf.server.config;

import io.nvmevf.server.control.Access;
import org.jspecify.annotations.Nullable;

/**
 * {@code pf}: the physical function, on whose controller an operator manages virtual functions with NVMe commands.
 *
 * @param nqn {@code nqn}: of its administrative subsystem; null (default): made of the target's UUID
 * @param access {@code allowed-hosts}: NQNs of the hosts that may connect to it, up to 64; default: none.
 *     {@code require-authentication}: whether hosts that prove in no way who they are are refused; default: false.
 *     {@code tls}: off, allowed (default) or required. {@code duplicate-host}: what becomes of a second admin queue of one
 *     host, allow (default), reject or replace
 * @param maxVfs {@code max-vfs}: virtual functions that there may be, 1 to 61439 (secondary controller identifiers 1 to
 *     EFFFh), default 1024
 * @param queueResources {@code queue-resources}: VQ resources, which are queues, that virtual functions may be given all
 *     together, 2 to 4000000, default 66560 (1024 times an admin queue and 64 I/O queues)
 */
public record PfConfig(@Nullable String nqn, Access access, int maxVfs, int queueResources) {}
