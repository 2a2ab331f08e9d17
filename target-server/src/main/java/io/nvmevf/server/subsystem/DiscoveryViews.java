package io.nvmevf.server.subsystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * GENCTR of the discovery log page (NVMe Base 2.1 §5.1.12.3.1), for each host its own: it moves when what this host sees has
 * changed, and tells it nothing about the others. Any thread.
 *
 * <p>A host that is remembered no more, because {@value #MOST_HOSTS} others asked since, begins anew above all that it was ever told.
 */
final class DiscoveryViews {
    /** Hosts that are remembered. */
    static final int MOST_HOSTS = 4096;

    private final Cache<String, View> views = Caffeine.newBuilder()
            .maximumSize(MOST_HOSTS)
            .executor(Runnable::run)
            .build();

    /**
     * What a host saw last.
     *
     * @param asOf which state of everything that was
     * @param digest SHA-256 of it: hosts that see many virtual functions do not cost memory for each
     */
    @SuppressWarnings("ArrayRecordComponent") // Made once, compared by Arrays.equals.
    private record View(long asOf, byte[] digest, long genctr) {}

    /**
     * GENCTR for this host.
     *
     * @param state number of the state of everything; it grows with each change of what any host sees
     * @param sees what the host sees in it; asked for if the state is another one than the last time
     */
    long genctr(String hostNqn, long state, Supplier<String> sees) {
        return Objects.requireNonNull(views.asMap().compute(hostNqn, (host, before) -> {
                    if (before != null && before.asOf() == state) {
                        return before;
                    }
                    byte[] digest = digest(sees.get());
                    if (before == null) {
                        return new View(state, digest, state);
                    }
                    boolean same = Arrays.equals(before.digest(), digest);
                    return new View(state, digest, same ? before.genctr() : before.genctr() + 1);
                }))
                .genctr();
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
