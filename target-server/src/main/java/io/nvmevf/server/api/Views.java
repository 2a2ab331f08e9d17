package io.nvmevf.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limits;
import io.nvmevf.server.control.Access;
import io.nvmevf.server.control.AccessChange;
import io.nvmevf.server.control.DuplicateHost;
import io.nvmevf.server.control.Erasure;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.NamespaceState;
import io.nvmevf.server.control.NewVirtualFunction;
import io.nvmevf.server.control.Operation;
import io.nvmevf.server.control.OperationState;
import io.nvmevf.server.control.Purpose;
import io.nvmevf.server.control.QosProfile;
import io.nvmevf.server.control.Sanitize;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.TlsKey;
import io.nvmevf.server.control.TlsMode;
import io.nvmevf.server.control.VfState;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.control.VirtualFunctionChange;
import io.nvmevf.server.control.WipeRequest;
import io.nvmevf.server.metrics.DataPlaneStats;
import io.nvmevf.server.metrics.DataPlaneStats.Latency;
import io.nvmevf.server.wipe.Verification;
import io.nvmevf.server.wipe.WipeMethod;
import io.nvmevf.server.wipe.WipeProgress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is sent and received as JSON, where it is not a control record itself; {@code openapi.json} describes it. */
final class Views {
    private Views() {}

    // ---- sent ----------------------------------------------------------------------------------------------------

    record Pf(
            UUID uuid,
            String version,
            String nqn,
            SortedSet<String> allowedHosts,
            boolean requireAuthentication,
            TlsMode tls,
            DuplicateHost duplicateHost,
            long revision,
            Pool pool,
            QueueResources queueResources,
            @Nullable Capacity capacity,
            Guarantees guarantees,
            List<Listener> listeners,
            String transport,
            int eventLoops,
            int maxVfs,
            int vfs,
            Map<String, Integer> vfsByState,
            int namespaces,
            Map<String, Integer> namespacesByState,
            int operationsRunning,
            SortedSet<String> notReady) {}

    record Pool(String kind, long capacity, long allocated, long free) {}

    /** VQ resources: queues, admin queues included. */
    record QueueResources(int total, int assigned, int free) {}

    /** Commands of 4 KiB a second: all that can be guaranteed, what is, and what is left. */
    record Guarantees(long total, long assigned, long free) {}

    record Listener(int number, String address, int port) {}

