package io.nvmevf.server.config;

import io.netty.util.NetUtil;
import io.netty.util.internal.PlatformDependent;
import io.nvmevf.server.control.Access;
import io.nvmevf.server.control.Names;
import io.nvmevf.server.transport.ConnectionLimits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns YAML into a {@link TargetConfig}; defaults and ranges stand here and in the records' documentation. */
final class ConfigReader {
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long TIB = 1L << 40;
    /** Connections a second. */
    private static final int MOST_RATE = 1_000_000;

    private static final String NQN = "an NQN: nqn.yyyy-mm.reverse.domain:anything, up to 223 bytes, without blanks";

    private final Path directory;
    private final Section.Errors errors;

    ConfigReader(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        this.directory = parent == null ? file.toAbsolutePath() : parent;
        this.errors = new Section.Errors(file.toString());
    }

    TargetConfig read(String yaml) throws ConfigException {
        YamlNode root;
        try {
            root = YamlNode.parse(yaml);
        } catch (YamlNode.SyntaxException e) {
            errors.add(e.line(), "(file)", String.valueOf(e.getMessage()));
            errors.throwIfAny();
            throw new IllegalStateException("unreachable: an error was added", e);
        }
        Section file = Section.of(root, 1, "", errors);
        Path dataDir = path(file, "data-dir", directory.resolve("data"));
        TargetConfig config = new TargetConfig(
                dataDir,
                pool(file.section("pool"), dataDir),
                listeners(file),
                transport(file.section("transport")),
                controller(file.section("controller")),
                pf(file.section("pf")),
                discovery(file.section("discovery")),
                wipe(file.section("wipe")),
                api(file.section("api")),
                log(file.section("log")));
        file.end();
        errors.throwIfAny();
        return config;
    }

    private PoolConfig pool(Section in, Path dataDir) {
        PoolConfig.Kind kind = in.choice("kind", PoolConfig.Kind.FILE);
        boolean named = in.has("path");
        Path path = path(in, "path", dataDir.resolve("pool"));
        if (named && kind != PoolConfig.Kind.FILE) {
            in.error("path", "is only for a pool of kind file; allowed is to leave it out");
        }
        boolean listed = in.has("devices");
        List<Path> devices =
                in
                        .texts("devices", 64, device -> device.startsWith("/"), "the absolute path of a block device")
                        .stream()
                        .map(Path::of)
                        .toList();
        if (listed && kind != PoolConfig.Kind.BLOCK) {
            in.error("devices", "is only for a pool of kind block; allowed is to leave it out");
        } else if (!listed && kind == PoolConfig.Kind.BLOCK) {
            in.error("devices", "is missing; a pool of kind block needs 1 to 64 block devices");
        }
        if (new HashSet<>(devices).size() < devices.size()) {
            in.error("devices", "names a device twice; allowed is each once");
        }
        boolean sized = in.has("capacity");
        long capacity = in.size("capacity", 0, MIB, 8192 * TIB, 4096);
        if (!sized && kind == PoolConfig.Kind.MEMORY) {
            in.error("capacity", "is missing; a pool of kind memory needs a size");
        }
        PoolConfig pool = new PoolConfig(
                kind,
                kind == PoolConfig.Kind.FILE ? path : null,
                devices,
                capacity,
                in.flag("overcommit", false),
                in.flag("direct-io", false),
                encryption(in.section("encryption"), dataDir));
        in.end();
        return pool;
    }

    private EncryptionConfig encryption(Section in, Path dataDir) {
        EncryptionConfig encryption =
                new EncryptionConfig(keyFile(in, "key-file", dataDir), keyFile(in, "previous-key-file", dataDir));
        if (encryption.previousKeyFile() != null && encryption.keyFile() == null) {
            in.error("previous-key-file", "is there without key-file; allowed is both, or key-file alone");
        } else if (encryption.keyFile() != null && encryption.keyFile().equals(encryption.previousKeyFile())) {
            in.error("previous-key-file", "is the same as key-file; allowed is another file, or to leave it out");
        }
        in.end();
        return encryption;
    }

