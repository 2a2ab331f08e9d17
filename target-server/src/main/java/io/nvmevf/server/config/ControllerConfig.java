package io.nvmevf.server.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code controller}: what controllers offer to hosts.
 *
 * @param mdts {@code mdts}: data bytes of one command, a power of two from 4KiB to 1MiB, default 1MiB
 * @param maxKeepAlive {@code max-keep-alive}: the longest keep alive timeout that a host may ask for, 1s to 24h,
 *     default 10m
 * @param discoveryNqn {@code discovery-nqn}: the unique NQN of the discovery subsystem, beside the well-known one;
 *     null (default): made of the target's UUID
 */
public record ControllerConfig(
        int mdts, Duration maxKeepAlive, @Nullable String discoveryNqn) {}
