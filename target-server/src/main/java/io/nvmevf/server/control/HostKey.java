package io.nvmevf.server.control;

import io.nvmevf.protocol.auth.DhGroup;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a host authenticates with at one subsystem (DH-HMAC-CHAP, NVMe Base 2.1 §8.3.4.5). A host that has one must
 * authenticate; it may be there before the host is allowed to connect.
 *
 * @param subsystem name of a virtual function, {@link #PF} or {@link #DISCOVERY}
 * @param hostNqn NQN of the host
 * @param pairs what is valid, the newest first: one pair, or two during a rotation
 * @param hash the only hash function that is taken; null: the target chooses among those that the host offers
 * @param group the only Diffie-Hellman group that is taken; null: the target chooses among those that the host offers
 */
public record HostKey(
        String subsystem,
        String hostNqn,
        List<Pair> pairs,
        @Nullable DhchapHash hash,
        @Nullable DhGroup group) {

    /** In the place of a virtual function's name: the physical function. No name of a virtual function has such characters. */
    public static final String PF = "@pf";

    /** In the place of a virtual function's name: the discovery subsystem. */
    public static final String DISCOVERY = "@discovery";

    /** Pairs that are valid during a rotation. */
    static final int MAX_PAIRS = 2;

    /**
     * Secrets that belong together.
     *
     * @param host of the host
     * @param controller of the subsystem towards this host; null: it cannot prove itself
     */
    public record Pair(DhchapSecret host, @Nullable DhchapSecret controller) {

        public Pair {
            Objects.requireNonNull(host);
        }

        /** Whether host and controller can both prove themselves. */
        public boolean isBidirectional() {
            return controller != null;
        }
    }

    public HostKey {
        Objects.requireNonNull(subsystem);
        Objects.requireNonNull(hostNqn);
        pairs = List.copyOf(pairs);
        if (pairs.isEmpty() || pairs.size() > MAX_PAIRS) {
            throw new IllegalArgumentException("a host has 1 or 2 pairs of secrets, not " + pairs.size());
        }
    }

    /** What the host is to use from now on. */
    public Pair newest() {
        return pairs.getFirst();
    }

    /** Whether an older pair is still valid. */
    public boolean isRotating() {
        return pairs.size() > 1;
    }

    /** The same, but with these pairs. */
    HostKey with(List<Pair> next) {
        return new HostKey(subsystem, hostNqn, next, hash, group);
    }
}
