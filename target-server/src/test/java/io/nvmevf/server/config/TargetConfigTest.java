package io.nvmevf.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmevf.server.control.Access;
import io.nvmevf.server.control.DuplicateHost;
import io.nvmevf.server.control.TlsMode;
import io.nvmevf.server.transport.ConnectionLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetConfigTest {
    private static final Path FILE = Path.of("/etc/nvmevf/nvmevf.yaml");

    private static List<String> errors(String yaml) {
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> TargetConfig.parse(yaml, FILE));
        assertThat(e).as("refused").isNotNull();
        return e.errors();
    }

    @Test
    void hasADefaultForEverything() throws Exception {
        TargetConfig config = TargetConfig.parse("", FILE);
        assertThat(config.dataDir()).isEqualTo(Path.of("/etc/nvmevf/data"));
        assertThat(config.pool())
                .isEqualTo(new PoolConfig(
                        PoolConfig.Kind.FILE,
                        Path.of("/etc/nvmevf/data/pool"),
                        List.of(),
                        0,
                        false,
                        false,
                        EncryptionConfig.NONE));
        assertThat(config.pf()).isEqualTo(new PfConfig(null, Access.NOBODY, 1024, 66560));
        assertThat(config.discovery()).isEqualTo(Access.ANYBODY);
        assertThat(config.wipe()).isEqualTo(new WipeConfig(0, 2));
        assertThat(config.listeners()).containsExactly(new ListenerConfig("127.0.0.1", 4420, null));
        assertThat(config.transport().maxH2cData()).isEqualTo(128 * 1024);
        assertThat(config.transport().inCapsuleData()).isEqualTo(8 * 1024);
        assertThat(config.transport().connections()).isEqualTo(ConnectionLimits.of(4096));
        assertThat(config.controller().mdts()).isEqualTo(1 << 20);
        assertThat(config.api()).isEqualTo(new ApiConfig("127.0.0.1", 9420, false, null, ApiConfig.Socket.DEFAULT));
    }

    @Test
    void readsEveryKey() throws Exception {
        TargetConfig config = TargetConfig.parse("""
                data-dir: /var/lib/nvmevf
                pool:
                  kind: block
                  devices: [/dev/sdb, /dev/sdc]
                  capacity: 64GiB
                  overcommit: true
                  direct-io: true
                  encryption:
                    key-file: kek
                    previous-key-file: /etc/nvmevf/kek.old
                listeners:
                  - address: 0.0.0.0
                    port: 4420
                    advertise: 192.0.2.7
                  - address: "::1"
                    port: 8009
                transport:
                  io: io_uring
                  event-loops: 3
                  max-connections: 10
                  connections:
                    pending: 5
                    per-address: 4
                    per-host: 3
                    per-host-and-subsystem: 2
                    accept-rate: 1000
                    accept-burst: 70
                    rate: 100
                    burst: 50
                    connect-rate: 20
                    connect-burst: 30
                    max-delay: 500ms
                    failed-authentications: 6
                    failed-authentication-interval: 1m
                  icreq-timeout: 500ms
                  connect-timeout: 2m
                  max-h2c-data: 4KiB
                  in-capsule-data: 16
                  cpda: 31
                  queue-memory: 2MiB
                  total-memory: 1GiB
                controller:
                  mdts: 128KiB
                  max-keep-alive: 1h
                  discovery-nqn: nqn.2020-01.com.example:discovery
                pf:
                  nqn: nqn.2020-01.com.example:pf
                  allowed-hosts: [nqn.2020-01.com.example:operator]
                  max-vfs: 61439
                  queue-resources: 4000000
                  require-authentication: true
                  tls: required
                  duplicate-host: replace
                discovery:
                  require-authentication: true
                  tls: off
                wipe:
                  bandwidth: 100MiB
                  concurrent: 16
                api:
                  address: "::1"
                  port: 0
                log:
                  level: debug
                  format: json
                """, FILE);
        assertThat(config)
                .isEqualTo(new TargetConfig(
                        Path.of("/var/lib/nvmevf"),
                        new PoolConfig(
                                PoolConfig.Kind.BLOCK,
                                null,
                                List.of(Path.of("/dev/sdb"), Path.of("/dev/sdc")),
                                64L << 30,
                                true,
                                true,
                                new EncryptionConfig(Path.of("/etc/nvmevf/kek"), Path.of("/etc/nvmevf/kek.old"))),
                        List.of(
                                new ListenerConfig("0.0.0.0", 4420, "192.0.2.7"),
                                new ListenerConfig("::1", 8009, null)),
                        new TransportConfig(
                                TransportConfig.Io.IO_URING,
                                3,
                                new ConnectionLimits(
                                        10,
                                        5,
                                        4,
                                        3,
                                        2,
                                        new ConnectionLimits.Rate(70, Duration.ofMillis(1)),
                                        new ConnectionLimits.Rate(50, Duration.ofMillis(10)),
                                        new ConnectionLimits.Rate(30, Duration.ofMillis(50)),
                                        Duration.ofMillis(500),
                                        new ConnectionLimits.Rate(6, Duration.ofMinutes(1))),
                                Duration.ofMillis(500),
                                Duration.ofMinutes(2),
                                4096,
                                16,
                                31,
                                2 << 20,
                                1 << 30),
                        new ControllerConfig(128 * 1024, Duration.ofHours(1), "nqn.2020-01.com.example:discovery"),
                        new PfConfig(
                                "nqn.2020-01.com.example:pf",
                                new Access(
                                        new TreeSet<>(List.of("nqn.2020-01.com.example:operator")),
                                        false,
                                        true,
                                        TlsMode.REQUIRED,
                                        DuplicateHost.REPLACE),
                                61439,
                                4_000_000),
                        Access.ANYBODY.requiringAuthentication(true).with(TlsMode.OFF),
                        new WipeConfig(100L << 20, 16),
                        new ApiConfig("::1", 0, false, null, ApiConfig.Socket.DEFAULT),
                        new LogConfig(LogConfig.Format.JSON, LogConfig.Level.DEBUG)));
    }

    @Test
    void reportsAllErrorsAtOnceWithTheirLines() {
        assertThat(errors("""
                        data-dir: 7
                        colour: red
                        pool:
                          kind: tape
                          capacity: 64GB
                        listeners:
                          - port: 70000
                          - adress: 127.0.0.1
                            port: 4421
                        transport:
                          max-h2c-data: 5000
                          cpda: "3"
                          icreq-timeout: 10
                        controller:
                          mdts: 12KiB
                        api:
                          address: 0.0.0.0
                        """))
                .containsExactly(
                        "/etc/nvmevf/nvmevf.yaml:2: colour: is no known key; allowed are data-dir, pool, listeners,"
                                + " transport, controller, pf, discovery, wipe, api, log",
                        "/etc/nvmevf/nvmevf.yaml:4: pool.kind: is 'tape'; allowed is file, block, memory",
                        "/etc/nvmevf/nvmevf.yaml:5: pool.capacity: is '64GB'; allowed is a size from 1 MiB to 8192 TiB in"
                                + " steps of 4 KiB (bytes, or with KiB, MiB, GiB, TiB)",
                        "/etc/nvmevf/nvmevf.yaml:7: listeners[0].port: is '70000'; allowed is a whole number from 0 to"
                                + " 65535",
                        "/etc/nvmevf/nvmevf.yaml:8: listeners[1].adress: is no known key; allowed are address, port,"
                                + " advertise",
                        "/etc/nvmevf/nvmevf.yaml:11: transport.max-h2c-data: is '5000'; allowed is a size from 4 KiB to 1"
                                + " MiB in steps of 4 KiB (bytes, or with KiB, MiB, GiB, TiB)",
                        "/etc/nvmevf/nvmevf.yaml:12: transport.cpda: is '3'; allowed is a whole number from 0 to 31",
                        "/etc/nvmevf/nvmevf.yaml:13: transport.icreq-timeout: is '10'; allowed is a time from 100ms to 10m"
                                + " (with ms, s, m or h)",
                        "/etc/nvmevf/nvmevf.yaml:15: controller.mdts: is '12KiB'; allowed is a power of two from 4 KiB to 1"
                                + " MiB (bytes, or with KiB, MiB, GiB, TiB)",
                        "/etc/nvmevf/nvmevf.yaml:17: api.address: is '0.0.0.0', which other machines may reach; allowed is that"
                                + " only with authentication: required and tls (certificate and key), or a loopback address"
                                + " such as 127.0.0.1 or ::1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pool: [1]                                   | 1: pool: is a sequence; allowed is a mapping
            - a                                         | 1: (file): is a sequence; allowed is a mapping
            listeners: {}                               | 1: listeners: is a mapping; allowed is a sequence
            listeners: []                               | 1: listeners: has 0 entries; allowed are 1 to 16
            listeners: [{address: localhost}]           | 1: listeners[0].address: is 'localhost'; allowed is an IPv4 or IPv6
            listeners: [{advertise: 0.0.0.0}]           | 1: listeners[0].advertise: is '0.0.0.0'; allowed is
            listeners: [{}, {}]                         | 1: listeners[1].port: is the second listener on 127.0.0.1:4420
            pool: {kind: block}                         | 1: pool.devices: is missing
            pool: {kind: memory}                        | 1: pool.capacity: is missing
            pool: {devices: [/dev/sda]}                 | 1: pool.devices: is only for a pool of kind block
            pool: {kind: block, devices: [sda]}         | 1: pool.devices: is 'sda'; allowed is the absolute path
            pool: {overcommit: yes please}              | 1: pool.overcommit: is 'yes please'; allowed is true or false
            transport: {queue-memory: 1GiB}             | 1: transport.total-memory: is less than queue-memory
            transport: {connections: {per-address: 4097}} | 1: transport.connections.per-address: is '4097'; allowed is a whole number from 1 to 4096
            transport: {connections: {max-delay: 6s}}   | 1: transport.connections.max-delay: is '6s'; allowed is a time from 1ms to 5s
            transport: {connections: {rate: 0}}         | 1: transport.connections.rate: is '0'; allowed is
            controller: {discovery-nqn: x}              | 1: controller.discovery-nqn: is 'x'; allowed is an NQN
            pool: {encryption: {key-file: data/kek}}    | 1: pool.encryption.key-file: is '/etc/nvmevf/data/kek', within data-dir
            pool: {encryption: {key-file: x/../data/k}} | 1: pool.encryption.key-file: is '/etc/nvmevf/data/k', within data-dir
            pool: {encryption: {key-file: ' '}}         | 1: pool.encryption.key-file: is ' '; allowed is a path
            pool: {encryption: {previous-key-file: k}}  | 1: pool.encryption.previous-key-file: is there without key-file
            pool: {encryption: {key-file: k, previous-key-file: ./k}} | 1: pool.encryption.previous-key-file: is the same
            pool: {encryption: {key: k}}                | 1: pool.encryption.key: is no known key; allowed are key-file
            pf: {nqn: x}                                | 1: pf.nqn: is 'x'; allowed is an NQN
            pf: {allowed-hosts: [x]}                    | 1: pf.allowed-hosts: is 'x'; allowed is an NQN
            pf: {max-vfs: 0}                            | 1: pf.max-vfs: is '0'; allowed is a whole number from 1 to 61439
            pf: {max-vfs: 61440}                        | 1: pf.max-vfs: is '61440'; allowed is a whole number from 1 to 61439
            pf: {tls: on}                               | 1: pf.tls: is 'on'; allowed is off, allowed, required
            discovery: {duplicate-host: allow}          | 1: discovery.duplicate-host: is no known key; allowed are
            pf: {queue-resources: 1}                    | 1: pf.queue-resources: is '1'; allowed is a whole number from 2
            wipe: {bandwidth: -1}                       | 1: wipe.bandwidth: is '-1'; allowed is a size from 0 B to 512 GiB
            wipe: {concurrent: 17}                      | 1: wipe.concurrent: is '17'; allowed is a whole number from 1 to 16
            transport: {event-loops: 99999999999999}    | 1: transport.event-loops: is '99999999999999'
            'api: {port: 1, port: 2}'                   | the key 'port' for the second time
            'api: &a {port: 1}'                         | an anchor or alias
            'api: {port'                                | no valid YAML
            """)
    void refuses(String yaml, String error) {
        assertThat(errors(yaml))
                .singleElement()
                .asString()
                .startsWith(FILE + ":1: ")
                .contains(error);
    }

    @Test
    void noHostsMayBeWrittenAsAnEmptySequence() throws Exception {
        assertThat(TargetConfig.parse("pf: {allowed-hosts: []}", FILE)
                        .pf()
                        .access()
                        .allowedHosts())
                .isEmpty();
    }

    @Test
    void refusesASecondDocument() {
        assertThat(errors("api: {}\n---\nlog: {}\n")).singleElement().asString().contains("a second document");
    }
}
