package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HostLogTest {
    private static final long SECOND = 1_000_000_000L;

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.nvmevf.host");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private long now = 5 * SECOND;
    private final HostLog log = new HostLog(() -> now);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    private static List<String> fields(ILoggingEvent line) {
        List<String> fields = new ArrayList<>();
        if (line.getKeyValuePairs() != null) {
            line.getKeyValuePairs().forEach(pair -> fields.add(pair.key + "=" + pair.value));
        }
        return fields;
    }

    @Test
    void aLineSaysMoreTheMoreIsKnownOfItsConnection() {
        ConnectionLog connection = new ConnectionLog(log, () -> "10.0.0.1:4000");
        connection.connection("step {}", 1);
        connection.of("nqn.host", "nqn.vf", "vf1");
        connection.connection("step {}", 2);
        connection.accepted(3, 0);
        connection.internal("step 3 of {}", new IllegalStateException("why"));
        assertThat(lines.list)
                .extracting(HostLogTest::fields)
                .containsExactly(
                        List.of("connection=1", "remote=10.0.0.1:4000"),
                        List.of("connection=1", "remote=10.0.0.1:4000", "host=nqn.host", "subsystem=nqn.vf", "vf=vf1"),
                        List.of(
                                "connection=1",
                                "remote=10.0.0.1:4000",
                                "host=nqn.host",
                                "subsystem=nqn.vf",
                                "vf=vf1",
                                "controller=3",
                                "queue=0"));
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("step 1", "step 2", "step 3 of {}");
        assertThat(lines.list.getLast().getLevel()).isEqualTo(Level.ERROR);
        assertThat(lines.list.getLast().getThrowableProxy().getMessage()).isEqualTo("why");
    }

    @Test
    void noTwoConnectionsHaveTheSameNumber() {
        for (int i = 0; i < 3; i++) {
            new ConnectionLog(log, () -> "a").connection("x");
        }
        assertThat(lines.list)
                .extracting(line -> fields(line).getFirst())
                .containsExactly("connection=1", "connection=2", "connection=3");
    }

    @Test
    void aFloodIsCutToTenLinesASecondAndSaysHowManyAreMissing() {
        ConnectionLog connection = new ConnectionLog(log, () -> "a");
        for (int i = 0; i < 100; i++) {
            connection.connection("x");
        }
        assertThat(lines.list).hasSize(10);
        assertThat(log.leftOut()).isEqualTo(90);
        now += SECOND;
        connection.connection("y");
        assertThat(lines.list).hasSize(12);
        assertThat(lines.list.get(10).getFormattedMessage()).contains("90 lines about hosts were left out");
        assertThat(lines.list.get(11).getFormattedMessage()).isEqualTo("y");
    }

    @Test
    void detailsAreOnlyWrittenWhereTheyAreAskedForAndTakeNoPlaceBefore() {
        ConnectionLog connection = new ConnectionLog(log, () -> "a");
        for (int i = 0; i < 100; i++) {
            connection.detail("step");
        }
        assertThat(lines.list).isEmpty();
        assertThat(log.leftOut()).isZero();
        logger.setLevel(Level.DEBUG);
        connection.detail("step");
        assertThat(lines.list).hasSize(1);
    }
}
