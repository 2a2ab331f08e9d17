package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.fabrics.Nqn;
import io.nvmevf.protocol.feature.AsyncEventConfiguration;
import io.nvmevf.protocol.feature.FeatureId;
import io.nvmevf.protocol.identify.Cns;
import io.nvmevf.protocol.identify.IdentifyController;
import io.nvmevf.protocol.log.DiscoveryLog;
import io.nvmevf.protocol.log.DiscoveryLogEntry;
import io.nvmevf.protocol.log.LogPageId;
import io.nvmevf.protocol.nvme.AsyncEvent;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.control.TlsMode;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.TestHost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The discovery controller and its log page (NVMe Base 2.1 §3.1.3.3, §5.1.12.3.1). */
class DiscoveryTest {
    private static final String OTHER_NQN = "nqn.2014-08.org.nvmexpress:uuid:22222222-2222-4222-8222-222222222222";

    private TargetFixture target;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
        target.addVf("hidden", List.of(OTHER_NQN), 4, 64);
        target.addVf("mine", List.of(TestHost.NQN), 4, 64);
        target.publish();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private TestHost discovery(String nqn) {
        return target.keep(TestHost.connect(target.address(), HostOptions.DEFAULT, nqn));
    }

    private static byte[] log(TestHost host, long offset, int length) {
        return host.admin(Command.logPage(LogPageId.DISCOVERY, offset, length))
                .ok()
                .data();
    }

