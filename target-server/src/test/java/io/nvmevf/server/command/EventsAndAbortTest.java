package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.feature.AsyncEventConfiguration;
import io.nvmevf.protocol.feature.FeatureId;
import io.nvmevf.protocol.identify.Cns;
import io.nvmevf.protocol.log.LogPageId;
import io.nvmevf.protocol.nvme.AsyncEvent;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Asynchronous events (NVMe Base 2.1 §5.2.2), changes of namespaces under a live host, and Abort (§5.1.1). */
class EventsAndAbortTest {
    private static final String FIRST = TargetFixture.id(TargetFixture.VF, 1);

    private TargetFixture target;
    private TestHost host;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
        host = target.connect();
        host.admin(Command.setFeature(FeatureId.ASYNC_EVENT_CONFIGURATION, AsyncEventConfiguration.NAMESPACE_ATTRIBUTE))
                .ok();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private void expectChange(int aer) {
        assertThat(host.admin().await(aer).ok().dw0()).isEqualTo(AsyncEvent.NAMESPACE_ATTRIBUTE_CHANGED.dword());
    }

    private List<Integer> changed(boolean retain) {
        Command c = Command.logPage(LogPageId.CHANGED_NAMESPACES, 0, 4096).or(10, retain ? 1 << 15 : 0);
        ByteBuf page = host.admin(c).ok().page();
        List<Integer> nsids = new ArrayList<>();
        for (int at = 0; at < 4096 && page.getIntLE(at) != 0; at += 4) {
            nsids.add(page.getIntLE(at));
        }
        return nsids;
    }

    /** A change reaches the controller through its loop, soon after {@code publish} has returned. */
    private void awaitChanged(Integer... nsids) {
        List<Integer> seen = changed(true);
        for (int tries = 0; tries < 10_000 && seen.size() < nsids.length; tries++) {
            seen = changed(true);
        }
        assertThat(seen).containsExactly(nsids);
    }

    @Test
    void aNewResizedOrRemovedNamespaceIsAnnouncedAndSeenWithoutReconnecting() {
        HostQueue io = host.connectIo(1, 8);
        int aer = host.admin().submit(Command.asyncEvent());
        target.addNamespace(TargetFixture.VF, 9, 8192, 512);
        target.publish();
        expectChange(aer);
        assertThat(changed(false)).containsExactly(9);
        io.run(Command.write(9, 15, new byte[512], 512)).ok();

        aer = host.admin().submit(Command.asyncEvent());
        target.resizeNamespace(FIRST, 2 * TargetFixture.BYTES);
        target.publish();
        expectChange(aer);
        assertThat(changed(false)).containsExactly(1);
        long blocks = 2 * TargetFixture.BYTES / 512;
        assertThat(host.admin(Command.identify(Cns.NAMESPACE, 1)).ok().page().getLongLE(0))
                .isEqualTo(blocks);
        io.run(Command.write(1, blocks - 1, new byte[512], 512)).ok();
        io.run(Command.read(1, blocks, 1, 512)).isFinal(Status.LBA_OUT_OF_RANGE);

        aer = host.admin().submit(Command.asyncEvent());
        target.resizeNamespace(FIRST, TargetFixture.BYTES);
        target.removeNamespace(TargetFixture.id(TargetFixture.VF, 9));
        target.publish();
        expectChange(aer);
        // (Two changes are two events: a host that is quick reads the page between them, and is told again.)
        List<Integer> seen = new ArrayList<>(changed(false));
        if (seen.size() < 2) {
            expectChange(host.admin().submit(Command.asyncEvent()));
            seen.addAll(changed(false));
        }
        assertThat(seen).containsExactly(1, 9);
        io.run(Command.read(1, blocks - 1, 1, 512)).isFinal(Status.LBA_OUT_OF_RANGE);
        io.run(Command.read(9, 0, 1, 512)).isFinal(Status.INVALID_NAMESPACE);
    }

