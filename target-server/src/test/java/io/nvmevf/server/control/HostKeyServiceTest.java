package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nvmevf.protocol.auth.DhGroup;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.server.audit.AuditEntry;
import io.nvmevf.server.control.ControlException.Reason;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Keys of hosts through the service: what is taken, what is refused, and how a rotation goes. */
class HostKeyServiceTest extends ServiceTest {
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427";
    private static final SecureRandom RANDOM = new SecureRandom();

    @BeforeEach
    @Override
    void start() throws Exception {
        super.start();
        if (service.state().vfs().isEmpty()) {
            service.createVf(NewVirtualFunction.named("a"));
        }
    }

    private static String secret() {
        return DhchapSecret.generate(RANDOM, 32, DhchapHash.SHA_256).text();
    }

    private static NewHostKey wanted(@Nullable Integer length, @Nullable String keyHash) {
        return new NewHostKey(true, null, null, length, keyHash, null, null, null);
    }

    private static NewHostKey limited(@Nullable String hash, @Nullable String group) {
        return new NewHostKey(true, null, null, null, null, null, hash, group);
    }

    private static List<String> texts(HostKey key) {
        return key.pairs().stream().map(pair -> pair.host().text()).toList();
    }

    private String refused(Reason reason, ThrowingCallable call) {
        TargetState before = service.state();
        ControlException e = catchThrowableOfType(ControlException.class, call);
        assertThat(e).isNotNull();
        assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
        assertThat(service.state()).isEqualTo(before);
        return String.valueOf(e.getMessage());
    }

    @Test
    void aKeyIsPublishedAndSurvivesARestart() throws Exception {
        String text = secret();
        String controller = secret();
        HostKey key = service.setHostKey("a", HOST, NewHostKey.of(text, controller));
        assertThat(key.pairs())
                .containsExactly(new HostKey.Pair(DhchapSecret.parse(text), DhchapSecret.parse(controller)));
        assertThat(key.hash()).isNull();
        assertThat(key.group()).isNull();
        assertThat(plane.published.getLast().hostKey("a", HOST)).contains(key);
        running.close();
        start();
        assertThat(service.hostKey("a", HOST)).isEqualTo(key);
        assertThat(plane.published.getLast().hostKey("a", HOST)).contains(key);
        assertThat(service.state().hostKey("a", HOST + "0")).isEmpty();
    }

    @Test
    void aHostNeedNotBeAllowedAndKeepsItsKeyWhenItIsNoMore() throws Exception {
        HostKey key = service.setHostKey("a", HOST, NewHostKey.generated(false));
        assertThat(service.vf("a").allows(HOST)).isFalse();
        VirtualFunction any = service.vf("a");
        assertThat(any.access().requireAuthentication()).isFalse();
        service.updateVf("a", allowing(true));
        service.updateVf("a", allowing(false));
        assertThat(service.hostKey("a", HOST)).isEqualTo(key);
    }

    private static VirtualFunctionChange allowing(boolean any) {
        return VirtualFunctionChange.of(AccessChange.allowAny(any));
    }

    @Test
    void theTargetMakesSecretsAsItIsTold() throws Exception {
        HostKey.Pair plain = service.setHostKey("a", HOST, wanted(null, null)).newest();
        assertThat(plain.host().hash()).isEqualTo(DhchapHash.SHA_256);
        assertThat(plain.host().text()).hasSize(59);
        assertThat(plain.isBidirectional()).isFalse();
        for (DhchapHash hash : DhchapHash.values()) {
            DhchapSecret byHash = service.setHostKey("a", HOST, wanted(null, hash.toString()))
                    .newest()
                    .host();
            DhchapSecret byLength = service.setHostKey("a", HOST, wanted(hash.length(), null))
                    .newest()
                    .host();
            assertThat(byHash.hash()).isEqualTo(hash);
            assertThat(byLength.hash()).isEqualTo(hash);
            assertThat(byHash.text()).hasSameSizeAs(byLength.text()).isNotEqualTo(byLength.text());
        }
        assertThat(service.setHostKey("a", HOST, wanted(64, "NONE"))
                        .newest()
                        .host()
                        .hash())
                .isNull();
        assertThat(service.setHostKey("a", HOST, wanted(64, "sha-256"))
                        .newest()
                        .host()
                        .hash())
                .isEqualTo(DhchapHash.SHA_256);
        HostKey.Pair both =
                service.setHostKey("a", HOST, NewHostKey.generated(true)).newest();
        assertThat(both.isBidirectional()).isTrue();
        assertThat(both.controller()).isNotEqualTo(both.host());
    }

