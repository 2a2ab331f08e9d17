package io.nvmevf.server.control;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What changes of an {@link Access}. What is null stays.
 *
 * @param allowedHosts the whole new set
 * @param addAllowedHosts host NQNs to add to it
 * @param removeAllowedHosts host NQNs to take out of it; one that is not in it is no error
 * @param allowAnyHost whether every host may connect
 * @param requireAuthentication whether hosts that prove nothing are refused when they connect from now on
 * @param tls whether connections from now on are protected by TLS
 * @param duplicateHost what becomes of a second admin queue of one host from now on
 */
public record AccessChange(
        @Nullable Set<String> allowedHosts,
        @Nullable Set<String> addAllowedHosts,
        @Nullable Set<String> removeAllowedHosts,
        @Nullable Boolean allowAnyHost,
        @Nullable Boolean requireAuthentication,
        @Nullable TlsMode tls,
        @Nullable DuplicateHost duplicateHost) {

    /** Changes nothing. */
    public static final AccessChange NONE = new AccessChange(null, null, null, null, null, null, null);

    /** Opens it to every host, or only to those that are allowed by name. */
    public static AccessChange allowAny(boolean any) {
        return new AccessChange(null, null, null, any, null, null, null);
    }

    /** Only these hosts, besides every host if that is allowed. */
    public static AccessChange allowOnly(Set<String> hosts) {
        return new AccessChange(hosts, null, null, null, null, null, null);
    }

    /** Refuses hosts that prove nothing, or not. */
    public static AccessChange requireAuthentication(boolean required) {
        return new AccessChange(null, null, null, null, required, null, null);
    }

    /** What {@code old} becomes. */
    Access applied(Access old) {
        TreeSet<String> hosts = new TreeSet<>(allowedHosts == null ? old.allowedHosts() : allowedHosts);
        hosts.addAll(orNone(addAllowedHosts));
        hosts.removeAll(orNone(removeAllowedHosts));
        return new Access(
                hosts,
                allowAnyHost == null ? old.allowAnyHost() : allowAnyHost,
                requireAuthentication == null ? old.requireAuthentication() : requireAuthentication,
                tls == null ? old.tls() : tls,
                duplicateHost == null ? old.duplicateHost() : duplicateHost);
    }

    private static Set<String> orNone(@Nullable Set<String> hosts) {
        return hosts == null ? Set.of() : hosts;
    }
}