    @Test
    void anEventIsMaskedUntilItsLogPageWasReadAndNothingIsLost() {
        int aer = host.admin().submit(Command.asyncEvent());
        target.addNamespace(TargetFixture.VF, 10, 8192, 512);
        target.publish();
        expectChange(aer);
        aer = host.admin().submit(Command.asyncEvent());
        target.addNamespace(TargetFixture.VF, 11, 8192, 512);
        target.publish();
        awaitChanged(10, 11);
        assertThat(host.admin().outstanding()).as("RAE: the event stays masked").isEqualTo(1);
        assertThat(changed(false)).containsExactly(10, 11);
        assertThat(changed(false)).isEmpty();
        target.addNamespace(TargetFixture.VF, 12, 8192, 512);
        target.publish();
        expectChange(aer);
    }

    @Test
    void anEventThatNobodyWaitedForIsReportedToTheNextRequest() {
        target.addNamespace(TargetFixture.VF, 10, 8192, 512);
        target.publish();
        expectChange(host.admin().submit(Command.asyncEvent()));
    }

    @Test
    void aHostThatDoesNotWantTheEventIsNotTold() {
        host.admin(Command.setFeature(FeatureId.ASYNC_EVENT_CONFIGURATION, 0)).ok();
        host.admin().submit(Command.asyncEvent());
        target.addNamespace(TargetFixture.VF, 10, 8192, 512);
        target.publish();
        awaitChanged(10);
        assertThat(host.admin().outstanding()).isEqualTo(1);
    }

    @Test
    void moreEventRequestsThanTheLimitAreRefused() {
        for (int i = 0; i < 4; i++) {
            host.admin().submit(Command.asyncEvent());
        }
        host.admin(Command.asyncEvent()).is(Status.ASYNC_EVENT_LIMIT_EXCEEDED);
        assertThat(host.admin().outstanding()).isEqualTo(4);
    }

    @Test
    void anotherVirtualFunctionHearsNothing() {
        target.addVf("beta");
        target.addNamespace("beta", 1, 8192, 512);
        target.publish();
        TestHost beta = target.keep(TestHost.connect(target.address(), HostOptions.DEFAULT, TargetFixture.nqn("beta")));
        beta.admin(Command.setFeature(FeatureId.ASYNC_EVENT_CONFIGURATION, AsyncEventConfiguration.NAMESPACE_ATTRIBUTE))
                .ok();
        beta.admin().submit(Command.asyncEvent());
        int aer = host.admin().submit(Command.asyncEvent());
        target.addNamespace(TargetFixture.VF, 10, 8192, 512);
        target.publish();
        expectChange(aer);
        beta.csts();
        assertThat(beta.admin().outstanding()).isEqualTo(1);
        HostQueue io = beta.connectIo(1, 8);
        io.run(Command.read(2, 0, 1, 4096)).isFinal(Status.INVALID_NAMESPACE);
        io.run(Command.write(1, 0, new byte[512], 512)).ok();
        host.connectIo(1, 8).run(Command.read(1, 0, 1, 512)).ok();
    }

    // ---- Abort -----------------------------------------------------------------------------------------------------

    @Test
    void aWaitingEventRequestCanBeAborted() {
        int aer = host.admin().submit(Command.asyncEvent());
        assertThat(host.admin(Command.abort(0, aer)).ok().dw0()).as("aborted").isZero();
        host.admin().await(aer).is(Status.ABORT_REQUESTED);
    }

    @Test
    void anAbortOfWhatIsNotThereSaysSo() {
        assertThat(host.admin(Command.abort(0, 0x7777)).ok().dw0()).isEqualTo(1);
        assertThat(host.admin(Command.abort(5, 0x7777)).ok().dw0()).isEqualTo(1);
        HostQueue io = host.connectIo(1, 8);
        int cid = io.submit(Command.flush(1));
        io.await(cid).ok();
        assertThat(host.admin(Command.abort(1, cid)).ok().dw0()).isEqualTo(1);
    }

    @Test
    void aWriteThatStillReceivesIsAbortedAndChangesNothing() {
        HostQueue io = host.connectIo(1, 8, HostOptions.DEFAULT.withoutInCapsule());
        byte[] data = new byte[8192];
        java.util.Arrays.fill(data, (byte) 1);
        int cid = io.submit(Command.write(1, 0, data, 512));
        // (Its R2T is not answered before the Abort is.)
        host.admin(Command.abort(1, cid)).ok();
        io.await(cid).is(Status.ABORT_REQUESTED);
        assertThat(io.run(Command.read(1, 0, 16, 512)).ok().data()).isEqualTo(new byte[8192]);
    }
}
