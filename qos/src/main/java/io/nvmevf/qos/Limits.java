package io.nvmevf.qos;

import org.jspecify.annotations.Nullable;

/**
 * The limits of a virtual function or of a tenant. Each is optional, and all that are given hold at the same time. With them
 * goes what a virtual function gets when the physical function is short.
 *
 * @param readIops commands of kind READ a second
 * @param writeIops commands of kinds WRITE and OTHER a second
 * @param totalIops all commands a second
 * @param readBytes bytes of kind READ a second
 * @param writeBytes bytes of kinds WRITE and OTHER a second
 * @param totalBytes all bytes a second
 * @param share of a physical function that is short; null is {@link Share#DEFAULT}. A tenant has none
 */
public record Limits(
        @Nullable Limit readIops,
        @Nullable Limit writeIops,
        @Nullable Limit totalIops,
        @Nullable Limit readBytes,
        @Nullable Limit writeBytes,
        @Nullable Limit totalBytes,
        @Nullable Share share) {

    /** No limit at all. */
    public static final Limits NONE = new Limits(null, null, null, null, null, null, null);

    /** The same with another limit for reads a second. */
    public Limits withReadIops(@Nullable Limit limit) {
        return new Limits(limit, writeIops, totalIops, readBytes, writeBytes, totalBytes, share);
    }

    /** The same with another limit for writes (and all that is charged like them) a second. */
    public Limits withWriteIops(@Nullable Limit limit) {
        return new Limits(readIops, limit, totalIops, readBytes, writeBytes, totalBytes, share);
    }

    /** The same with another limit for commands a second. */
    public Limits withTotalIops(@Nullable Limit limit) {
        return new Limits(readIops, writeIops, limit, readBytes, writeBytes, totalBytes, share);
    }

    /** The same with another limit for bytes read a second. */
    public Limits withReadBytes(@Nullable Limit limit) {
        return new Limits(readIops, writeIops, totalIops, limit, writeBytes, totalBytes, share);
    }

    /** The same with another limit for bytes written a second. */
    public Limits withWriteBytes(@Nullable Limit limit) {
        return new Limits(readIops, writeIops, totalIops, readBytes, limit, totalBytes, share);
    }

    /** The same with another limit for bytes a second. */
    public Limits withTotalBytes(@Nullable Limit limit) {
        return new Limits(readIops, writeIops, totalIops, readBytes, writeBytes, limit, share);
    }

    /** The same with another share. */
    public Limits withShare(@Nullable Share next) {
        return new Limits(readIops, writeIops, totalIops, readBytes, writeBytes, totalBytes, next);
    }

    /** The share, which is the default one if none was given. */
    public Share shareOrDefault() {
        return share == null ? Share.DEFAULT : share;
    }
}
