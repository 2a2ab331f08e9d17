package io.nvmevf.server.config;

import org.jspecify.annotations.Nullable;

/**
 * One of {@code listeners}: where hosts connect. Each serves discovery and all virtual functions.
 *
 * @param address {@code address}: IPv4 or IPv6 address, no name; {@code 0.0.0.0} or {@code ::} for all. Default 127.0.0.1
 * @param port {@code port}: 0 to 65535, default 4420; 0 takes any that is free
 * @param advertise {@code advertise}: the address in the discovery log, where hosts reach this listener under another
 *     one; null (default): the address that the host connected to
 */
public record ListenerConfig(
        String address, int port, @Nullable String advertise) {}