    /** The keys of the namespaces lie in the data directory: with the key that wraps them beside, a copy of it is all open. */
    private @Nullable Path keyFile(Section in, String key, Path dataDir) {
        Path file = path(in, key);
        if (file != null && file.startsWith(dataDir.normalize())) {
            in.error(
                    key,
                    "is '" + file + "', within data-dir " + dataDir
                            + ", where whoever copies the data would have its key too; allowed is a file outside of it");
        }
        return file;
    }

    private List<ListenerConfig> listeners(Section file) {
        List<Section> sections = file.sections("listeners", 16);
        if (sections == null) {
            return List.of(new ListenerConfig("127.0.0.1", 4420, null));
        }
        List<ListenerConfig> result = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Section in : sections) {
            ListenerConfig listener = new ListenerConfig(
                    address(in, "address", "127.0.0.1"),
                    in.integer("port", 4420, 0, 65535),
                    in.text("advertise", ConfigReader::isReachable, "an IP address that hosts can connect to"));
            in.end();
            if (listener.port() != 0 && !seen.add(listener.address() + " " + listener.port())) {
                in.error(
                        "port",
                        "is the second listener on " + listener.address() + ":" + listener.port() + "; allowed is one");
            }
            result.add(listener);
        }
        return result;
    }

    private TransportConfig transport(Section in) {
        long queueMemory = in.size("queue-memory", 8 * MIB, 2 * MIB, GIB, 4096);
        long totalMemory = in.size("total-memory", defaultTotalMemory(), 16 * MIB, TIB, 4096);
        if (totalMemory < queueMemory) {
            in.error("total-memory", "is less than queue-memory; allowed is " + Sizes.exact(queueMemory) + " or more");
        }
        TransportConfig transport = new TransportConfig(
                in.choice("io", TransportConfig.Io.AUTO),
                in.integer("event-loops", defaultEventLoops(), 1, 256),
                connections(in.integer("max-connections", 4096, 1, 65535), in.section("connections")),
                in.duration("icreq-timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(10)),
                in.duration("connect-timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(10)),
                (int) in.size("max-h2c-data", 128 * KIB, 4 * KIB, MIB, 4096),
                (int) in.size("in-capsule-data", 8 * KIB, 0, 64 * KIB, 16),
                in.integer("cpda", 0, 0, 31),
                queueMemory,
                totalMemory);
        in.end();
        return transport;
    }

    private static ConnectionLimits connections(int most, Section in) {
        int some = ConnectionLimits.mostOfOne(most);
        ConnectionLimits limits = new ConnectionLimits(
                most,
                in.integer("pending", some, 1, most),
                in.integer("per-address", some, 1, most),
                in.integer("per-host", some, 1, most),
                in.integer("per-host-and-subsystem", Math.min(most, ConnectionLimits.PER_HOST_AND_SUBSYSTEM), 1, most),
                ConnectionLimits.Rate.perSecond(
                        in.integer("accept-rate", ConnectionLimits.ACCEPT_RATE, 1, MOST_RATE),
                        in.integer("accept-burst", most, 1, 65535)),
                ConnectionLimits.Rate.perSecond(
                        in.integer("rate", ConnectionLimits.CONNECTION_RATE, 1, MOST_RATE),
                        in.integer("burst", ConnectionLimits.CONNECTION_BURST, 1, 65535)),
                ConnectionLimits.Rate.perSecond(
                        in.integer("connect-rate", ConnectionLimits.CONNECT_RATE, 1, MOST_RATE),
                        in.integer("connect-burst", ConnectionLimits.CONNECT_BURST, 1, 65535)),
                in.duration("max-delay", ConnectionLimits.MOST_DELAY, Duration.ofMillis(1), Duration.ofSeconds(5)),
                new ConnectionLimits.Rate(
                        in.integer("failed-authentications", ConnectionLimits.AUTHENTICATION_BURST, 1, 1000),
                        in.duration(
                                "failed-authentication-interval",
                                ConnectionLimits.AUTHENTICATION_INTERVAL,
                                Duration.ofMillis(100),
                                Duration.ofMinutes(10))));
        in.end();
        return limits;
    }

    /**
     * A third of what the JVM may take for buffers. The rest is for receive buffers, and for what the buffer pool loses: it
     * rounds a buffer up by as much as a quarter, and each loop has a chunk that it uses in part.
     */
    private static long defaultTotalMemory() {
        return Math.clamp(PlatformDependent.maxDirectMemory() / 3 / MIB * MIB, 16 * MIB, 512 * MIB);
    }

    /** One for each processor, if each of them can have two chunks of the buffer pool: a container may have many processors
     * and little memory. */
    private static int defaultEventLoops() {
        int processors = Math.min(256, Runtime.getRuntime().availableProcessors());
        return Math.clamp(PlatformDependent.maxDirectMemory() / (64 * MIB), 1, processors);
    }

    private static ControllerConfig controller(Section in) {
        ControllerConfig controller = new ControllerConfig(
                (int) in.size(
                        "mdts",
                        MIB,
                        value -> value >= 4 * KIB && value <= MIB && Long.bitCount(value) == 1,
                        "a power of two from 4 KiB to 1 MiB"),
                in.duration("max-keep-alive", Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofHours(24)),
                in.text("discovery-nqn", Names::isNqn, NQN));
        in.end();
        return controller;
    }

    private static PfConfig pf(Section in) {
        PfConfig pf = new PfConfig(
                in.text("nqn", Names::isNqn, NQN),
                new Access(
                        new TreeSet<>(in.textsOrNone("allowed-hosts", 64, Names::isNqn, NQN)),
                        false,
                        in.flag("require-authentication", Access.NOBODY.requireAuthentication()),
                        in.choice("tls", Access.NOBODY.tls()),
                        in.choice("duplicate-host", Access.NOBODY.duplicateHost())),
                in.integer("max-vfs", 1024, 1, 0xEFFF),
                in.integer("queue-resources", 1024 * 65, 2, 4_000_000));
        in.end();
        return pf;
    }

    private static Access discovery(Section in) {
        Access access = Access.ANYBODY
                .requiringAuthentication(in.flag("require-authentication", Access.ANYBODY.requireAuthentication()))
                .with(in.choice("tls", Access.ANYBODY.tls()));
        in.end();
        return access;
    }

    private static WipeConfig wipe(Section in) {
        WipeConfig wipe = new WipeConfig(in.size("bandwidth", 0, 0, 512 * GIB, 1), in.integer("concurrent", 2, 1, 16));
        in.end();
        return wipe;
    }

    private ApiConfig api(Section in) {
        String address = address(in, "address", "127.0.0.1");
        return ApiSection.read(in, address, isLoopback(address), this::path);
    }

    private static LogConfig log(Section in) {
        LogConfig log =
                new LogConfig(in.choice("format", LogConfig.Format.TEXT), in.choice("level", LogConfig.Level.INFO));
        in.end();
        return log;
    }

    private Path path(Section in, String key, Path fallback) {
        Path path = path(in, key);
        return path == null ? fallback : path;
    }

    private @Nullable Path path(Section in, String key) {
        @Nullable String text = in.text(key, value -> !value.isBlank() && value.indexOf('\0') < 0, "a path");
        return text == null ? null : directory.resolve(text).normalize();
    }

    private static String address(Section in, String key, String fallback) {
        @Nullable String text = in.text(key, ConfigReader::isAddress, "an IPv4 or IPv6 address");
        return text == null ? fallback : text;
    }

    /** An IP address: never a name, so reading it asks no name server. */
    private static boolean isAddress(String text) {
        return NetUtil.isValidIpV4Address(text) || (NetUtil.isValidIpV6Address(text) && !text.startsWith("["));
    }

    private static boolean isReachable(String text) {
        return isAddress(text) && !inet(text).isAnyLocalAddress();
    }

    private static boolean isLoopback(String text) {
        return inet(text).isLoopbackAddress();
    }

    private static InetAddress inet(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text + " is no address", e);
        }
    }
}
