package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.TlsPskInterchange;
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

/** PSKs of hosts through the service, and keys of both kinds at what is no virtual function. */
class TlsKeyServiceTest extends ServiceTest {
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

    private static String psk(int length, @Nullable DhchapHash hash) {
        return TlsPskInterchange.generate(RANDOM, length, hash).text();
    }

    private static String psk() {
        return psk(32, DhchapHash.SHA_256);
    }

    private static NewTlsKey wanted(@Nullable Integer length, @Nullable String keyHash) {
        return new NewTlsKey(true, null, length, keyHash);
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
    void everyInterchangeKeyIsTakenPublishedAndSurvivesARestart() throws Exception {
        for (int length : new int[] {32, 48}) {
            for (DhchapHash hash : new @Nullable DhchapHash[] {null, DhchapHash.SHA_256, DhchapHash.SHA_384}) {
                String text = psk(length, hash);
                TlsKey key = service.setTlsKey("a", HOST, NewTlsKey.of(text));
                assertThat(key.psks()).containsExactly(TlsPskInterchange.parse(text));
                assertThat(plane.published.getLast().tlsKey("a", HOST)).contains(key);
                running.close();
                start();
                assertThat(service.tlsKey("a", HOST)).isEqualTo(key);
                assertThat(plane.published.getLast().tlsKey("a", HOST)).contains(key);
            }
        }
    }

    @Test
    void theTargetMakesPsksAsItIsTold() throws Exception {
        record Case(
                @Nullable Integer length,
                @Nullable String keyHash,
                int expected,
                @Nullable DhchapHash hash) {}
        for (Case c : List.of(
                new Case(null, null, 32, DhchapHash.SHA_256),
                new Case(48, null, 48, DhchapHash.SHA_384),
                new Case(null, "sha-384", 48, DhchapHash.SHA_384),
                new Case(32, "SHA-384", 32, DhchapHash.SHA_384),
                new Case(48, "NONE", 48, null),
                new Case(null, "none", 32, null))) {
            TlsPskInterchange made = service.setTlsKey("a", HOST, wanted(c.length(), c.keyHash()))
                    .newest();
            assertThat(made.length()).as(c.toString()).isEqualTo(c.expected());
            assertThat(made.hash()).as(c.toString()).isEqualTo(c.hash());
        }
        assertThat(service.setTlsKey("a", HOST, NewTlsKey.generated()))
                .isNotEqualTo(service.setTlsKey("a", HOST, NewTlsKey.generated()));
        for (int length : new int[] {0, 31, 64, -32}) {
            assertThat(refused(Reason.INVALID, () -> service.setTlsKey("a", HOST, wanted(length, null))))
                    .isEqualTo("length is " + length + "; allowed are 32 and 48 bytes");
        }
        assertThat(refused(Reason.INVALID, () -> service.setTlsKey("a", HOST, wanted(null, "SHA-512"))))
                .isEqualTo("keyHash is not known; allowed are SHA-256, SHA-384, none");
    }

    @Test
    void twoPsksAreValidDuringARotationAndNeverThreeOrTheSameTwice() throws Exception {
        List<String> texts = List.of(psk(), psk(48, null), psk());
        service.setTlsKey("a", HOST, NewTlsKey.of(texts.get(0)));
        assertThat(texts(service.rotateTlsKey("a", HOST, NewTlsKey.of(texts.get(1)))))
                .containsExactly(texts.get(1), texts.get(0));
        for (String valid : texts.subList(0, 2)) {
            assertThat(refused(Reason.INVALID, () -> service.rotateTlsKey("a", HOST, NewTlsKey.of(valid))))
                    .contains("the host has already");
        }
        assertThat(texts(service.rotateTlsKey("a", HOST, NewTlsKey.of(texts.get(2)))))
                .containsExactly(texts.get(2), texts.get(1));
        running.close();
        start();
        assertThat(texts(service.finishTlsRotation("a", HOST))).containsExactly(texts.get(2));
        long revision = service.state().revision();
        assertThat(texts(service.finishTlsRotation("a", HOST))).containsExactly(texts.get(2));
        assertThat(service.state().revision()).as("nothing to finish").isEqualTo(revision);
        // What another host has at the same subsystem is no business of this one.
        service.setTlsKey("a", HOST + "2", NewTlsKey.of(texts.get(2)));
    }

    private static List<String> texts(TlsKey key) {
        return key.psks().stream().map(TlsPskInterchange::text).toList();
    }

    @Test
    void refusesWhatIsNotAllowedWithoutRepeatingIt() throws Exception {
        String good = psk();
        service.setTlsKey("a", HOST, NewTlsKey.of(good));
        String damaged = good.substring(0, 18) + (good.charAt(18) == 'A' ? 'B' : 'A') + good.substring(19);
        List<String> messages = new ArrayList<>();
        for (String bad : List.of(
                "", "x", damaged, good + "x", " " + good, good.replace("NVMe", "NVMF"), good.replace(":01:", ":03:"))) {
            messages.add(refused(Reason.INVALID, () -> service.setTlsKey("a", HOST, NewTlsKey.of(bad))));
            messages.add(refused(Reason.INVALID, () -> service.rotateTlsKey("a", HOST, NewTlsKey.of(bad))));
        }
        messages.add(
                refused(Reason.INVALID, () -> service.setTlsKey("a", HOST, new NewTlsKey(true, good, null, null))));
        messages.add(refused(Reason.INVALID, () -> service.setTlsKey("a", HOST, new NewTlsKey(null, good, 32, null))));
        messages.add(
                refused(Reason.INVALID, () -> service.setTlsKey("a", HOST, new NewTlsKey(null, good, null, "none"))));
        messages.add(refused(Reason.INVALID, () -> service.setTlsKey("a", HOST, wanted(null, good))));
        messages.add(refused(Reason.INVALID, () -> service.setTlsKey("a", good, NewTlsKey.generated())));
        messages.add(refused(Reason.INVALID, () -> service.setTlsKey("a", "a host", NewTlsKey.generated())));
        messages.add(refused(Reason.INVALID, () -> service.setTlsKey("a", HOST, wanted(false))));
        messages.add(refused(Reason.NOT_FOUND, () -> service.removeTlsKey("a", good)));
        assertThat(messages)
                .allSatisfy(message -> assertThat(message)
                        .doesNotContain(good.substring(16, 40))
                        .doesNotContain(damaged.substring(16, 40)));
        assertThat(NewTlsKey.of(good).toString()).isEqualTo("NewTlsKey");
        assertThat(service.tlsKey("a", HOST).toString()).doesNotContain(good.substring(16, 40));
        assertThat(texts(service.tlsKey("a", HOST))).containsExactly(good);
    }

    private static NewTlsKey wanted(boolean generate) {
        return new NewTlsKey(generate, null, null, null);
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        service.setHostKey("a", HOST, NewHostKey.generated(false));
        assertThat(refused(Reason.NOT_FOUND, () -> service.tlsKey("a", HOST)))
                .isEqualTo("the host " + HOST + " has no TLS key at virtual function a");
        refused(Reason.NOT_FOUND, () -> service.rotateTlsKey("a", HOST, NewTlsKey.generated()));
        refused(Reason.NOT_FOUND, () -> service.finishTlsRotation("a", HOST));
        refused(Reason.NOT_FOUND, () -> service.removeTlsKey("a", HOST));
        assertThat(refused(Reason.NOT_FOUND, () -> service.setTlsKey("b", HOST, NewTlsKey.generated())))
                .contains("virtual function 'b'");
        assertThat(refused(Reason.NOT_FOUND, () -> service.tlsKey(HostKey.DISCOVERY, HOST)))
                .endsWith("has no TLS key at the discovery service");
    }

    @Test
    void physicalFunctionAndDiscoveryHaveKeysOfBothKindsOfTheirOwn() throws Exception {
        for (String subsystem : List.of(HostKey.PF, HostKey.DISCOVERY)) {
            HostKey key = service.setHostKey(subsystem, HOST, NewHostKey.generated(true));
            TlsKey tls = service.setTlsKey(subsystem, HOST, NewTlsKey.generated());
            assertThat(service.state().hostKeys(subsystem)).containsExactly(key);
            assertThat(service.state().tlsKeys(subsystem)).containsExactly(tls);
            assertThat(service.rotateHostKey(subsystem, HOST, NewHostKey.generated(false))
                            .isRotating())
                    .isTrue();
            assertThat(service.rotateTlsKey(subsystem, HOST, NewTlsKey.generated())
                            .isRotating())
                    .isTrue();
        }
        service.deleteVf("a", Disposal.REFUSE);
        running.close();
        start();
        for (String subsystem : List.of(HostKey.PF, HostKey.DISCOVERY)) {
            assertThat(service.finishRotation(subsystem, HOST).isRotating()).isFalse();
            assertThat(service.finishTlsRotation(subsystem, HOST).isRotating()).isFalse();
            service.removeHostKey(subsystem, HOST);
            service.removeTlsKey(subsystem, HOST);
        }
        assertThat(plane.published.getLast().hostKeys()).isEmpty();
        assertThat(plane.published.getLast().tlsKeys()).isEmpty();
    }

    @Test
    void tlsKeysGoWithTheirVirtualFunction() throws Exception {
        service.createVf(NewVirtualFunction.named("b"));
        service.setTlsKey("a", HOST, NewTlsKey.generated());
        TlsKey other = service.setTlsKey("b", HOST, NewTlsKey.generated());
        service.deleteVf("a", Disposal.REFUSE);
        assertThat(service.state().tlsKeys()).containsExactly(other);
        service.createVf(NewVirtualFunction.named("a"));
        assertThat(service.state().tlsKeys("a")).isEmpty();
    }

    @Test
    void tlsKeysOfASubsystemAreBounded() throws Exception {
        TlsKey one = service.setTlsKey("a", HOST, NewTlsKey.generated());
        StateChange change = new StateChange(service.state());
        for (int i = 1; i < KeyRules.MAX_KEYS; i++) {
            change.put(new TlsKey("a", "nqn.2020-01.com.example:" + i, one.psks()));
        }
        TargetState full = change.next();
        TlsKeys keys = new TlsKeys();
        assertThat(catchThrowableOfType(
                        ControlException.class,
                        () -> keys.made(full, "a", "nqn.2020-01.com.example:more", NewTlsKey.generated())))
                .hasMessageContaining("has TLS keys of 1024 hosts, which is the most");
        assertThat(keys.made(full, "a", HOST, NewTlsKey.generated()).isRotating())
                .isFalse();
        assertThat(keys.made(full, HostKey.PF, HOST, NewTlsKey.generated()).isRotating())
                .isFalse();
    }

    @Test
    void theAuditLogSaysWhoseKeyAndNeverTheKey() throws Exception {
        service.setTlsKey("a", HOST, NewTlsKey.generated());
        service.rotateTlsKey("a", HOST, NewTlsKey.generated());
        service.finishTlsRotation("a", HOST);
        service.removeTlsKey("a", HOST);
        service.setTlsKey(HostKey.PF, HOST, NewTlsKey.generated());
        List<AuditEntry> entries = running.audit().entries(0, 100).stream()
                .filter(entry -> entry.type().startsWith("tls-key"))
                .toList();
        assertThat(entries)
                .extracting(AuditEntry::type)
                .containsExactly(
                        "tls-key-set",
                        "tls-key-rotated",
                        "tls-key-rotation-finished",
                        "tls-key-removed",
                        "tls-key-set");
        assertThat(entries.getFirst().fields())
                .isEqualTo(Map.of("vf", "a", "host", HOST, "who", Map.of("kind", "system")));
        assertThat(entries.getLast().fields())
                .isEqualTo(Map.of("subsystem", "@pf", "host", HOST, "who", Map.of("kind", "system")));
    }
}
