package io.nvmevf.server.config;

/**
 * {@code wipe}: erasing namespaces in the background.
 *
 * @param bandwidth {@code bandwidth}: bytes per second that all erasures together may write and read, up to 512GiB; 0
 *     (default): as much as there is
 * @param concurrent {@code concurrent}: erasures at a time, 1 to 16, default 2; more wait in order
 */
public record WipeConfig(long bandwidth, int concurrent) {}