    @Test
    void hashAndGroupAreThoseOfTheSpecification() throws Exception {
        for (DhGroup group : DhGroup.values()) {
            assertThat(service.setHostKey("a", HOST, limited("SHA-384", group.toString()))
                            .group())
                    .isEqualTo(group);
        }
        assertThat(service.hostKey("a", HOST).hash()).isEqualTo(DhchapHash.SHA_384);
        assertThat(service.rotateHostKey("a", HOST, limited(null, "null")).hash())
                .isEqualTo(DhchapHash.SHA_384);
        assertThat(service.hostKey("a", HOST).group()).isEqualTo(DhGroup.NULL);
        assertThat(refused(Reason.INVALID, () -> service.setHostKey("a", HOST, limited("none", null))))
                .isEqualTo("hash is not known; allowed are SHA-256, SHA-384, SHA-512");
        assertThat(refused(Reason.INVALID, () -> service.setHostKey("a", HOST, limited(null, "modp2048"))))
                .contains("allowed are NULL, ffdhe2048, ffdhe3072, ffdhe4096, ffdhe6144, ffdhe8192");
    }

    @Test
    void twoPairsAreValidDuringARotationAndNeverThree() throws Exception {
        String first = secret();
        String second = secret();
        String third = secret();
        service.setHostKey("a", HOST, NewHostKey.of(first, null));
        assertThat(texts(service.rotateHostKey("a", HOST, NewHostKey.of(second, null))))
                .containsExactly(second, first);
        assertThat(plane.published.getLast().hostKey("a", HOST).orElseThrow().isRotating())
                .isTrue();
        running.close();
        start();
        assertThat(texts(service.rotateHostKey("a", HOST, NewHostKey.of(third, null))))
                .containsExactly(third, second);
        assertThat(texts(service.finishRotation("a", HOST))).containsExactly(third);
        long revision = service.state().revision();
        assertThat(texts(service.finishRotation("a", HOST))).containsExactly(third);
        assertThat(service.state().revision()).as("nothing to finish").isEqualTo(revision);
        assertThat(texts(service.rotateHostKey("a", HOST, NewHostKey.of(first, null))))
                .containsExactly(first, third);
        assertThat(texts(service.setHostKey("a", HOST, NewHostKey.of(second, null))))
                .as("setting a key ends a rotation")
                .containsExactly(second);
    }

    @Test
    void aRotationDoesNotEndTheOtherDirectionUnnoticed() throws Exception {
        service.setHostKey("a", HOST, NewHostKey.generated(true));
        assertThat(service.rotateHostKey("a", HOST, wanted(null, null)).newest().isBidirectional())
                .isTrue();
        assertThat(refused(Reason.INVALID, () -> service.rotateHostKey("a", HOST, NewHostKey.of(secret(), null))))
                .contains("controllerSecret is needed");
        assertThat(service.rotateHostKey("a", HOST, NewHostKey.generated(false)).pairs())
                .extracting(HostKey.Pair::isBidirectional)
                .containsExactly(false, true);
        assertThat(service.rotateHostKey("a", HOST, NewHostKey.of(secret(), secret()))
                        .newest()
                        .isBidirectional())
                .isTrue();
    }