    /** How many there are of each; zeros too. */
    static <E extends Enum<E>> Map<String, Integer> count(Class<E> type, Stream<E> all) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (E one : type.getEnumConstants()) {
            counts.put(word(one), 0);
        }
        all.forEach(one -> counts.merge(word(one), 1, Integer::sum));
        return counts;
    }

    /** As it is on the wire. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    record Vf(
            int number,
            String name,
            String tenant,
            String nqn,
            String serial,
            SortedSet<String> allowedHosts,
            boolean allowAnyHost,
            boolean requireAuthentication,
            TlsMode tls,
            DuplicateHost duplicateHost,
            List<String> hostsWithKey,
            List<String> hostsWithTlsKey,
            SortedSet<Integer> ports,
            int ioQueues,
            int queueDepth,
            int queues,
            VfState state,
            @Nullable LastSanitize sanitize,
            @Nullable String profile,
            Limits limits,
            Limits tenantLimits,
            List<Ns> namespaces) {

        static Vf of(VirtualFunction vf, TargetState state, Set<String> notReady) {
            Sanitize last = vf.sanitize();
            Access access = vf.access();
            return new Vf(
                    vf.number(),
                    vf.name(),
                    vf.tenant(),
                    vf.nqn(),
                    vf.serial(),
                    access.allowedHosts(),
                    access.allowAnyHost(),
                    access.requireAuthentication(),
                    access.tls(),
                    access.duplicateHost(),
                    state.hostKeys(vf.name()).stream()
                            .map(HostKey::hostNqn)
                            .sorted()
                            .toList(),
                    state.tlsKeys(vf.name()).stream()
                            .map(TlsKey::hostNqn)
                            .sorted()
                            .toList(),
                    vf.ports(),
                    vf.ioQueues(),
                    vf.queueDepth(),
                    vf.queues(),
                    vf.state(),
                    last == null ? null : new LastSanitize(last.state(), last.operation(), last.restricts()),
                    vf.profile(),
                    state.limitsOf(vf),
                    state.tenantLimits(vf.tenant()),
                    state.namespacesOf(vf.name()).stream()
                            .map(ns -> Ns.of(ns, state, notReady))
                            .toList());
        }
    }

    /** {@code preset}: built in; {@code vfs}: names of those that have it. */
    record Profile(String name, boolean preset, Limits limits, List<String> vfs) {

        static Profile of(QosProfile profile, TargetState state) {
            return new Profile(
                    profile.name(),
                    profile.isPreset(),
                    profile.limits(),
                    state.vfs().stream()
                            .filter(vf -> profile.name().equals(vf.profile()))
                            .map(VirtualFunction::name)
                            .toList());
        }
    }

    /** {@code namespaces}: how many hold its data. */
    record Tenant(String name, Limits limits, List<String> vfs, int namespaces) {

        /** All tenants that have a virtual function, a namespace or limits, by name. */
        static List<Tenant> all(TargetState state) {
            SortedMap<String, List<String>> vfs = new TreeMap<>();
            Map<String, Integer> namespaces = new HashMap<>();
            state.tenants().forEach(limited -> vfs.put(limited.tenant(), new ArrayList<>()));
            for (Namespace ns : state.namespaces()) {
                String owner = ns.owner();
                if (owner != null) {
                    vfs.computeIfAbsent(owner, name -> new ArrayList<>());
                    namespaces.merge(owner, 1, Integer::sum);
                }
            }
            state.vfs()
                    .forEach(vf -> vfs.computeIfAbsent(vf.tenant(), name -> new ArrayList<>())
                            .add(vf.name()));
            return vfs.entrySet().stream()
                    .map(one -> new Tenant(
                            one.getKey(),
                            state.tenantLimits(one.getKey()),
                            one.getValue(),
                            namespaces.getOrDefault(one.getKey(), 0)))
                    .toList();
        }
    }

    /** The most recent sanitize operation; {@code restricts}: hosts are refused I/O because of it. */
    record LastSanitize(OperationState state, String operation, boolean restricts) {}

    record Ns(
            String id,
            String name,
            NamespaceState state,
            @Nullable String vf,
            int nsid,
            @Nullable String owner,
            long bytes,
            int lbaSize,
            long blocks,
            UUID uuid,
            boolean writeProtected,
            boolean encrypted,
            boolean ready,
            @Nullable String operation) {

        static Ns of(Namespace ns, TargetState state, Set<String> notReady) {
            Erasure erasure = ns.erasure();
            return new Ns(
                    ns.id(),
                    ns.name(),
                    ns.state(),
                    ns.vf(),
                    ns.nsid(),
                    ns.owner(),
                    ns.bytes(),
                    ns.lbaSize(),
                    ns.blocks(),
                    ns.uuid(),
                    ns.writeProtected(),
                    ns.encrypted(),
                    state.isInService(ns) && !notReady.contains(ns.id()),
                    erasure == null ? null : erasure.operation());
        }
    }

    record Op(
            String id,
            Purpose kind,
            String subject,
            @Nullable String to,
            OperationState state,
            @Nullable String error,
            WipeMethod method,
            int passes,
            long pattern,
            boolean invert,
            Verification verification,
            int percent,
            @Nullable String phase,
            @Nullable Long bytesDone,
            @Nullable Long bytesTotal,
            @Nullable Long bytesPerSecond,
            @Nullable Long etaSeconds,
            String started,
            @Nullable String ended) {

        static Op of(Operation op, @Nullable WipeProgress progress) {
            WipeProgress at = op.isRunning() ? progress : null;
            return new Op(
                    op.id(),
                    op.kind(),
                    op.subject(),
                    op.to(),
                    op.state(),
                    op.error(),
                    op.plan().method(),
                    op.plan().passes(),
                    Integer.toUnsignedLong(op.plan().pattern()),
                    op.plan().invert(),
                    op.plan().verification(),
                    op.state() == OperationState.SUCCEEDED ? 100 : percent(at),
                    at == null ? null : at.phase(),
                    at == null ? null : at.doneBytes(),
                    at == null ? null : at.totalBytes(),
                    at == null ? null : at.bytesPerSecond(),
                    at == null || at.bytesPerSecond() <= 0
                            ? null
                            : Math.ceilDiv(at.totalBytes() - at.doneBytes(), at.bytesPerSecond()),
                    Instant.ofEpochMilli(op.startedMillis()).toString(),
                    op.endedMillis() == 0
                            ? null
                            : Instant.ofEpochMilli(op.endedMillis()).toString());
        }

        /** 100 is only what has succeeded: after the last byte comes the evidence. */
        private static int percent(@Nullable WipeProgress at) {
            return at == null || at.totalBytes() == 0
                    ? 0
                    : (int) Math.min(99, (double) at.doneBytes() / at.totalBytes() * 100);
        }
    }

    record Items<T>(List<T> items) {}

    record Health(String status, SortedSet<String> notReady) {}

    record Stats(double seconds, List<VfStats> vfs) {}

    record VfStats(
            String name,
            VfState state,
            Set<String> hosts,
            Map<String, Long> commands,
            Map<String, Long> errors,
            Map<String, Long> bytes,
            Map<String, Double> throttledSeconds,
            Map<String, VfLatency> latency) {}

    /** {@code buckets}: only where one virtual function was asked for. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record VfLatency(long commands, long nanos, @Nullable List<LatencyBucket> buckets) {

        static VfLatency of(Latency latency, boolean withBuckets) {
            return new VfLatency(
                    latency.commands(),
                    latency.nanos(),
                    withBuckets
                            ? latency.buckets().stream().map(LatencyBucket::of).toList()
                            : null);
        }
    }

    /** Microseconds; {@code toMicros} is null where there is no upper bound. */
    record LatencyBucket(long fromMicros, @Nullable Long toMicros, long commands) {

        static LatencyBucket of(DataPlaneStats.Bucket bucket) {
            return new LatencyBucket(
                    bucket.from(), bucket.to() == Long.MAX_VALUE ? null : bucket.to(), bucket.commands());
        }
    }

    record Entry(
            long seq,
            String time,
            String type,
            Map<String, @Nullable Object> fields,
            String prev,
            String hash,
            @Nullable String signature) {}

    record Step(String action, String sign, String subject, List<Change> changes, boolean destroysData) {}

    record Change(
            String field, @Nullable String from, @Nullable String to) {}

    record Applied(boolean dryRun, List<Step> steps, List<Op> operations) {}

    // ---- received ------------------------------------------------------------------------------------------------

    /** Where nothing can be said. */
    record Nothing() {}

    /** {@link NewVirtualFunction}. */
    record NewVf(
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
                    name,
                    tenant,
                    nqn,
                    serial,
                    new AccessChange(allowedHosts, null, null, allowAnyHost, requireAuthentication, tls, duplicateHost),
                    ports,
                    ioQueues,
                    queueDepth,
                    state,
                    profile,
                    limits);
        }
    }

    /** {@link VirtualFunctionChange}, or a new state. */
    record VfChange(
            @Nullable String tenant,
            @Nullable Set<String> allowedHosts,
            @Nullable Set<String> addAllowedHosts,
            @Nullable Set<String> removeAllowedHosts,
            @Nullable Boolean allowAnyHost,
            @Nullable Boolean requireAuthentication,
            @Nullable TlsMode tls,
            @Nullable DuplicateHost duplicateHost,
            @Nullable Set<Integer> ports,
            @Nullable Integer ioQueues,
            @Nullable Integer queueDepth,
            @Nullable VfState state,
            @Nullable String profile,
            @Nullable Limits limits,
            @Nullable Boolean noLimits) {

        VirtualFunctionChange change() {
            return new VirtualFunctionChange(
                    tenant,
                    new AccessChange(
                            allowedHosts,
                            addAllowedHosts,
                            removeAllowedHosts,
                            allowAnyHost,
                            requireAuthentication,
                            tls,
                            duplicateHost),
                    ports,
                    ioQueues,
                    queueDepth,
                    profile,
                    limits,
                    noLimits);
        }
    }

    /** Body of POST /v1/profiles. */
    record NewProfile(@Nullable String name, @Nullable Limits limits) {}

    /** Body of PATCH /v1/profiles/{name}. */
    record ProfileChange(@Nullable Limits limits) {}

    /** Body of POST /v1/pf/calibration. */
    record NewCalibration(
            @Nullable Integer seconds,
            @Nullable Long size,
            @Nullable Boolean set) {}

    /** Body of PATCH /v1/namespaces/{id}. */
    record NamespaceChange(
            @Nullable Long bytes,
            @Nullable Boolean allowShrink,
            @Nullable Boolean writeProtected) {}

    /** Body of attach and reassign. */
    record Placement(@Nullable String vf, @Nullable WipeRequest wipe) {}

    /** Body of release and retry. */
    record Erase(@Nullable WipeRequest wipe) {}
}
