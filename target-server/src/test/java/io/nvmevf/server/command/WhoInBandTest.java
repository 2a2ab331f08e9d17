package io.nvmevf.server.command;

import static io.nvmevf.server.command.Management.makeNamespace;
import static io.nvmevf.server.command.Management.sanitize;
import static io.nvmevf.server.command.Management.virtualization;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nvmevf.server.InBandFixture;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.audit.AuditVerifier;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.TestHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hosts change in band is in the audit log under their names, and what the target does by itself under its own. */
class WhoInBandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private InBandFixture target;

    @BeforeEach
    void start() {
        target = new InBandFixture(directory);
        target.vf("alpha", "acme");
        target.namespace("alpha", 1 << 20, 4096);
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private List<JsonNode> entries(String type) throws Exception {
        try (Stream<String> lines = Files.lines(directory.resolve("audit.log"))) {
            return lines.map(WhoInBandTest::parse)
                    .filter(entry -> entry.path("type").asText().equals(type))
                    .toList();
        }
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode who(String type) throws Exception {
        return entries(type).getLast().at("/fields/who");
    }

    private static void assertHost(JsonNode who, String subsystem) {
        assertThat(who.path("kind").asText()).isEqualTo("host");
        assertThat(who.path("nqn").asText()).isEqualTo(TestHost.NQN);
        assertThat(who.path("subsystem").asText()).isEqualTo(subsystem);
        assertThat(who.path("controller").isIntegralNumber()).isTrue();
    }

    @Test
    void anOperatorsHostIsNamed() throws Exception {
        TestHost operator = target.operator();
        operator.admin(makeNamespace(256, 256, 1)).ok();
        assertHost(who("namespace-created"), InBandFixture.PF);
        int vf = target.vf("alpha").number();
        operator.admin(virtualization(Management.OFFLINE, 0, vf, 0)).ok();
        assertHost(who("vf-offline"), InBandFixture.PF);
        assertThat(AuditVerifier.verify(directory.resolve("audit.log")).broken())
                .isNull();
    }

    @Test
    void aTenantsHostIsNamed() throws Exception {
        TestHost tenant = target.tenant("alpha");
        // (Set Features, namespace write protection: NVMe Base 2.1, 5.1.25.1.34.)
        tenant.admin(Command.of(0x09, 1).cdw(10, 0x84).cdw(11, 1)).ok();
        assertHost(who("namespace-write-protection"), TargetFixture.nqn("alpha"));
        tenant.admin(Command.of(0x09, 1).cdw(10, 0x84).cdw(11, 0)).ok();
        tenant.admin(sanitize(2)).ok();
        assertHost(who("vf-sanitizing"), TargetFixture.nqn("alpha"));
        target.settle();
    }

    @Test
    void whatARestartFinishesIsTheTargetsOwn() throws Exception {
        target.eraser().hold();
        target.run(s -> s.release("ns-1", null));
        assertThat(who("namespace-wiping").path("kind").asText()).isEqualTo("system");
        target.eraser().await(1);
        target.restart();
        assertThat(entries("operation-resumed")).singleElement().satisfies(entry -> {
            assertThat(entry.at("/fields/operation").asText()).isEqualTo("op-1");
            assertThat(entry.at("/fields/who/kind").asText()).isEqualTo("system");
        });
        target.settle();
    }
}