    @Test
    void refusesWhatIsNotAllowedWithoutRepeatingIt() throws Exception {
        String good = secret();
        service.setHostKey("a", HOST, NewHostKey.of(good, null));
        String damaged = good.substring(0, 12) + (good.charAt(12) == 'A' ? 'B' : 'A') + good.substring(13);
        List<String> messages = new ArrayList<>();
        for (String bad : List.of(
                "", "x", damaged, good + "x", " " + good, good.replace("DHHC", "DHHD"), good.replace(":01:", ":04:"))) {
            messages.add(refused(Reason.INVALID, () -> service.setHostKey("a", HOST, NewHostKey.of(bad, null))));
            messages.add(refused(Reason.INVALID, () -> service.setHostKey("a", HOST, NewHostKey.of(good, bad))));
            messages.add(refused(Reason.INVALID, () -> service.rotateHostKey("a", HOST, NewHostKey.of(bad, null))));
        }
        assertThat(messages.get(6)).contains("secret: the checksum of the key does not match");
        messages.add(refused(Reason.INVALID, () -> service.setHostKey("a", HOST, NewHostKey.of(good, good))));
        messages.add(refused(Reason.INVALID, () -> service.rotateHostKey("a", HOST, NewHostKey.of(good, null))));
        messages.add(refused(
                Reason.INVALID,
                () -> service.setHostKey("a", HOST, new NewHostKey(true, good, null, null, null, null, null, null))));
        messages.add(refused(
                Reason.INVALID,
                () -> service.setHostKey("a", HOST, new NewHostKey(true, null, good, null, null, null, null, null))));
        messages.add(refused(
                Reason.INVALID,
                () -> service.setHostKey("a", HOST, new NewHostKey(null, good, good, null, null, false, null, null))));
        messages.add(refused(
                Reason.INVALID,
                () -> service.setHostKey("a", HOST, new NewHostKey(null, good, null, 32, null, null, null, null))));
        messages.add(refused(
                Reason.INVALID,
                () -> service.setHostKey("a", HOST, new NewHostKey(null, good, null, null, null, true, null, null))));
        messages.add(refused(Reason.INVALID, () -> service.setHostKey("a", HOST, limited(good, null))));
        messages.add(refused(Reason.INVALID, () -> service.setHostKey("a", HOST, limited(null, good))));
        messages.add(refused(Reason.INVALID, () -> service.setHostKey("a", HOST, wanted(null, good))));
        messages.add(refused(Reason.INVALID, () -> service.setHostKey("a", good, wanted(null, null))));
        messages.add(refused(Reason.NOT_FOUND, () -> service.removeHostKey("a", good)));
        assertThat(messages)
                .allSatisfy(message -> assertThat(message)
                        .doesNotContain(good.substring(10, 40))
                        .doesNotContain(damaged.substring(10, 40)));
        for (int length : new int[] {0, 31, 33, 128, -32}) {
            assertThat(refused(Reason.INVALID, () -> service.setHostKey("a", HOST, wanted(length, null))))
                    .contains("length is " + length + "; allowed are 32, 48 and 64");
        }
        assertThat(refused(
                        Reason.INVALID,
                        () -> service.setHostKey(
                                "a", HOST, new NewHostKey(false, null, null, null, null, null, null, null))))
                .contains("no secret is given");
        assertThat(refused(Reason.INVALID, () -> service.setHostKey("a", "a host", NewHostKey.generated(false))))
                .contains("no NQN");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        NewHostKey wanted = NewHostKey.generated(false);
        assertThat(refused(Reason.NOT_FOUND, () -> service.hostKey("a", HOST)))
                .isEqualTo("the host " + HOST + " has no key at virtual function a");
        refused(Reason.NOT_FOUND, () -> service.rotateHostKey("a", HOST, wanted));
        refused(Reason.NOT_FOUND, () -> service.finishRotation("a", HOST));
        refused(Reason.NOT_FOUND, () -> service.removeHostKey("a", HOST));
        assertThat(refused(Reason.NOT_FOUND, () -> service.setHostKey("b", HOST, wanted)))
                .contains("virtual function 'b'");
    }

