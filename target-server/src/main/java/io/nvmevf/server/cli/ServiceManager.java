package io.nvmevf.server.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how far the target is, for units of {@code Type=notify}: sd_notify(3), from libsystemd, which is there wherever systemd is. Does
 * nothing where no service manager has asked for it (NOTIFY_SOCKET), as in a shell or a container.
 */
final class ServiceManager {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
    private static final String LIBRARY = "libsystemd.so.0";

    private ServiceManager() {}

    /** Hosts are served from now on. */
    static void ready() {
        send("READY=1");
    }

    /** The target was told to stop, and ends what is under way. */
    static void stopping() {
        send("STOPPING=1");
    }

    private static void send(String state) {
        if (System.getenv("NOTIFY_SOCKET") == null) {
            return;
        }
        int result;
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle notify = Linker.nativeLinker()
                    .downcallHandle(
                            SymbolLookup.libraryLookup(LIBRARY, arena).findOrThrow("sd_notify"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
            MemorySegment text = arena.allocateFrom(state);
            result = (int) notify.invokeExact(0, text);
        } catch (Throwable e) {
            // (A method handle may throw anything; here it is a library that is missing or has no such function.)
            LOG.warn("systemd cannot be told {}: {}; install libsystemd0, or use Type=exec", state, e.toString());
            return;
        }
        if (result < 0) {
            LOG.warn("systemd cannot be told {}: error {} of sd_notify", state, -result);
        }
    }
}
