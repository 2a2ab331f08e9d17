package io.nvmevf.server.transport;

import io.nvmevf.qos.TokenBucket;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may have how many connections, over all listeners and event loops. It is asked when a connection comes, connects and ends, never
 * for a command. Any thread.
 *
 * <p>Connections that are not connected yet cost nothing to open and are anybody's. When there is no place left, the address that has
 * the most of them gives up its oldest one, if it has at least two more than the one who comes: so nobody is kept out by half-open
 * connections of others, and hosts that come all at once do not throw each other out. From accepting to the end of Connect and
 * authentication a connection is <em>pending</em>, whatever it does meanwhile, a TLS handshake for example.
 *
 * <p>What a host says it is counts apart from what a host has proved to be: nobody takes the places of a host that authenticates by using
 * its name.
 */
public final class ConnectionGate {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final ConnectionLimits limits;
    private final LongSupplier nanoTime;
    private final long acceptCost;
    private final Pace<Object> connections;
    private final Pace<Object> connects;
    private final Pace<Object> authentications;

    // Guarded by this.
    private final TokenBucket accepts;
    private final Map<Object, Origin> origins = new HashMap<>();
    private final Map<Object, Integer> claims = new HashMap<>();
    private int open;
    private int pending;

    /** Connections from one address. */
    private static final class Origin {
        private int open;
        /** Those that are pending, the oldest first. */
        private final LinkedHashSet<Visit> pending = new LinkedHashSet<>();
    }

    private record Host(String hostNqn, boolean proved) {}

    private record HostAtSubsystem(String hostNqn, String subNqn, boolean proved) {}

    private record HostFromAddress(String hostNqn, String subNqn, Object address) {}

    /**
     * @param nanoTime nanoseconds of a monotonic clock
     */
    public ConnectionGate(ConnectionLimits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        acceptCost = limits.accepts().interval().toNanos();
        accepts =
                TokenBucket.full(NANOS_PER_SECOND, acceptCost * limits.accepts().atOnce(), nanoTime.getAsLong());
        connections = new Pace<>(
                limits.connections().atOnce(), limits.connections().interval(), limits.mostDelay(), nanoTime);
        connects = new Pace<>(limits.connects().atOnce(), limits.connects().interval(), limits.mostDelay(), nanoTime);
        authentications = new Pace<>(
                limits.authentications().atOnce(),
                limits.authentications().interval(),
                java.time.Duration.ZERO,
                nanoTime);
    }

    /**
     * A connection has come.
     *
     * @param end ends it, from any thread, because its place is needed
     * @throws RefusedException if it may not stay; nothing has to be undone then
     */
    Visit enter(SocketAddress from, Runnable end) throws RefusedException {
        Object address = address(from);
        Visit visit;
        Visit victim = null;
        synchronized (this) {
            Origin origin = origins.get(address);
            if (open >= limits.most() || pending >= limits.mostPending()) {
                victim = oldestOfTheMost(origin == null ? 0 : origin.pending.size());
                if (victim == null) {
                    throw open >= limits.most()
                            ? new RefusedException(
                                    Refusal.TOO_MANY_CONNECTIONS, open + " are open (transport.max-connections)")
                            : new RefusedException(
                                    Refusal.TOO_MANY_PENDING,
                                    pending + " are not connected yet (transport.connections.pending)");
                }
            }
            if (origin != null && origin.open >= limits.mostPerAddress()) {
                throw new RefusedException(
                        Refusal.TOO_MANY_FROM_ADDRESS,
                        limits.mostPerAddress() + " are open from there (transport.connections.per-address)");
            }
            long delay = connections.reserve(address);
            if (delay == Pace.REFUSED) {
                throw new RefusedException(
                        Refusal.TOO_FAST, "too many came from there at once (transport.connections.rate)");
            }
            if (victim != null) {
                victim.leaves();
            }
            if (origin == null) {
                origin = new Origin();
                origins.put(address, origin);
            }
            visit = new Visit(address, origin, end, delay);
            origin.open++;
            origin.pending.add(visit);
            open++;
            pending++;
        }
        if (victim != null) {
            victim.end.run();
        }
        return visit;
    }

    /**
     * A connection was accepted, whatever becomes of it.
     *
     * @return nanoseconds until the next one may be; those who are served have the time meanwhile
     */
    long accepted() {
        synchronized (this) {
            return accepts.reserve(acceptCost, TokenBucket.MAX_WAIT, nanoTime.getAsLong());
        }
    }

    /** The one that gives up its place to somebody who has {@code own} pending connections; null if nobody has to. */
    private @Nullable Visit oldestOfTheMost(int own) {
        Origin most = null;
        for (Origin origin : origins.values()) {
            if (origin.pending.size() > (most == null ? own + 1 : most.pending.size())) {
                most = origin;
            }
        }
        if (most == null) {
            return null;
        }
        Iterator<Visit> oldest = most.pending.iterator();
        return oldest.next();
    }

    private static Object address(SocketAddress from) {
        if (!(from instanceof InetSocketAddress socket) || socket.getAddress() == null) {
            return from;
        }
        InetAddress address = socket.getAddress();
        return address instanceof Inet6Address
                ? ByteBuffer.wrap(address.getAddress()).getLong()
                : address;
    }

