package io.nvmevf.server.transport;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Linux's scheduler is told about our threads, by sched_setattr(2). An event loop works for some microseconds and sleeps: it says that
 * it needs the core for a short time only, and so it has it as soon as it wakes up, where it would have to wait for the end of another
 * thread's slice otherwise, or even of the next tick (4 ms). Threads that nobody waits for, the JVM's compilers and the one that writes the
 * log, have the core when nobody else wants it. See docs/decisions/0014-event-loops-ask-for-brief-turns.md.
 *
 * <p>None of it needs a privilege: nobody's share of the machine becomes larger. A kernel before 6.12 does not look at slices, and where
 * the call is refused everything works as without it.
 */
public final class ThreadScheduling {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadScheduling.class);

    /**
     * The slice of an event loop: shorter than anybody's who did not ask for one (0.7 to 2.8 ms), and longer than a turn that does something
     * rare, such as Connect: at its end others have their turn, in the middle of what the loop does.
     */
    static final Duration BRIEF = Duration.ofNanos(500_000);

    /** The slice of those that yield. */
    static final Duration LONG = Duration.ofMillis(10);
    /** What is added to the niceness of those that yield: a tenth of the weight. */
    static final int YIELDING_NICENESS = 10;

    /** How the names of those that yield begin, as far as the kernel keeps names (15 characters). */
    private static final List<String> YIELDING = List.of("C1 Compiler", "C2 Compiler", "AsyncAppender-W");

    /** {@code struct sched_attr}, the fields of Linux 3.14 (SCHED_ATTR_SIZE_VER0). */
    private static final int ATTRIBUTES_SIZE = 48;

    private static final int POLICY_OFFSET = 4;
    private static final int NICE_OFFSET = 16;
    private static final int RUNTIME_OFFSET = 24;

    private static final int SCHED_OTHER = 0;
    private static final int LARGEST_NICENESS = 19;
    private static final int THIS_THREAD = 0;

    private ThreadScheduling() {}

    /**
     * How a thread is scheduled.
     *
     * @param policy 0: SCHED_OTHER, what everybody has
     * @param nice -20 to 19
     * @param slice what it asks for
     */
    record Attributes(int policy, int nice, Duration slice) {}

    /** The thread that calls needs the core for short times only. (Only who has a longer slice gives way to it at once.) */
    static void briefTurns() {
        change(THIS_THREAD, 0, BRIEF);
    }

    /** The thread that calls has the core when no event loop wants it. */
    public static void yieldToLoops() {
        change(THIS_THREAD, YIELDING_NICENESS, LONG);
    }

    /** The threads that nobody waits for, those that are there: new ones inherit it from them. */
    public static void backgroundYields() {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                if (yields(thread)) {
                    change(Integer.parseInt(String.valueOf(thread.getFileName())), YIELDING_NICENESS, LONG);
                }
            }
        } catch (IOException e) {
            LOG.debug("threads in the background stay as they are: {}", e.toString());
        }
    }

    private static boolean yields(Path thread) {
        try {
            String name = Files.readString(thread.resolve("comm"));
            return YIELDING.stream().anyMatch(name::startsWith);
        } catch (IOException ended) {
            return false;
        }
    }

    private static void change(int thread, int nicer, Duration slice) {
        Calls calls = Calls.HERE;
        if (calls == null) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, Long.BYTES);
            // (Who chose another policy knows why.)
            if (!calls.get(thread, attributes) || attributes.get(JAVA_INT, POLICY_OFFSET) != SCHED_OTHER) {
                return;
            }
            int nice = attributes.get(JAVA_INT, NICE_OFFSET) + nicer;
            attributes.set(JAVA_INT, NICE_OFFSET, Math.min(nice, LARGEST_NICENESS));
            attributes.set(JAVA_LONG, RUNTIME_OFFSET, slice.toNanos());
            if (!calls.set(thread, attributes)) {
                LOG.debug("thread {} is scheduled as it was", thread);
            }
        }
    }

    /** How a thread of this process is scheduled; null where that cannot be asked. */
    static @Nullable Attributes attributes(int thread) {
        Calls calls = Calls.HERE;
        if (calls == null) {
            return null;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, Long.BYTES);
            return calls.get(thread, attributes)
                    ? new Attributes(
                            attributes.get(JAVA_INT, POLICY_OFFSET),
                            attributes.get(JAVA_INT, NICE_OFFSET),
                            Duration.ofNanos(attributes.get(JAVA_LONG, RUNTIME_OFFSET)))
                    : null;
        }
    }

    /** The two calls, for which older C libraries have no function. */
    private record Calls(MethodHandle syscall, long setNumber, long getNumber) {
        static final @Nullable Calls HERE = find();

        private static @Nullable Calls find() {
            if (!"Linux".equals(System.getProperty("os.name"))) {
                return null;
            }
            Linker linker = Linker.nativeLinker();
            MemorySegment symbol = linker.defaultLookup().find("syscall").orElse(null);
            if (symbol == null) {
                return null;
            }
            MethodHandle syscall = linker.downcallHandle(
                    symbol,
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                    Linker.Option.firstVariadicArg(1));
            return switch (String.valueOf(System.getProperty("os.arch"))) {
                case "amd64" -> new Calls(syscall, 314, 315);
                case "aarch64", "riscv64" -> new Calls(syscall, 274, 275);
                default -> null;
            };
        }

        boolean get(int thread, MemorySegment attributes) {
            return call(getNumber, thread, attributes, ATTRIBUTES_SIZE, 0) == 0;
        }

        boolean set(int thread, MemorySegment attributes) {
            attributes.set(JAVA_INT, 0, ATTRIBUTES_SIZE);
            return call(setNumber, thread, attributes, 0, 0) == 0;
        }

        private long call(long number, int thread, MemorySegment attributes, int third, int fourth) {
            try {
                return (long) syscall.invokeExact(number, thread, attributes, third, fourth);
            } catch (Throwable t) {
                throw new AssertionError("a system call threw", t);
            }
        }
    }
}
