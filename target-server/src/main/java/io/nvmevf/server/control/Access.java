package io.nvmevf.server.control;

import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who may connect to a subsystem, and how they must prove themselves.
 *
 * @param allowedHosts host NQNs that may connect; nobody may while it is empty, unless {@code allowAnyHost}
 * @param allowAnyHost whether every host may connect (a host NQN is no secret either way)
 * @param requireAuthentication whether hosts that prove in no way who they are are refused. A host that has a {@link HostKey}
 *     must authenticate either way; a TLS connection, which takes a {@link TlsKey}, is proof, too
 * @param tls whether connections are protected by TLS
 * @param duplicateHost what becomes of a second admin queue of one host
 */
public record Access(
        SortedSet<String> allowedHosts,
        boolean allowAnyHost,
        boolean requireAuthentication,
        TlsMode tls,
        DuplicateHost duplicateHost) {

    /** Nobody may connect: what everything begins with. */
    public static final Access NOBODY =
            new Access(Collections.emptySortedSet(), false, false, TlsMode.ALLOWED, DuplicateHost.ALLOW);

    /** Everybody may connect, and nobody has to prove anything. */
    public static final Access ANYBODY = NOBODY.allowing(Set.of(), true);

    public Access {
        allowedHosts = Collections.unmodifiableSortedSet(new TreeSet<>(allowedHosts));
        Objects.requireNonNull(tls);
        Objects.requireNonNull(duplicateHost);
    }

    /** Whether a host with this NQN may connect, and may learn of the subsystem. */
    public boolean allows(String hostNqn) {
        return allowAnyHost || allowedHosts.contains(hostNqn);
    }

    /** Open to this set of hosts, and to every host if {@code any}. */
    public Access allowing(Set<String> hosts, boolean any) {
        return new Access(new TreeSet<>(hosts), any, requireAuthentication, tls, duplicateHost);
    }

    /** With hosts that prove nothing refused, or not. */
    public Access requiringAuthentication(boolean required) {
        return new Access(allowedHosts, allowAnyHost, required, tls, duplicateHost);
    }

    public Access with(TlsMode mode) {
        return new Access(allowedHosts, allowAnyHost, requireAuthentication, mode, duplicateHost);
    }

    public Access with(DuplicateHost policy) {
        return new Access(allowedHosts, allowAnyHost, requireAuthentication, tls, policy);
    }
}
