package io.nvmevf.storage.posix;

/**
 * What statx(2) says about a file.
 *
 * @param device the file system's device number
 * @param inode the inode number
 * @param mode type and permission bits
 * @param size bytes; 0 for a block device
 * @param allocated bytes that take space (st_blocks * 512)
 * @param rawDevice the device number of a block device itself, else 0
 * @param directMemoryAlignment what O_DIRECT asks of memory addresses, in bytes; 0: no O_DIRECT here, -1: the kernel does
 *     not say (before Linux 6.1)
 * @param directOffsetAlignment what O_DIRECT asks of offsets and lengths, likewise
 */
public record FileStatus(
        long device,
        long inode,
        int mode,
        long size,
        long allocated,
        long rawDevice,
        int directMemoryAlignment,
        int directOffsetAlignment) {

    private static final int TYPE_MASK = 0xf000;

    public boolean isRegularFile() {
        return (mode & TYPE_MASK) == 0x8000;
    }

    public boolean isBlockDevice() {
        return (mode & TYPE_MASK) == 0x6000;
    }

    /** Whether both describe the same file or, for block devices, the same device, whatever its node is called. */
    public boolean isSameAs(FileStatus other) {
        if (isBlockDevice() || other.isBlockDevice()) {
            return isBlockDevice() && other.isBlockDevice() && rawDevice == other.rawDevice;
        }
        return device == other.device && inode == other.inode;
    }
}