    /** Connections that are open. */
    public synchronized int open() {
        return open;
    }

    /** Connections that are not connected yet. */
    public synchronized int pending() {
        return pending;
    }

    /** Addresses and hosts that are remembered because they have connections. */
    public synchronized int remembered() {
        return origins.size() + claims.size();
    }

    /** One connection, from accepting it to its end. */
    public final class Visit {
        private final Object address;
        private final Origin origin;
        private final Runnable end;
        private final long delayNanos;
        // Guarded by the gate.
        private boolean left;
        private @Nullable Host host;
        private @Nullable HostAtSubsystem hostAtSubsystem;

        private Visit(Object address, Origin origin, Runnable end, long delayNanos) {
            this.address = address;
            this.origin = origin;
            this.end = end;
            this.delayNanos = delayNanos;
        }

        /** Where it comes from, with equals and hashCode: what counts as one address. */
        public Object address() {
            return address;
        }

        /** How long it has to wait before it is read from. */
        long delayNanos() {
            return delayNanos;
        }

        /**
         * How long a Connect has to wait before it is taken up.
         *
         * @param proves whether the host will have to authenticate: then others who use its name do not make it wait
         * @throws RefusedException if it would be too long
         */
        public long delayOfConnect(String hostNqn, String subNqn, boolean proves) throws RefusedException {
            long delay = connects.reserve(
                    proves
                            ? new HostFromAddress(hostNqn, subNqn, address)
                            : new HostAtSubsystem(hostNqn, subNqn, false));
            if (delay == Pace.REFUSED) {
                throw new RefusedException(
                        Refusal.CONNECT_TOO_FAST,
                        "too many Connects of host " + hostNqn + " at once (transport.connections.connect-rate)");
            }
            return delay;
        }

        /**
         * The host begins to authenticate; it is taken for failed until {@link #authenticated}.
         *
         * @throws RefusedException if it has failed too often
         */
        public void authenticates(String hostNqn, String subNqn) throws RefusedException {
            if (authentications.reserve(new HostFromAddress(hostNqn, subNqn, address)) == Pace.REFUSED) {
                throw new RefusedException(
                        Refusal.AUTHENTICATION_TOO_OFTEN,
                        "host " + hostNqn
                                + " has not completed its last authentications (transport.connections.failed-authentications)");
            }
        }

        /** The host has authenticated. */
        public void authenticated(String hostNqn, String subNqn) {
            authentications.refund(new HostFromAddress(hostNqn, subNqn, address));
        }

        /**
         * Whose connection it is from now on. What was claimed before is given back.
         *
         * @param proved whether the host has authenticated
         * @throws RefusedException if the host has too many; nothing is claimed then
         */
        public void claim(String hostNqn, String subNqn, boolean proved) throws RefusedException {
            synchronized (ConnectionGate.this) {
                disclaim();
                if (left) {
                    return;
                }
                Host one = new Host(hostNqn, proved);
                HostAtSubsystem there = new HostAtSubsystem(hostNqn, subNqn, proved);
                if (claims.getOrDefault(one, 0) >= limits.mostPerHost()) {
                    throw new RefusedException(
                            Refusal.TOO_MANY_OF_HOST,
                            "host %s has %d connections (transport.connections.per-host)"
                                    .formatted(hostNqn, limits.mostPerHost()));
                }
                if (claims.getOrDefault(there, 0) >= limits.mostPerHostAndSubsystem()) {
                    throw new RefusedException(
                            Refusal.TOO_MANY_OF_HOST,
                            "host %s has %d connections to it (transport.connections.per-host-and-subsystem)"
                                    .formatted(hostNqn, limits.mostPerHostAndSubsystem()));
                }
                claims.merge(one, 1, Integer::sum);
                claims.merge(there, 1, Integer::sum);
                host = one;
                hostAtSubsystem = there;
            }
        }

        /** It is nobody's: Connect was refused after all. */
        public void disclaim() {
            synchronized (ConnectionGate.this) {
                if (host != null) {
                    claims.compute(host, (key, n) -> n == null || n == 1 ? null : n - 1);
                    host = null;
                }
                if (hostAtSubsystem != null) {
                    claims.compute(hostAtSubsystem, (key, n) -> n == null || n == 1 ? null : n - 1);
                    hostAtSubsystem = null;
                }
            }
        }

        /** It is connected, and its host has authenticated if it had to: it is not pending any more. */
        void connected() {
            synchronized (ConnectionGate.this) {
                if (origin.pending.remove(this)) {
                    pending--;
                }
            }
        }

        /** Whether it has ended, or its place was needed. */
        boolean hasLeft() {
            synchronized (ConnectionGate.this) {
                return left;
            }
        }

        /** It has ended. */
        void leave() {
            synchronized (ConnectionGate.this) {
                leaves();
            }
        }

        private void leaves() {
            if (left) {
                return;
            }
            left = true;
            disclaim();
            connected();
            open--;
            if (--origin.open == 0) {
                origins.remove(address, origin);
            }
        }
    }
}
