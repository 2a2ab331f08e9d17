package io.nvmevf.storage;

/** How a request ended. A closed set: the target maps each to one NVMe status, in one switch. */
public enum BlockError {
    /** It succeeded. */
    NONE,
    /** The range does not lie within the device. Nothing was transferred. */
    OUT_OF_RANGE,
    /** The pool, file system or device beneath has no space or no quota left (ENOSPC, EDQUOT, EFBIG). */
    NO_SPACE,
    /** A read failed, or returned less than asked (EIO, a file that was cut short). */
    READ_FAILED,
    /** A write, a flush, write zeroes or deallocate failed (EIO). What the range holds now is undefined. */
    WRITE_FAILED,
    /** The file or device beneath has vanished or was replaced: nothing written to it would be found again. */
    GONE
}
