package io.nvmevf.storage.posix;

/**
 * The blocking calls of the data path. Every call answers its result, or the negated errno. An interface, so that a test
 * can put a kernel that fails, answers short or lacks a feature in its place.
 */
public interface Posix {

    /** Reads up to {@code length} bytes to {@code address}; answers how many, 0 at the end of the file. */
    long pread(int fd, long address, long length, long offset);

    /** Writes up to {@code length} bytes from {@code address}; with {@code dsync} (RWF_DSYNC) they are stable when it returns. */
    long pwrite(int fd, long address, long length, long offset, boolean dsync);

    int fdatasync(int fd);

    /** @param mode bits {@code FALLOC_FL_*} of {@link Linux} */
    int fallocate(int fd, int mode, long offset, long length);
}
