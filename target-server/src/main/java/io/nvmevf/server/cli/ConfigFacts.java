package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.config.ApiConfig;
import io.nvmevf.server.config.PoolConfig;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.control.Access;
import io.nvmevf.server.transport.ConnectionLimits;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as it may be given away: the values named here, as they are in force, and nothing else. Nothing of the file
 * itself is copied, so neither its comments nor a key that somebody adds one day are in it before somebody has put them here.
 */
final class ConfigFacts {
    private ConfigFacts() {}

    static ObjectNode of(TargetConfig config) {
        ObjectNode all = ApiClient.object();
        all.put("data-dir", config.dataDir().toString());
        pool(all.putObject("pool"), config.pool());
        ArrayNode listeners = all.putArray("listeners");
        config.listeners()
                .forEach(one -> listeners
                        .addObject()
                        .put("address", one.address())
                        .put("port", one.port())
                        .put("advertise", one.advertise()));
        ObjectNode transport = all.putObject("transport");
        transport
                .put("io", word(config.transport().io()))
                .put("event-loops", config.transport().eventLoops())
                .put("icreq-timeout", config.transport().icreqTimeout().toString())
                .put("connect-timeout", config.transport().connectTimeout().toString())
                .put("max-h2c-data", config.transport().maxH2cData())
                .put("in-capsule-data", config.transport().inCapsuleData())
                .put("cpda", config.transport().cpda())
                .put("queue-memory", config.transport().queueMemory())
                .put("total-memory", config.transport().totalMemory());
        connections(transport, config.transport().connections());
        all.putObject("controller")
                .put("mdts", config.controller().mdts())
                .put("max-keep-alive", config.controller().maxKeepAlive().toString())
                .put("discovery-nqn", config.controller().discoveryNqn());
        access(
                all.putObject("pf")
                        .put("nqn", config.pf().nqn())
                        .put("max-vfs", config.pf().maxVfs())
                        .put("queue-resources", config.pf().queueResources()),
                config.pf().access());
        access(all.putObject("discovery"), config.discovery());
        all.putObject("wipe")
                .put("bandwidth", config.wipe().bandwidth())
                .put("concurrent", config.wipe().concurrent());
        api(all.putObject("api"), config.api());
        all.putObject("log")
                .put("format", word(config.log().format()))
                .put("level", word(config.log().level()));
        return all;
    }

    private static void pool(ObjectNode out, PoolConfig pool) {
        out.put("kind", word(pool.kind())).put("path", text(pool.path()));
        ArrayNode devices = out.putArray("devices");
        pool.devices().forEach(device -> devices.add(device.toString()));
        out.put("capacity", pool.capacity())
                .put("overcommit", pool.overcommit())
                .put("direct-io", pool.directIo());
        // (Where the keys are is nobody's business who does not have them.)
        out.put("encrypted", pool.encryption().keyFile() != null)
                .put("key-is-being-changed", pool.encryption().previousKeyFile() != null);
    }

    private static void connections(ObjectNode out, ConnectionLimits limits) {
        out.put("max-connections", limits.most());
        out.putObject("connections")
                .put("pending", limits.mostPending())
                .put("per-address", limits.mostPerAddress())
                .put("per-host", limits.mostPerHost())
                .put("per-host-and-subsystem", limits.mostPerHostAndSubsystem());
    }

    private static void access(ObjectNode out, Access access) {
        out.put("allowed-hosts", access.allowedHosts().size())
                .put("require-authentication", access.requireAuthentication())
                .put("tls", word(access.tls()))
                .put("duplicate-host", word(access.duplicateHost()));
    }

    private static void api(ObjectNode out, ApiConfig api) {
        out.put("address", api.address())
                .put("port", api.port())
                .put("authentication", api.authentication())
                .put("tls", api.tls() != null)
                .put("socket", api.socket().enabled() ? text(api.socket().path()) : "off");
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
