package io.nvmevf.storage.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * The C library's calls. Those of {@link Posix} allocate nothing; the others are for the control path and throw
 * {@link PosixException} when the system refuses.
 */
public final class NativePosix implements Posix {

    public static final NativePosix INSTANCE = new NativePosix();

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle PREAD =
            call("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PWRITE =
            call("pwrite", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PWRITEV2 =
            call("pwritev2", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FDATASYNC = call("fdatasync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FSYNC = call("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FALLOCATE =
            call("fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FTRUNCATE =
            call("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle OPEN = call(
            "open", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FCNTL = call(
            "fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FLOCK = call("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle IOCTL = call(
            "ioctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle STATX =
            call("statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MMAP = call(
            "mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP = call("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MADVISE =
            call("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private static final int LOCK_EXCLUSIVE_NONBLOCKING = 2 | 4;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC = 0x7ff;
    private static final int STATX_DIOALIGN = 0x2000;
    private static final int STATX_SIZE = 256;
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    private static final int MADV_DONTNEED = 4;
    private static final long BLKGETSIZE64 = 0x80081272L;
    private static final long BLKSSZGET = 0x1268L;
    private static final long BLKZEROOUT = 0x127fL;

    private NativePosix() {}

    /** Memory that each thread keeps for errno and for arguments that are passed by pointer. */
    private static final class Scratch {
        final MemorySegment errno;
        final MemorySegment iovec;
        final long iovecAddress;

        Scratch() {
            // Lives as long as its thread: the thread local refers to it.
            Arena arena = Arena.ofAuto();
            errno = arena.allocate(Linker.Option.captureStateLayout());
            iovec = arena.allocate(16, 8);
            iovecAddress = iovec.address();
        }

        int failure() {
            return -errno.get(JAVA_INT, 0);
        }
    }

    private static MethodHandle call(String name, FunctionDescriptor type, Linker.Option... more) {
        Linker.Option[] options = new Linker.Option[more.length + 1];
        System.arraycopy(more, 0, options, 0, more.length);
        options[more.length] = Linker.Option.captureCallState("errno");
        MemorySegment symbol = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
        return LINKER.downcallHandle(symbol, type, options);
    }

    private static AssertionError impossible(Throwable cause) {
        return new AssertionError("a system call threw", cause);
    }

    @Override
    public long pread(int fd, long address, long length, long offset) {
        Scratch scratch = SCRATCH.get();
        try {
            long result = (long) PREAD.invokeExact(scratch.errno, fd, address, length, offset);
            return result < 0 ? scratch.failure() : result;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    @Override
    public long pwrite(int fd, long address, long length, long offset, boolean dsync) {
        Scratch scratch = SCRATCH.get();
        try {
            long result;
            if (dsync) {
                scratch.iovec.set(JAVA_LONG, 0, address);
                scratch.iovec.set(JAVA_LONG, 8, length);
                result = (long)
                        PWRITEV2.invokeExact(scratch.errno, fd, scratch.iovecAddress, 1, offset, Linux.RWF_DSYNC);
            } else {
                result = (long) PWRITE.invokeExact(scratch.errno, fd, address, length, offset);
            }
            return result < 0 ? scratch.failure() : result;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    @Override
    public int fdatasync(int fd) {
        Scratch scratch = SCRATCH.get();
        try {
            int result = (int) FDATASYNC.invokeExact(scratch.errno, fd);
            return result < 0 ? scratch.failure() : result;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    @Override
    public int fallocate(int fd, int mode, long offset, long length) {
        Scratch scratch = SCRATCH.get();
        try {
            int result = (int) FALLOCATE.invokeExact(scratch.errno, fd, mode, offset, length);
            return result < 0 ? scratch.failure() : result;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** Opens a file, always with O_CLOEXEC. */
    public int open(Path path, int flags, int mode) throws PosixException {
        Scratch scratch = SCRATCH.get();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path.toString());
            int result = (int) OPEN.invokeExact(scratch.errno, name.address(), flags | Linux.O_CLOEXEC, mode);
            return checked(result, scratch, "open", path);
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** Closes a descriptor; errors of close(2) say nothing that a sync before has not said, so they are not told. */
    public void close(int fd) {
        try {
            int _ = (int) CLOSE.invokeExact(SCRATCH.get().errno, fd);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /**
     * Makes the process's table of descriptors as large as so many need. The kernel lets a thread that opens one too many wait for an
     * RCU grace period (5 to 20 ms) while it doubles the table; the table never becomes smaller.
     *
     * @param descriptors that will be open; above RLIMIT_NOFILE as many as that allows
     * @return how many the table has place for now
     */
    public int reserveDescriptors(int descriptors) throws PosixException {
        int fd = open(Path.of("/dev/null"), Linux.O_RDONLY, 0);
        try {
            for (int place = descriptors; place > fd; place /= 2) {
                int last = (int) FCNTL.invokeExact(SCRATCH.get().errno, fd, F_DUPFD_CLOEXEC, place - 1L);
                if (last >= 0) {
                    close(last);
                    return place;
                }
            }
            return fd;
        } catch (Throwable t) {
            throw impossible(t);
        } finally {
            close(fd);
        }
    }

    public void fsync(int fd, Path path) throws PosixException {
        Scratch scratch = SCRATCH.get();
        try {
            checked((int) FSYNC.invokeExact(scratch.errno, fd), scratch, "fsync", path);
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** Makes what was created, renamed or removed in a directory durable. */
    public void fsyncDirectory(Path directory) throws PosixException {
        int fd = open(directory, Linux.O_RDONLY, 0);
        try {
            fsync(fd, directory);
        } finally {
            close(fd);
        }
    }

    public void ftruncate(int fd, long size, Path path) throws PosixException {
        Scratch scratch = SCRATCH.get();
        try {
            checked((int) FTRUNCATE.invokeExact(scratch.errno, fd, size), scratch, "ftruncate", path);
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** Takes the whole-file lock of this open file; false if another one has it. It is gone when the file is closed. */
    public boolean tryLock(int fd, Path path) throws PosixException {
        Scratch scratch = SCRATCH.get();
        try {
            int result = (int) FLOCK.invokeExact(scratch.errno, fd, LOCK_EXCLUSIVE_NONBLOCKING);
            if (result < 0 && scratch.failure() == -Linux.EAGAIN) {
                return false;
            }
            checked(result, scratch, "flock", path);
            return true;
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** What the path leads to now. */
    public FileStatus status(Path path) throws PosixException {
        return statx(AT_FDCWD, path.toString(), 0, path);
    }

    /** What was opened. */
    public FileStatus status(int fd, Path path) throws PosixException {
        return statx(fd, "", AT_EMPTY_PATH, path);
    }

    private static FileStatus statx(int directory, String name, int flags, Path path) throws PosixException {
        Scratch scratch = SCRATCH.get();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cName = arena.allocateFrom(name);
            MemorySegment s = arena.allocate(STATX_SIZE, 8);
            int mask = STATX_BASIC | STATX_DIOALIGN;
            int result = (int) STATX.invokeExact(scratch.errno, directory, cName.address(), flags, mask, s.address());
            checked(result, scratch, "statx", path);
            boolean knowsAlignment = (s.get(JAVA_INT, 0) & STATX_DIOALIGN) != 0;
            return new FileStatus(
                    number(s.get(JAVA_INT, 0x88), s.get(JAVA_INT, 0x8c)),
                    s.get(JAVA_LONG, 0x20),
                    s.get(ValueLayout.JAVA_SHORT, 0x1c) & 0xffff,
                    s.get(JAVA_LONG, 0x28),
                    s.get(JAVA_LONG, 0x30) * 512,
                    number(s.get(JAVA_INT, 0x80), s.get(JAVA_INT, 0x84)),
                    knowsAlignment ? s.get(JAVA_INT, 0x98) : -1,
                    knowsAlignment ? s.get(JAVA_INT, 0x9c) : -1);
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    private static long number(int major, int minor) {
        return (long) major << 32 | (minor & 0xffffffffL);
    }

    /** Bytes of a block device. */
    public long blockDeviceSize(int fd, Path path) throws PosixException {
        return ioctlOut(fd, BLKGETSIZE64, JAVA_LONG, path);
    }

    /** The smallest unit that a block device reads or writes, in bytes. */
    public int logicalBlockSize(int fd, Path path) throws PosixException {
        return Math.toIntExact(ioctlOut(fd, BLKSSZGET, JAVA_INT, path));
    }

    private static long ioctlOut(int fd, long request, MemoryLayout type, Path path) throws PosixException {
        Scratch scratch = SCRATCH.get();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(8, 8);
            int result = (int) IOCTL.invokeExact(scratch.errno, fd, request, out.address());
            checked(result, scratch, "ioctl", path);
            return type.byteSize() == 4 ? out.get(JAVA_INT, 0) : out.get(JAVA_LONG, 0);
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** Makes a range of a block device read as zeros, by whatever the device does best. */
    public void zeroOut(int fd, long offset, long length, Path path) throws PosixException {
        Scratch scratch = SCRATCH.get();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment range = arena.allocate(16, 8);
            range.set(JAVA_LONG, 0, offset);
            range.set(JAVA_LONG, 8, length);
            checked((int) IOCTL.invokeExact(scratch.errno, fd, BLKZEROOUT, range.address()), scratch, "zero", path);
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** Reserves address space that reads as zeros and takes memory by the page when it is written: its address, or -errno. */
    public long map(long length) {
        Scratch scratch = SCRATCH.get();
        try {
            long result = (long) MMAP.invokeExact(
                    scratch.errno, 0L, length, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
            return result == -1 ? scratch.failure() : result;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    public void unmap(long address, long length) {
        try {
            int _ = (int) MUNMAP.invokeExact(SCRATCH.get().errno, address, length);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** Gives whole pages back; they read as zeros afterwards. Answers 0 or -errno. */
    public int discard(long address, long length) {
        Scratch scratch = SCRATCH.get();
        try {
            int result = (int) MADVISE.invokeExact(scratch.errno, address, length, MADV_DONTNEED);
            return result < 0 ? scratch.failure() : result;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    private static int checked(int result, Scratch scratch, String call, Path path) throws PosixException {
        if (result < 0) {
            throw new PosixException(call, path, -scratch.failure());
        }
        return result;
    }
}
