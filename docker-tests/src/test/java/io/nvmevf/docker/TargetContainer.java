package io.nvmevf.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.Ports;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.TestHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A running container of the image, set up as {@code docker/README.md} says; its volume outlives it. */
final class TargetContainer implements AutoCloseable {
    static final String NQN = "nqn.2026-01.io.nvmevf:image-test";
    static final int BLOCK = 4096;

    private static final int PORT = 4420;
    private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long POLL_MILLIS = 50;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How a container differs from the usual one. */
    static final class Options {
        private @Nullable String seccomp;
        private long memory;
        private double processors;
        private @Nullable HealthCheck health;

        /** Runs it with this seccomp profile, not the engine's own. */
        Options seccomp(String profile) {
            seccomp = profile;
            return this;
        }

        /** Bytes that it may use; swap is none. */
        Options memory(long bytes) {
            memory = bytes;
            return this;
        }

        Options processors(double number) {
            processors = number;
            return this;
        }

        /** Looks at its health this often; two failures make it unhealthy. */
        Options healthEvery(Duration interval) {
            health = new HealthCheck()
                    .withInterval(interval.toNanos())
                    .withTimeout(interval.toNanos())
                    .withStartPeriod(0L)
                    .withRetries(2);
            return this;
        }

        private void apply(CreateContainerCmd create, StateVolume volume) {
            HostConfig host = Objects.requireNonNull(create.getHostConfig())
                    .withReadonlyRootfs(true)
                    .withMounts(List.of(new Mount()
                            .withType(MountType.VOLUME)
                            .withSource(volume.name())
                            .withTarget("/var/lib/nvmevf")))
                    .withCapDrop(Capability.ALL)
                    .withSecurityOpts(
                            seccomp == null
                                    ? List.of("no-new-privileges:true")
                                    : List.of("no-new-privileges:true", "seccomp=" + seccomp));
            if (memory > 0) {
                host.withMemory(memory).withMemorySwap(memory);
            }
            if (processors > 0) {
                host.withNanoCPUs((long) (processors * 1e9));
            }
            if (health != null) {
                create.withHealthcheck(health);
            }
        }
    }

    private final GenericContainer<?> container;

    private TargetContainer(GenericContainer<?> container) {
        this.container = container;
    }

    static Options options() {
        return new Options();
    }

    /** The profile that the project ships, which allows io_uring. */
    static String shippedSeccomp() {
        try {
            return Files.readString(Path.of(property("nvmevf.seccomp")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name + " is not set; use docker-tests/run");
    }

    /** Starts one; returns when it listens. */
    static TargetContainer start(StateVolume volume, Options options) {
        // The fixture owns the container; it is closed with it, or here if it does not start.
        @SuppressWarnings("resource")
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(property("nvmevf.image")))
                .withImagePullPolicy(name -> false)
                .withExposedPorts(PORT)
                // The JVM does not start if it cannot use the cache that makes it start fast.
                .withEnv("NVMEVF_JAVA_OPTS", "-XX:AOTMode=on")
                .withCreateContainerCmdModifier(create -> options.apply(create, volume))
                .waitingFor(Wait.forLogMessage(".*serves NVMe/TCP.*", 1).withStartupTimeout(Duration.ofSeconds(60)));
        try {
            container.start();
        } catch (RuntimeException e) {
            container.close();
            throw e;
        }
        return new TargetContainer(container);
    }

    private static DockerClient docker() {
        return DockerClientFactory.lazyClient();
    }

    InspectContainerResponse inspect() {
        return docker().inspectContainerCmd(container.getContainerId()).exec();
    }

    InspectContainerResponse.ContainerState state() {
        return inspect().getState();
    }

    /** What it has written until now. */
    String log() {
        return container.getLogs();
    }

    /** Where hosts reach it; another port after each start. */
    InetSocketAddress address() {
        Ports.Binding[] bindings = Objects.requireNonNull(
                inspect().getNetworkSettings().getPorts().getBindings().get(ExposedPort.tcp(PORT)),
                "the port is not published");
        return new InetSocketAddress(container.getHost(), Integer.parseInt(bindings[0].getHostPortSpec()));
    }

    /** Connects a host to the VF of {@link #createVf(int)}. */
    TestHost connect() {
        return connect(NQN);
    }

    TestHost connect(String nqn) {
        return TestHost.connect(address(), HostOptions.DEFAULT, nqn);
    }

    /** Creates a VF that any host may use, with one namespace of so many blocks as NSID 1. */
    void createVf(int blocks) {
        createVf("tenant", NQN, blocks);
    }

    void createVf(String name, String nqn, int blocks) {
        run("nvmevf", "vf", "create", name, "--nqn", nqn, "--allow-any-host");
        run("nvmevf", "ns", "create", name, "--size", String.valueOf((long) blocks * BLOCK));
    }

    /** Runs a command in the container; returns what it printed, and fails if it does. */
    String run(String... command) {
        try {
            Container.ExecResult result = container.execInContainer(command);
            if (result.getExitCode() != 0) {
                throw new AssertionError("%s ended with %d: %s%s"
                        .formatted(
                                String.join(" ", command),
                                result.getExitCode(),
                                result.getStdout(),
                                result.getStderr()));
            }
            return result.getStdout();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    JsonNode json(String... command) {
        try {
            return JSON.readTree(run(command));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A page of the API, which listens within the container only. */
    String get(String path) {
        return run(
                "bash",
                "-c",
                "exec 3<>/dev/tcp/127.0.0.1/9420; "
                        + "printf 'GET %s HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' \"$1\" >&3; cat <&3",
                "get",
                path);
    }

    /** Sends a signal to process 1. */
    void signal(String name) {
        docker().killContainerCmd(container.getContainerId()).withSignal(name).exec();
    }

    /** Waits until it has ended; returns its exit code. */
    long awaitEnd() {
        return Objects.requireNonNull(await("the end", state -> Boolean.FALSE.equals(state.getRunning()))
                .getExitCodeLong());
    }

    /** Starts a container that has ended again; returns when it listens. */
    void restart() {
        int before = starts();
        docker().startContainerCmd(container.getContainerId()).exec();
        await("the start", state -> starts() > before);
    }

    private int starts() {
        return log().split("serves NVMe/TCP", -1).length - 1;
    }

    /** Waits until its state is as wanted. */
    InspectContainerResponse.ContainerState await(
            String what, Predicate<InspectContainerResponse.ContainerState> wanted) {
        long start = System.nanoTime();
        while (true) {
            InspectContainerResponse.ContainerState state = state();
            if (wanted.test(state)) {
                return state;
            }
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new AssertionError("waited in vain for " + what + ": " + state + "\n" + log());
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /** Removes the container; the volume stays. */
    @Override
    public void close() {
        container.close();
    }

    /** A volume for all state of a target. */
    static final class StateVolume implements AutoCloseable {
        private final String name;

        StateVolume() {
            name = docker().createVolumeCmd().exec().getName();
        }

        String name() {
            return name;
        }

        @Override
        public void close() {
            docker().removeVolumeCmd(name).exec();
        }
    }

    /** Runs a test on a new container with a new volume. */
    static void withTarget(Options options, Consumer<TargetContainer> test) {
        try (StateVolume volume = new StateVolume();
                TargetContainer target = start(volume, options)) {
            test.accept(target);
        }
    }
}