    private static List<String> names(TestHost host) {
        ByteBuf page = host.admin(Command.logPage(LogPageId.DISCOVERY, 0, 16 << 10))
                .ok()
                .page();
        DiscoveryLog log = new DiscoveryLog(page);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < log.numrec(); i++) {
            names.add(log.entry(i).subnqn());
        }
        return names;
    }

    @Test
    void bothNamesLeadToADiscoveryController() {
        for (String nqn : List.of(Nqn.DISCOVERY, TargetFixture.DISCOVERY)) {
            TestHost host = discovery(nqn);
            IdentifyController id = new IdentifyController(
                    host.admin(Command.identify(Cns.CONTROLLER, 0)).ok().page());
            assertThat(id.cntrltype()).isEqualTo(IdentifyController.CNTRLTYPE_DISCOVERY);
            assertThat(id.cntlid()).isEqualTo(host.cntlid());
        }
    }

    @Test
    void aHostSeesTheDiscoverySubsystemAndWhatItMayConnectTo() {
        TestHost host = discovery(Nqn.DISCOVERY);
        assertThat(names(host))
                .containsExactlyInAnyOrder(
                        TargetFixture.DISCOVERY, TargetFixture.nqn(TargetFixture.VF), TargetFixture.nqn("mine"));
        DiscoveryLog log = new DiscoveryLog(host.admin(Command.logPage(LogPageId.DISCOVERY, 0, 16 << 10))
                .ok()
                .page());
        for (int i = 0; i < log.numrec(); i++) {
            DiscoveryLogEntry entry = log.entry(i);
            assertThat(entry.trtype()).isEqualTo(DiscoveryLogEntry.TRTYPE_TCP);
            assertThat(entry.adrfam()).isEqualTo(DiscoveryLogEntry.ADRFAM_IPV4);
            assertThat(entry.traddr()).isEqualTo("127.0.0.1");
            assertThat(entry.trsvcid())
                    .isEqualTo(Integer.toString(target.address().getPort()));
            assertThat(entry.cntlid()).isEqualTo(0xFFFF);
            assertThat(entry.subtype())
                    .isEqualTo(
                            entry.subnqn().equals(TargetFixture.DISCOVERY)
                                    ? DiscoveryLogEntry.SUBTYPE_CURRENT_DISCOVERY
                                    : DiscoveryLogEntry.SUBTYPE_NVM);
        }
    }

    @Test
    void thePageMayBeReadInAnyPieceFromAnyOffset() {
        TestHost host = discovery(Nqn.DISCOVERY);
        int size = DiscoveryLog.size(3);
        byte[] whole = log(host, 0, size);
        for (int piece : new int[] {4, 20, 1000, 1024, 4096}) {
            byte[] pieces = new byte[size + piece];
            for (int at = 0; at < size; at += piece) {
                System.arraycopy(log(host, at, piece), 0, pieces, at, piece);
            }
            assertThat(Arrays.copyOf(pieces, size))
                    .as("read in pieces of %d", piece)
                    .isEqualTo(whole);
            assertThat(Arrays.copyOfRange(pieces, size, size + piece))
                    .as("behind the end")
                    .containsOnly(0);
        }
        host.admin(Command.logPage(LogPageId.DISCOVERY, 2, 8)).isFinal(Status.INVALID_FIELD);
        for (long beyond : new long[] {size + 4L, 1L << 32, Long.MAX_VALUE - 3, -4}) {
            host.admin(Command.logPage(LogPageId.DISCOVERY, beyond, 64)).isFinal(Status.INVALID_FIELD);
        }
    }

    @Test
    void aDiscoveryControllerHasNothingElse() {
        TestHost host = discovery(Nqn.DISCOVERY);
        host.admin(Command.identify(Cns.NAMESPACE, 1)).isFinal(Status.INVALID_FIELD);
        host.admin(Command.identify(Cns.ACTIVE_NAMESPACES, 0)).isFinal(Status.INVALID_FIELD);
        host.admin(Command.logPage(LogPageId.SMART_HEALTH, 0, 512)).isFinal(Status.INVALID_LOG_PAGE);
        host.admin(Command.setFeature(FeatureId.NUMBER_OF_QUEUES, 0)).isFinal(Status.INVALID_FIELD);
        host.admin(Command.logPage(LogPageId.DISCOVERY, 0, TargetFixture.MDTS + 4))
                .isFinal(Status.INVALID_FIELD);
    }

    private static long generation(TestHost host) {
        return new DiscoveryLog(host.admin(Command.logPage(LogPageId.DISCOVERY, 0, 1024))
                        .ok()
                        .page())
                .genctr();
    }

    /** What others may see, and what happens there, is none of its business. */
    @Test
    void theGenerationOfAHostMovesOnlyWithWhatItSees() {
        long before = generation(discovery(Nqn.DISCOVERY));
        for (int i = 0; i < 3; i++) {
            target.addVf("hidden" + i, List.of(OTHER_NQN), 4, 64);
            target.publish();
            target.removeVf("hidden" + i);
            target.publish();
        }
        TestHost host = discovery(Nqn.DISCOVERY);
        assertThat(generation(host)).isEqualTo(before);
        target.changeVf("mine", vf -> vf.with(vf.access().with(TlsMode.OFF)));
        target.publish();
        long changed = generation(host);
        assertThat(changed).isEqualTo(before + 1);
        target.removeVf("mine");
        target.publish();
        // (And it is the host's, whoever of its controllers asks.)
        assertThat(generation(discovery(Nqn.DISCOVERY))).isEqualTo(changed + 1);
        assertThat(generation(host)).isEqualTo(changed + 1);
    }

    @Test
    void aVirtualFunctionHasNoDiscoveryLog() {
        target.connect().admin(Command.logPage(LogPageId.DISCOVERY, 0, 1024)).isFinal(Status.INVALID_LOG_PAGE);
    }

    @Test
    void aChangeOfWhatIsVisibleIsAnnouncedAndChangesTheGeneration() {
        TestHost host = discovery(Nqn.DISCOVERY);
        host.admin(Command.setFeature(FeatureId.ASYNC_EVENT_CONFIGURATION, AsyncEventConfiguration.DISCOVERY_CHANGE))
                .ok();
        long before = new DiscoveryLog(host.admin(Command.logPage(LogPageId.DISCOVERY, 0, 1024))
                        .ok()
                        .page())
                .genctr();
        int aer = host.admin().submit(Command.asyncEvent());
        // What this host may not see does not wake it.
        target.addVf("hidden2", List.of(OTHER_NQN), 4, 64);
        target.publish();
        host.csts();
        assertThat(host.admin().outstanding()).as("event requests").isEqualTo(1);
        target.addVf("seen", List.of(TestHost.NQN), 4, 64);
        target.publish();
        assertThat(host.admin().await(aer).ok().dw0()).isEqualTo(AsyncEvent.DISCOVERY_LOG_CHANGED.dword());
        assertThat(names(host)).contains(TargetFixture.nqn("seen"));
        long after = new DiscoveryLog(host.admin(Command.logPage(LogPageId.DISCOVERY, 0, 1024))
                        .ok()
                        .page())
                .genctr();
        assertThat(after).isGreaterThan(before);
        aer = host.admin().submit(Command.asyncEvent());
        target.removeVf("seen");
        target.publish();
        assertThat(host.admin().await(aer).ok().dw0()).isEqualTo(AsyncEvent.DISCOVERY_LOG_CHANGED.dword());
        assertThat(names(host)).doesNotContain(TargetFixture.nqn("seen"));
    }
}
