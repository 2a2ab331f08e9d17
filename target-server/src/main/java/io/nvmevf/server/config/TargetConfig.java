package io.nvmevf.server.config;

import io.nvmevf.server.control.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * All of {@code nvmevf.yaml}. Every key is optional, but for those that a pool kind demands. Sizes are bytes or carry
 * KiB, MiB, GiB or TiB; times carry ms, s, m or h; relative paths start at the file's own directory.
 *
 * @param dataDir {@code data-dir}: where the state is kept; default {@code data}
 * @param pool {@code pool}
 * @param listeners {@code listeners}: 1 to 16; default: one on 127.0.0.1:4420
 * @param transport {@code transport}
 * @param controller {@code controller}
 * @param pf {@code pf}
 * @param discovery {@code discovery}: how hosts that ask the discovery service must prove themselves. Every host may ask.
 *     {@code require-authentication}: default false; {@code tls}: off, allowed (default) or required
 * @param wipe {@code wipe}
 * @param api {@code api}
 * @param log {@code log}
 */
public record TargetConfig(
        Path dataDir,
        PoolConfig pool,
        List<ListenerConfig> listeners,
        TransportConfig transport,
        ControllerConfig controller,
        PfConfig pf,
        Access discovery,
        WipeConfig wipe,
        ApiConfig api,
        LogConfig log) {

    public TargetConfig {
        listeners = List.copyOf(listeners);
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException with all that is wrong in it
     * @throws IOException if it cannot be read
     */
    public static TargetConfig load(Path file) throws IOException, ConfigException {
        return parse(Files.readString(file), file);
    }

    /** Reads YAML that stands, or could stand, in {@code file}. */
    public static TargetConfig parse(String yaml, Path file) throws ConfigException {
        return new ConfigReader(file).read(yaml);
    }
}
