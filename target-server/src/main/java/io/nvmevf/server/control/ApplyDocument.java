package io.nvmevf.server.control;

import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limits;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an operator wants to be there: the body of {@code POST /v1/apply}, and the file of {@code nvmevf apply}.
 *
 * <p>What is not named is left as it is, but for one thing: a namespace that names no virtual function shall be attached to
 * none.
 *
 * @param vfs virtual functions, each name once
 * @param namespaces namespaces, each name once
 * @param profiles profiles, each name once; those that are built in are there anyway, and cannot be named
 * @param tenants limits of tenants, each name once
 * @param pf the physical function
 */
public record ApplyDocument(
        @Nullable List<Vf> vfs,
        @Nullable List<Ns> namespaces,
        @Nullable List<Profile> profiles,
        @Nullable List<Tenant> tenants,
        @Nullable Pf pf) {

    /** Most entries of each list. */
    public static final int MAX_ENTRIES = 65_536;

    /**
     * One virtual function. What is null stays, or gets its default ({@link NewVirtualFunction}) when it is created.
     *
     * @param name needed
     * @param tenant cannot change while it has namespaces
     * @param nqn of the subsystem; cannot change
     * @param serial cannot change
     * @param allowedHosts the whole set
     * @param allowAnyHost whether every host may connect
     * @param requireAuthentication whether hosts that prove nothing are refused. The keys themselves are in no document
     * @param tls off, allowed or required
     * @param duplicateHost what becomes of a second admin queue of one host: allow, reject or replace
     * @param ports the whole set of listeners that expose it; empty: all
     * @param ioQueues 0 to 64
     * @param queueDepth 2 to 1024
     * @param state ONLINE or OFFLINE
     * @param profile name of the profile that limits it
     * @param limits limits of its own instead of a profile, the whole set; an empty one takes profile and limits away
     */
    public record Vf(
            @Nullable String name,
            @Nullable String tenant,
            @Nullable String nqn,
            @Nullable String serial,
            @Nullable Set<String> allowedHosts,
            @Nullable Boolean allowAnyHost,
            @Nullable Boolean requireAuthentication,
            @Nullable TlsMode tls,
            @Nullable DuplicateHost duplicateHost,
            @Nullable Set<Integer> ports,
            @Nullable Integer ioQueues,
            @Nullable Integer queueDepth,
            @Nullable VfState state,
            @Nullable String profile,
            @Nullable Limits limits) {

        NewVirtualFunction wanted() {
            return new NewVirtualFunction(
                    name, tenant, nqn, serial, access(), ports, ioQueues, queueDepth, state, profile, limits);
        }

        private AccessChange access() {
            return new AccessChange(allowedHosts, null, null, allowAnyHost, requireAuthentication, tls, duplicateHost);
        }

        VirtualFunctionChange change() {
            return new VirtualFunctionChange(tenant, access(), ports, ioQueues, queueDepth, profile, limits, null);
        }

        static Vf of(VirtualFunction vf) {
            Access access = vf.access();
            return new Vf(
                    vf.name(),
                    vf.tenant(),
                    vf.nqn(),
                    vf.serial(),
                    access.allowedHosts(),
                    access.allowAnyHost(),
                    access.requireAuthentication(),
                    access.tls(),
                    access.duplicateHost(),
                    vf.ports(),
                    vf.ioQueues(),
                    vf.queueDepth(),
                    vf.isOnline() ? VfState.ONLINE : VfState.OFFLINE,
                    vf.profile(),
                    vf.limits());
        }
    }

    /**
     * One namespace.
     *
     * @param name its name, or its id; needed
     * @param vf the virtual function that it shall be attached to; null: none
     * @param bytes size; needed to create it, otherwise null leaves it as it is
     * @param lbaSize 512 or 4096; cannot change; default 4096
     * @param allowShrink whether it may become smaller, which destroys what is behind the new end
     * @param wipe how it is erased, if it comes from another tenant; null for the default
     */
    public record Ns(
            @Nullable String name,
            @Nullable String vf,
            @Nullable Long bytes,
            @Nullable Integer lbaSize,
            @Nullable Boolean allowShrink,
            @Nullable WipeRequest wipe) {

        /** What has to go with the namespace's state in such a document. */
        static Ns of(Namespace ns) {
            Erasure erasure = ns.erasure();
            String vf = ns.isAttached() || erasure == null ? ns.vf() : erasure.to();
            return new Ns(
                    ns.name(),
                    ns.state() == NamespaceState.QUARANTINED ? null : vf,
                    ns.bytes(),
                    ns.lbaSize(),
                    null,
                    null);
        }
    }

    /**
     * A profile.
     *
     * @param name needed
     * @param limits the whole set; needed
     */
    public record Profile(@Nullable String name, @Nullable Limits limits) {}

    /**
     * What the virtual functions of one tenant may do together.
     *
     * @param name the tenant; needed
     * @param limits the whole set; null or empty: no limits
     */
    public record Tenant(@Nullable String name, @Nullable Limits limits) {

        Limits allLimits() {
            return limits == null ? Limits.NONE : limits;
        }
    }

    /**
     * The physical function.
     *
     * @param capacity what it can do; null: stays
     */
    public record Pf(@Nullable Capacity capacity) {}

    /** The document that {@code state} fulfils. Namespaces that are being deleted are not in it. */
    public static ApplyDocument of(TargetState state) {
        return new ApplyDocument(
                state.vfs().stream().map(Vf::of).toList(),
                state.namespaces().stream()
                        .filter(ns -> !isBeingDeleted(ns))
                        .map(Ns::of)
                        .toList(),
                state.profiles().stream()
                        .map(profile -> new Profile(profile.name(), profile.limits()))
                        .toList(),
                state.tenants().stream()
                        .map(tenant -> new Tenant(tenant.tenant(), tenant.limits()))
                        .toList(),
                state.capacity() == null ? null : new Pf(state.capacity()));
    }

    static boolean isBeingDeleted(Namespace ns) {
        Erasure erasure = ns.erasure();
        return ns.state() == NamespaceState.WIPING && erasure != null && erasure.purpose() == Purpose.DELETE;
    }

    List<Vf> allVfs() {
        return vfs == null ? List.of() : vfs;
    }

    List<Ns> allNamespaces() {
        return namespaces == null ? List.of() : namespaces;
    }

    List<Profile> allProfiles() {
        return profiles == null ? List.of() : profiles;
    }

    /** The capacity that is asked for; null if none is. */
    @Nullable
    Capacity capacity() {
        return pf == null ? null : pf.capacity();
    }

    List<Tenant> allTenants() {
        return tenants == null ? List.of() : tenants;
    }
}
