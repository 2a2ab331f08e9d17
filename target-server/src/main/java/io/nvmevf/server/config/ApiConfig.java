package io.nvmevf.server.config;

/**
 * {@code api}: REST API and metrics.
 *
 * @param address {@code address}: a loopback IP address, default 127.0.0.1. Others are refused: there are no tokens and
 *     no TLS yet
 * @param port {@code port}: 0 to 65535, default 9420; 0 takes any that is free
 */
public record ApiConfig(String address, int port) {}
