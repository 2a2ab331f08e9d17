package io.nvmevf.server.control;

/**
 * How full the storage pool is.
 *
 * @param kind {@code file}, {@code block} or {@code memory}
 * @param capacity bytes that may be handed out
 * @param allocated bytes that are handed out, however sparse; more than the capacity only with overcommit
 */
public record PoolUsage(String kind, long capacity, long allocated) {

    /** Bytes that are left. */
    public long free() {
        return Math.max(0, capacity - allocated);
    }
}
