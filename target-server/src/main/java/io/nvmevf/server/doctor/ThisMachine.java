package io.nvmevf.server.doctor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.uring.IoUring;
import io.netty.util.internal.PlatformDependent;
import io.nvmevf.protocol.tcp.IcReq;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.storage.posix.FileStatus;
import io.nvmevf.storage.posix.Linux;
import io.nvmevf.storage.posix.NativePosix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The machine that this JVM runs on: Linux. */
public final class ThisMachine implements Machine {
    private static final int TIMEOUT_MILLIS = 2000;
    private static final int MOST_TEXT = 64 << 10;
    private static final long TRIED_BYTES = 1 << 20;
    /** More than {@code struct timex} (208 bytes on 64-bit Linux). */
    private static final long TIMEX_BYTES = 512;
    /** adjtimex(2): nobody keeps the clock synchronised. */
    private static final int TIME_ERROR = 5;

    @Override
    public Runtime.Version java() {
        return Runtime.version();
    }

    @Override
    public String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }

    @Override
    public @Nullable String read(String file) {
        try (var in = Files.newInputStream(Path.of(file))) {
            return new String(in.readNBytes(MOST_TEXT), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public @Nullable String whyNoIoUring() {
        Throwable cause = IoUring.unavailabilityCause();
        if (cause == null) {
            return null;
        }
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    @Override
    public long maxHeap() {
        return Runtime.getRuntime().maxMemory();
    }

    @Override
    public long maxDirect() {
        return PlatformDependent.maxDirectMemory();
    }

    @Override
    public String user() {
        return System.getProperty("user.name");
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Clock clock() {
        try (Arena arena = Arena.ofConfined()) {
            Linker linker = Linker.nativeLinker();
            MemorySegment adjtimex = linker.defaultLookup().find("adjtimex").orElse(null);
            if (adjtimex == null) {
                return Clock.UNKNOWN;
            }
            // (All zeros: nothing is to be changed.)
            int state = (int) linker.downcallHandle(adjtimex, FunctionDescriptor.of(JAVA_INT, ADDRESS))
                    .invokeExact(arena.allocate(TIMEX_BYTES, Long.BYTES));
            return state < 0 ? Clock.UNKNOWN : state == TIME_ERROR ? Clock.NOT_SYNCHRONISED : Clock.SYNCHRONISED;
        } catch (Throwable e) {
            // (A method handle may throw anything; without an answer there is no finding.)
            return Clock.UNKNOWN;
        }
    }

    @Override
    public Disk disk(Path file) throws IOException {
        Path existing = existing(file);
        FileStore store = Files.getFileStore(existing);
        return new Disk(store.getTotalSpace(), store.getUsableSpace(), store.type(), options(existing.toRealPath()));
    }

    /** The file, or the nearest directory above that is there. */
    static Path existing(Path file) {
        Path at = file.toAbsolutePath().normalize();
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    /** Those of the mount that the file is in: the one with the longest path, and of several the last. */
    private Set<String> options(Path file) {
        String mounts = read("/proc/self/mounts");
        Set<String> found = Set.of();
        int longest = -1;
        for (String line : mounts == null ? List.<String>of() : mounts.lines().toList()) {
            String[] fields = line.split(" ", -1);
            if (fields.length >= 4) {
                String at = fields[1].replace("\\040", " ");
                if (file.startsWith(at) && at.length() >= longest) {
                    longest = at.length();
                    found = new HashSet<>(Arrays.asList(fields[3].split(",", -1)));
                }
            }
        }
        return found;
    }

    @Override
    public FileFeatures tryOut(Path directory) throws IOException {
        Path file = Files.createTempFile(directory, ".nvmevf-doctor-", "");
        try {
            int fd = NativePosix.INSTANCE.open(file, Linux.O_RDWR | Linux.O_CLOEXEC, 0);
            boolean sparse;
            boolean punch;
            try {
                NativePosix.INSTANCE.ftruncate(fd, TRIED_BYTES, file);
                FileStatus status = NativePosix.INSTANCE.status(fd, file);
                sparse = status.allocated() < TRIED_BYTES;
                punch = NativePosix.INSTANCE.fallocate(
                                fd, Linux.FALLOC_FL_PUNCH_HOLE | Linux.FALLOC_FL_KEEP_SIZE, 0, TRIED_BYTES)
                        >= 0;
            } finally {
                NativePosix.INSTANCE.close(fd);
            }
            return new FileFeatures(sparse, punch, opens(file, Linux.O_DIRECT));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static boolean opens(Path file, int flag) {
        try {
            NativePosix.INSTANCE.close(NativePosix.INSTANCE.open(file, Linux.O_RDWR | Linux.O_CLOEXEC | flag, 0));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public Port port(String address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port), 1);
            return Port.FREE;
        } catch (BindException e) {
            String why = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
            if (why.contains("cannot assign")) {
                return Port.NO_SUCH_ADDRESS;
            }
            if (why.contains("permission")) {
                return Port.NOT_ALLOWED;
            }
            return speaksNvme(address, port) ? Port.NVME_TCP : Port.OCCUPIED;
        } catch (IOException e) {
            return Port.NOT_ALLOWED;
        }
    }

    /** Initializes a connection as a host does (NVMe/TCP 1.1 §3.6.2.2), and ends it. */
    private static boolean speaksNvme(String address, int port) {
        try (Socket socket = new Socket()) {
            InetAddress to = InetAddress.getByName(address);
            socket.connect(
                    new InetSocketAddress(to.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : to, port),
                    TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            var request = Unpooled.buffer(IcReq.SIZE, IcReq.SIZE);
            IcReq.write(request, 0, 0, 0, 0);
            socket.getOutputStream().write(ByteBufUtil.getBytes(request, 0, IcReq.SIZE));
            return socket.getInputStream().read() == Pdu.IC_RESP;
        } catch (IOException e) {
            return false;
        }
    }
}
