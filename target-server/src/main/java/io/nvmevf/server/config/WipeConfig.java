package io.nvmevf.server.config;

/**
 * {@code wipe}: erasing namespaces in the background.
 *
 * @param bandwidth {@code bandwidth}: bytes per second that all erasures together may write and read, up to 512GiB; 0
 *     (default): as much as there is
 * @param concurrent {@code concurrent}: erasures at a time in each lane (quick or slow, asked for by the
 *     operator or by a tenant), 1 to 16, default 2; one of each owner, and owners take turns
 */
public record WipeConfig(long bandwidth, int concurrent) {}