    @Test
    void keysGoWithTheirVirtualFunction() throws Exception {
        service.createVf(NewVirtualFunction.named("b"));
        service.setHostKey("a", HOST, NewHostKey.generated(false));
        HostKey other = service.setHostKey("b", HOST, NewHostKey.generated(false));
        service.deleteVf("a", Disposal.REFUSE);
        assertThat(service.state().hostKeys()).containsExactly(other);
        service.createVf(NewVirtualFunction.named("a"));
        assertThat(service.state().hostKeys("a")).isEmpty();
        service.removeHostKey("b", HOST);
        assertThat(plane.published.getLast().hostKeys()).isEmpty();
    }

    @Test
    void keysOfAVirtualFunctionAreBounded() throws Exception {
        TargetState full = service.state();
        StateChange change = new StateChange(full);
        HostKey one = service.setHostKey("a", HOST, NewHostKey.generated(false));
        for (int i = 0; i < KeyRules.MAX_KEYS; i++) {
            change.put(new HostKey("a", "nqn.2020-01.com.example:" + i, one.pairs(), null, null));
        }
        TargetState state = change.next();
        HostKeys keys = new HostKeys();
        assertThat(catchThrowableOfType(
                        ControlException.class, () -> keys.made(state, "a", HOST, NewHostKey.generated(false))))
                .hasMessageContaining("has keys of 1024 hosts, which is the most");
        assertThat(keys.made(state, "a", "nqn.2020-01.com.example:7", NewHostKey.generated(false))
                        .isRotating())
                .isFalse();
    }

    @Test
    void theAuditLogSaysWhoseKeyAndNeverTheKey() throws Exception {
        service.setHostKey("a", HOST, NewHostKey.generated(true));
        service.rotateHostKey("a", HOST, NewHostKey.generated(false));
        service.finishRotation("a", HOST);
        service.finishRotation("a", HOST);
        service.removeHostKey("a", HOST);
        List<AuditEntry> entries = running.audit().entries(0, 100).stream()
                .filter(entry -> entry.type().startsWith("host-key"))
                .toList();
        assertThat(entries)
                .extracting(AuditEntry::type)
                .containsExactly("host-key-set", "host-key-rotated", "host-key-rotation-finished", "host-key-removed");
        assertThat(entries.getFirst().fields())
                .isEqualTo(Map.of("vf", "a", "host", HOST, "bidirectional", "true", "who", Map.of("kind", "system")));
        assertThat(entries.getLast().fields())
                .isEqualTo(Map.of("vf", "a", "host", HOST, "who", Map.of("kind", "system")));
    }

    @Test
    void aKeyThatTheAuditLogMissesIsInTheLogWithoutItsSecrets() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(TargetService.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            running.audit().close();
            service.setHostKey("a", HOST, NewHostKey.generated(false));
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).hasSize(1);
        assertThat(log.list.getFirst().getFormattedMessage())
                .contains("host-key-set", HOST)
                .doesNotContain("DHHC");
    }

    @Test
    void authenticationIsRequiredWhenToldSo() throws Exception {
        assertThat(service.vf("a").access().requireAuthentication()).isFalse();
        VirtualFunctionChange require = new VirtualFunctionChange(
                null, AccessChange.requireAuthentication(true), null, null, null, null, null, null);
        assertThat(service.updateVf("a", require).access().requireAuthentication())
                .isTrue();
        assertThat(service.updateVf("a", allowing(true)).access().requireAuthentication())
                .isTrue();
        assertThat(service.offlineVf("a").access().requireAuthentication()).isTrue();
        assertThat(service.assignQueues("a", 2).access().requireAuthentication())
                .isTrue();
        running.close();
        start();
        assertThat(plane.published.getLast().vf("a").orElseThrow().access().requireAuthentication())
                .isTrue();
        assertThat(service.createVf(new NewVirtualFunction(
                                "b",
                                null,
                                null,
                                null,
                                AccessChange.requireAuthentication(true),
                                null,
                                null,
                                null,
                                null,
                                null,
                                null))
                        .access()
                        .requireAuthentication())
                .isTrue();
    }
}
