package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** By the fields of its lines, the log of one host's connections can be told apart from that of all others. */
class HostLinesTest {
    private static final String ALPHA = TargetFixture.nqn(TargetFixture.VF);
    private static final String OTHER = "nqn.2014-08.org.nvmexpress:uuid:22222222-2222-4222-8222-222222222222";

    /** Lines come from event loops. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        final List<ILoggingEvent> list = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            list.add(event);
        }
    }

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.nvmevf.host");
    private final Lines lines = new Lines();
    private TargetFixture target;

    @BeforeEach
    void start() {
        lines.start();
        logger.addAppender(lines);
        target = TargetFixture.start();
    }

    @AfterEach
    void stop() {
        target.close();
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    private Map<String, String> fields(String message) {
        ILoggingEvent line = lines.list.stream()
                .filter(event -> event.getFormattedMessage().contains(message))
                .findFirst()
                .orElseThrow(() -> new AssertionError(message + " is not in " + lines.list));
        Map<String, String> fields = new HashMap<>();
        line.getKeyValuePairs().forEach(pair -> fields.put(pair.key, String.valueOf(pair.value)));
        return fields;
    }

    @Test
    void anAcceptedHostIsNamedByAllThatIsKnownOfIt() {
        logger.setLevel(Level.DEBUG);
        TestHost host = target.keep(TestHost.connect(target.address(), HostOptions.DEFAULT, ALPHA));
        Map<String, String> admin = fields("connected to " + ALPHA);
        assertThat(admin)
                .containsEntry("vf", TargetFixture.VF)
                .containsEntry("subsystem", ALPHA)
                .containsEntry("host", TestHost.NQN)
                .containsEntry("queue", "0")
                .containsKeys("connection", "controller");
        assertThat(admin.get("remote")).matches("127\\.0\\.0\\.1:[0-9]+");
        host.connectIo(1, 32);
        Map<String, String> io = fields("queue 1 of 32 entries is connected");
        assertThat(io).containsEntry("controller", admin.get("controller")).containsEntry("queue", "1");
        assertThat(io.get("connection")).isNotEqualTo(admin.get("connection"));
    }

    @Test
    void aRefusedHostIsNamedToo() {
        target.changeVf(TargetFixture.VF, vf -> vf.allowing(new TreeSet<>(List.of(OTHER)), false));
        target.publish();
        HostQueue admin = target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, 0));
        admin.run(admin.connectCommand(
                        HostQueue.connectData(ALPHA, TestHost.NQN, TestHost.ID, ConnectData.CNTLID_DYNAMIC), 32, 0))
                .isFinal(Status.CONNECT_INVALID_HOST);
        assertThat(fields("which is not allowed"))
                .containsEntry("vf", TargetFixture.VF)
                .containsEntry("host", TestHost.NQN)
                .doesNotContainKey("controller");
    }

    @Test
    void aNameThatIsNobodysIsNoVirtualFunction() {
        HostQueue admin = target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, 0));
        admin.run(admin.connectCommand(
                        HostQueue.connectData("nqn.x:none", TestHost.NQN, TestHost.ID, ConnectData.CNTLID_DYNAMIC),
                        32,
                        0))
                .isFinal(Status.CONNECT_INVALID_PARAMETERS);
        assertThat(fields("an unknown subsystem"))
                .containsEntry("subsystem", "nqn.x:none")
                .doesNotContainKey("vf");
    }
}
