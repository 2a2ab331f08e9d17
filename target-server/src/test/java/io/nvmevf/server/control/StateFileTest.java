package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nvmevf.protocol.auth.DhGroup;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.qos.Share;
import io.nvmevf.server.wipe.Verification;
import io.nvmevf.server.wipe.WipeMethod;
import io.nvmevf.server.wipe.WipePlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    @TempDir
    Path directory;

    private static TargetState oneVf() throws ControlException {
        TargetState empty = TargetState.empty(UUID.randomUUID());
        VirtualFunction vf = VfRules.create(empty, TestService.PF, NewVirtualFunction.named("vf1"))
                .requiringAuthentication(true);
        Namespace ns = Namespace.available("ns-1", "data", 1L << 40, 512, false)
                .attachedTo(vf, 1)
                .protectedFromWrites(true);
        WipePlan plan = new WipePlan(WipeMethod.OVERWRITE, 3, 0xA5A5A5A5, true, Verification.FULL, -7);
        Operation op = new Operation(
                "op-1", Purpose.RELEASE, "ns-2", null, plan, OperationState.RUNNING, null, 1_000_000_000_000L, 0);
        Namespace wiping = Namespace.available("ns-2", "ns-2", 4096, 4096, true)
                .attachedTo(vf, 2)
                .erasing(new Erasure("op-1", plan, Purpose.RELEASE, null, 4096));
        return new TargetState(
                empty.uuid(),
                5,
                2,
                3,
                2,
                List.of(vf),
                List.of(ns, wiping),
                List.of(op),
                List.of("ns-9"),
                List.of(new TargetState.Resizing("ns-1", 4096)),
                List.of(new QosProfile(
                        "silver",
                        Limits.NONE
                                .withTotalIops(Limit.withCredits(300, 3000, 5_400_000))
                                .withShare(new Share(50, 200)))),
                List.of(new TenantLimits("acme", Limits.NONE.withReadBytes(Limit.of(5, 6)))),
                new Capacity(100_000, 50_000, 1L << 30, 1L << 29),
                List.of(
                        new HostKey(
                                "vf1",
                                "nqn.2014-08.org.nvmexpress:uuid:1",
                                List.of(new HostKey.Pair(secret(64), secret(32)), new HostKey.Pair(secret(48), null)),
                                DhchapHash.SHA_384,
                                DhGroup.FFDHE4096),
                        new HostKey(
                                "vf1",
                                "nqn.2014-08.org.nvmexpress:uuid:2",
                                List.of(new HostKey.Pair(secret(32), null)),
                                null,
                                null)),
                List.of(
                        new TlsKey("vf1", "nqn.2014-08.org.nvmexpress:uuid:1", List.of(psk(32), psk(48))),
                        new TlsKey(HostKey.PF, "nqn.2014-08.org.nvmexpress:uuid:1", List.of(psk(48))),
                        new TlsKey(HostKey.DISCOVERY, "nqn.2014-08.org.nvmexpress:uuid:1", List.of(psk(32)))),
                List.of(token("1", "ab", Instant.parse("2027-01-01T00:00:00Z")), token("2", "cd", null)));
    }

    private static DhchapSecret secret(int length) {
        return DhchapSecret.generate(new SecureRandom(), length, length == 32 ? null : DhchapHash.SHA_512);
    }

    private static TlsPskInterchange psk(int length) {
        return TlsPskInterchange.generate(new SecureRandom(), length, length == 32 ? null : DhchapHash.SHA_384);
    }

    private static ApiToken token(String id, String byteOfHash, @Nullable Instant expires) {
        return new ApiToken(
                id, "web", Role.READ_ONLY, byteOfHash.repeat(32), Instant.parse("2026-11-23T08:00:00.5Z"), expires);
    }

    private Path file() {
        return directory.resolve(StateFile.NAME);
    }

    @Test
    void readsBackWhatWasSaved() throws Exception {
        TargetState state = oneVf();
        try (StateFile file = StateFile.open(directory)) {
            file.save(state);
        }
        try (StateFile file = StateFile.open(directory)) {
            assertThat(file.state()).isEqualTo(state);
        }
    }

    @Test
    void isReadableByItsOwnerOnly() throws Exception {
        try (StateFile file = StateFile.open(directory)) {
            file.save(oneVf());
        }
        assertThat(Files.getPosixFilePermissions(file()).toString()).doesNotContain("GROUP", "OTHERS");
    }

    @Test
    void isOpenToNobodyElseAtAnyTime() throws Exception {
        Path temporary = directory.resolve(StateFile.TEMPORARY);
        List<String> seen = new ArrayList<>();
        StateFile.Hook hook = step -> {
            Path there = Files.exists(temporary) ? temporary : file();
            seen.add(step + " " + PosixFilePermissions.toString(Files.getPosixFilePermissions(there)));
        };
        // What a crash may have left, with a reader that has it open.
        Files.writeString(temporary, "old");
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-rw-rw-"));
        try (FileChannel reader = FileChannel.open(temporary, StandardOpenOption.READ);
                StateFile file = StateFile.open(directory, hook)) {
            file.save(oneVf());
            assertThat(reader.size()).isEqualTo(3);
        }
        assertThat(seen)
                .containsExactly(
                        "WRITTEN rw-------", "SYNCED rw-------", "RENAMED rw-------", "DIRECTORY_SYNCED rw-------");
    }

    @Test
    void refusesSecretsThatOthersMayRead() throws Exception {
        TargetState state = oneVf();
        try (StateFile file = StateFile.open(directory)) {
            file.save(state);
        }
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> StateFile.open(directory))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("(rw-r-----); run: chmod 600 " + file())
                .hasMessageNotContaining("damaged");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("r--------"));
        try (StateFile file = StateFile.open(directory)) {
            StateChange without = new StateChange(state);
            without.hostKeys.clear();
            without.tlsKeys.clear();
            file.save(without.next());
        }
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        StateFile.open(directory).close();
    }

    @Test
    void quotesNothingOfADamagedFile() throws Exception {
        TargetState state = oneVf();
        try (StateFile file = StateFile.open(directory)) {
            file.save(state);
        }
        String good = Files.readString(file());
        String secret = state.hostKeys().getFirst().newest().host().text();
        String middle = secret.substring(10, 60);
        List<String> damaged = List.of(
                good.replace("\"" + secret + "\"", secret),
                good.replace("\"" + secret + "\"", middle),
                good.replace("\"" + secret, middle),
                good.replace(secret, "x"),
                withChecksum(good.replace(secret, secret.replace(":03:", ":02:").substring(0, secret.length() - 3))),
                withChecksum(good.replace("\"SHA_384\"", "\"" + middle + "\"")),
                withChecksum(good.replace("\"group\" : \"FFDHE4096\"", "\"group\" : [\"" + middle + "\"]")),
                withChecksum(good.replace("\"nextVf\" : 2", "\"nextVf\" : \"" + middle + "\"")));
        for (String text : damaged) {
            assertThat(text).isNotEqualTo(good);
            Files.writeString(file(), text);
            ControlException e = catchThrowableOfType(ControlException.class, () -> StateFile.open(directory));
            assertThat(e).hasMessageContaining("is damaged");
            StringWriter all = new StringWriter();
            e.printStackTrace(new PrintWriter(all));
            assertThat(all.toString()).doesNotContain(middle, middle.substring(10, 30));
        }
        Files.writeString(file(), withChecksum(good.replace("\"FFDHE4096\"", "\"FFDHE1\"")));
        assertThatThrownBy(() -> StateFile.open(directory))
                .hasMessageContaining("(hostKeys[0].group is not what it can be)");
        Files.writeString(file(), good.replace("\"revision\"", "revision"));
        assertThatThrownBy(() -> StateFile.open(directory)).hasMessageContaining("no valid JSON in line ");
    }

    /** As if it had been written so. */
    private static String withChecksum(String text) throws IOException {
        JsonNode root = new ObjectMapper().readTree(text);
        CRC32C crc = new CRC32C();
        crc.update(root.path("state").toString().getBytes(StandardCharsets.UTF_8));
        return text.replaceFirst("\"crc32c\" : \"[0-9a-f]*\"", "\"crc32c\" : \"%08x\"".formatted(crc.getValue()));
    }

    @Test
    void refusesKeysThatContradictEachOther() throws Exception {
        HostKey key = oneVf().hostKeys().getLast();
        keysRefused("two keys: nqn.2014-08.org.nvmexpress:uuid:2", key, key);
        keysRefused("the bad NQN 'x'", new HostKey("vf1", "x", key.pairs(), null, null));
        keysRefused("unknown virtual function vf2", new HostKey("vf2", key.hostNqn(), key.pairs(), null, null));
        assertThatThrownBy(() -> key.with(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> key.with(List.of(key.newest(), key.newest(), key.newest())))
                .hasMessage("a host has 1 or 2 pairs of secrets, not 3");
    }

    @Test
    void refusesTlsKeysThatContradictEachOther() throws Exception {
        TlsKey key = oneVf().tlsKeys().getFirst();
        refused("two TLS keys: " + key.hostNqn(), change -> change.tlsKeys.add(key.with(List.of(psk(32)))));
        refused("the bad NQN 'x'", change -> change.tlsKeys.add(new TlsKey("vf1", "x", key.psks())));
        refused(
                "unknown virtual function vf2",
                change -> change.tlsKeys.add(new TlsKey("vf2", key.hostNqn(), key.psks())));
        refused("a PSK twice", change -> change.tlsKeys.set(0, key.with(List.of(key.newest(), key.newest()))));
        assertThatThrownBy(() -> key.with(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> key.with(List.of(psk(32), psk(32), psk(32))))
                .hasMessage("a host has 1 or 2 PSKs, not 3");
    }

    @Test
    void refusesTokensThatContradictEachOther() throws Exception {
        refused("two API tokens have the id 1", change -> change.apiTokens.add(token("1", "ef", null)));
        refused("API token 3 is there twice", change -> change.apiTokens.add(token("3", "ab", null)));
        refused("API token 3 has no hash", change -> change.apiTokens.add(token("3", "AB", null)));
    }

    private void keysRefused(String why, HostKey... keys) throws Exception {
        refused(why, change -> {
            change.hostKeys.clear();
            change.hostKeys.addAll(List.of(keys));
        });
    }

    private void refused(String why, Consumer<StateChange> mistake) throws Exception {
        StateChange change = new StateChange(oneVf());
        mistake.accept(change);
        try (StateFile file = StateFile.open(directory)) {
            file.save(change.next());
        }
        assertThatThrownBy(() -> StateFile.open(directory)).hasMessageContaining(why);
        Files.delete(file());
    }

    @Test
    void refusesADirectoryThatIsInUse() throws Exception {
        try (StateFile first = StateFile.open(directory)) {
            assertThat(first.state().vfs()).isEmpty();
            assertThatThrownBy(() -> StateFile.open(directory))
                    .isInstanceOf(ControlException.class)
                    .hasMessageContaining("used by another target");
        }
        StateFile.open(directory).close();
    }

    @Test
    void refusesEveryDamageAndLeavesTheFileAlone() throws Exception {
        try (StateFile file = StateFile.open(directory)) {
            file.save(oneVf());
        }
        String good = Files.readString(file());
        List<String> damaged = List.of(
                "",
                "{}",
                "null",
                good.substring(0, good.length() / 2),
                good.replace("\"bytes\" : 1099511627776", "\"bytes\" : 1099511631872"),
                good.replace("\"formatVersion\" : 4", "\"formatVersion\" : 0"),
                good + "x");
        for (String text : damaged) {
            assertThat(text).isNotEqualTo(good);
            Files.writeString(file(), text);
            assertThatThrownBy(() -> StateFile.open(directory))
                    .as(text)
                    .isInstanceOf(ControlException.class)
                    .hasMessageContaining("is damaged");
            assertThat(Files.readString(file())).isEqualTo(text);
        }
        // The lock was given back each time.
        Files.writeString(file(), good);
        StateFile.open(directory).close();
    }

    @Test
    void refusesANewerFormat() throws Exception {
        Files.writeString(file(), "{\"formatVersion\": 5, \"unheard\": []}");
        assertThatThrownBy(() -> StateFile.open(directory))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("format version 5, this nvmevf knows up to 4");
    }

    @Test
    void readsWhatTheFirstFormatKept() throws Exception {
        String state = """
                {"uuid":"6f1c5a3e-7a56-4f0e-9c0e-0f4f6a1f2b3c","revision":7,"nextVf":3,"nextNamespace":5,\
                "vfs":[{"number":2,"name":"vf2","nqn":"nqn.2026-01.io.nvmevf:x","serial":"S","allowedHosts":["nqn.2014-08.org:h"],\
                "allowAnyHost":false,"ioQueues":8,"queueDepth":128}],\
                "namespaces":[{"id":"ns-4","vf":"vf2","nsid":3,"bytes":8192,"lbaSize":512,\
                "uuid":"0b6c9e0a-1111-4222-8333-444455556666","writeProtected":true}],\
                "deleting":["ns-1"],"resizing":[]}""";
        CRC32C crc = new CRC32C();
        crc.update(state.getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                file(), "{\"formatVersion\":1,\"crc32c\":\"%08x\",\"state\":%s}".formatted(crc.getValue(), state));
        try (StateFile file = StateFile.open(directory)) {
            VirtualFunction vf = file.state().vf("vf2").orElseThrow();
            assertThat(vf.tenant()).isEqualTo("vf2");
            assertThat(vf.isOnline()).isTrue();
            Namespace ns = file.state().namespace("ns-4").orElseThrow();
            assertThat(ns.state()).isEqualTo(NamespaceState.ATTACHED);
            assertThat(ns.owner()).isEqualTo("vf2");
            assertThat(ns.writeProtected()).isTrue();
            assertThat(file.state().nextOperation()).isEqualTo(1);
            file.state().check();
            file.save(file.state());
        }
        assertThat(Files.readString(file())).contains("\"formatVersion\" : 4");
    }

    @Test
    void readsWhatTheSecondFormatKept() throws Exception {
        String state = """
                {"uuid":"6f1c5a3e-7a56-4f0e-9c0e-0f4f6a1f2b3c","revision":7,"nextVf":3,"nextNamespace":5,"nextOperation":9,\
                "vfs":[{"number":2,"name":"vf2","tenant":"acme","nqn":"nqn.2026-01.io.nvmevf:x","serial":"S","allowedHosts":[],\
                "allowAnyHost":true,"ports":[2],"ioQueues":8,"queueDepth":128,"state":"OFFLINE","sanitize":null}],\
                "namespaces":[],"operations":[],"deleting":["ns-1"],"resizing":[]}""";
        CRC32C crc = new CRC32C();
        crc.update(state.getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                file(), "{\"formatVersion\":2,\"crc32c\":\"%08x\",\"state\":%s}".formatted(crc.getValue(), state));
        try (StateFile file = StateFile.open(directory)) {
            VirtualFunction vf = file.state().vf("vf2").orElseThrow();
            assertThat(vf.profile()).isNull();
            assertThat(vf.limits()).isNull();
            assertThat(file.state().limitsOf(vf)).isEqualTo(Limits.NONE);
            assertThat(vf.queueDepth()).isEqualTo(128);
            assertThat(file.state().tenantLimits("acme")).isEqualTo(Limits.NONE);
            assertThat(file.state().profiles()).isEmpty();
            file.save(file.state());
        }
        assertThat(Files.readString(file())).contains("\"formatVersion\" : 4");
        StateFile.open(directory).close();
    }

    @Test
    void readsWhatTheThirdFormatKeptBeforeThereWasACapacity() throws Exception {
        String state = """
                {"uuid":"6f1c5a3e-7a56-4f0e-9c0e-0f4f6a1f2b3c","revision":7,"nextVf":3,"nextNamespace":5,"nextOperation":9,\
                "vfs":[{"number":2,"name":"vf2","tenant":"acme","nqn":"nqn.2026-01.io.nvmevf:x","serial":"S","allowedHosts":[],\
                "allowAnyHost":true,"ports":[2],"ioQueues":8,"queueDepth":128,"state":"OFFLINE","sanitize":null,"profile":null,\
                "limits":LIMITS}],"namespaces":[],"operations":[],"deleting":[],"resizing":[],\
                "profiles":[{"name":"silver","limits":LIMITS}],"tenants":[{"tenant":"acme","limits":LIMITS}]}""".replace(
                        "LIMITS",
                        "{\"readIops\":null,\"writeIops\":null,\"totalIops\":{\"rate\":5000,\"burst\":101,\"burstRate\":0,\"credits\":0},"
                                + "\"readBytes\":null,\"writeBytes\":null,\"totalBytes\":null}");
        CRC32C crc = new CRC32C();
        crc.update(state.getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                file(), "{\"formatVersion\":3,\"crc32c\":\"%08x\",\"state\":%s}".formatted(crc.getValue(), state));
        Limits limits = Limits.NONE.withTotalIops(Limit.of(5000));
        TargetState read;
        try (StateFile file = StateFile.open(directory)) {
            read = file.state();
            assertThat(read.capacity()).isNull();
            assertThat(read.hostKeys()).isEmpty();
            assertThat(read.vf("vf2").orElseThrow().access().requireAuthentication())
                    .isFalse();
            assertThat(read.vf("vf2").orElseThrow().limits()).isEqualTo(limits);
            assertThat(read.profiles()).containsExactly(new QosProfile("silver", limits));
            assertThat(read.tenantLimits("acme")).isEqualTo(limits);
            file.save(read);
        }
        try (StateFile file = StateFile.open(directory)) {
            assertThat(file.state()).isEqualTo(read);
        }
    }

    @Test
    void readsWhatTheThirdFormatKeptBeforeThereWasTls() throws Exception {
        DhchapSecret secret = secret(32);
        String host = "nqn.2014-08.org.nvmexpress:uuid:1";
        String state = """
                {"uuid":"6f1c5a3e-7a56-4f0e-9c0e-0f4f6a1f2b3c","revision":7,"nextVf":3,"nextNamespace":5,"nextOperation":9,\
                "vfs":[{"number":2,"name":"vf2","tenant":"acme","nqn":"nqn.2026-01.io.nvmevf:x","serial":"S","allowedHosts":["HOST"],\
                "allowAnyHost":false,"requireAuthentication":true,"ports":[2],"ioQueues":8,"queueDepth":128,"state":"OFFLINE",\
                "sanitize":null,"profile":null,"limits":null}],"namespaces":[],"operations":[],"deleting":[],"resizing":[],\
                "profiles":[],"tenants":[],"capacity":null,"hostKeys":[{"vf":"vf2","hostNqn":"HOST",\
                "pairs":[{"host":"SECRET","controller":null}],"hash":null,"group":null}]}""".replace("HOST", host).replace("SECRET", secret.text());
        CRC32C crc = new CRC32C();
        crc.update(state.getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                file(), "{\"formatVersion\":3,\"crc32c\":\"%08x\",\"state\":%s}".formatted(crc.getValue(), state));
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
        TargetState read;
        try (StateFile file = StateFile.open(directory)) {
            read = file.state();
            assertThat(read.vf("vf2").orElseThrow().access())
                    .isEqualTo(new Access(
                            new TreeSet<>(List.of(host)), false, true, TlsMode.ALLOWED, DuplicateHost.ALLOW));
            assertThat(read.hostKeys())
                    .containsExactly(new HostKey("vf2", host, List.of(new HostKey.Pair(secret, null)), null, null));
            assertThat(read.tlsKeys()).isEmpty();
            assertThat(read.apiTokens()).isEmpty();
            file.save(read);
        }
        assertThat(Files.readString(file())).contains("\"formatVersion\" : 4");
        try (StateFile file = StateFile.open(directory)) {
            assertThat(file.state()).isEqualTo(read);
        }
    }

    @Test
    void refusesLimitsThatContradictEachOther() throws Exception {
        QosProfile silver = new QosProfile("silver", Limits.NONE.withTotalIops(Limit.of(5)));
        TenantLimits acme = new TenantLimits("acme", silver.limits());
        refused(vf -> vf.limitedBy("gold", null), List.of(silver), List.of(), "unknown profile");
        refused(vf -> vf.limitedBy("silver", silver.limits()), List.of(silver), List.of(), "limits of its own");
        refused(vf -> vf, List.of(silver, silver), List.of(), "two profiles are called silver");
        refused(
                vf -> vf,
                List.of(new QosProfile("gp3-like", silver.limits())),
                List.of(),
                "two profiles are called gp3-like");
        refused(vf -> vf, List.of(), List.of(acme, acme), "tenant acme has limits twice");
    }

    private void refused(
            UnaryOperator<VirtualFunction> change, List<QosProfile> profiles, List<TenantLimits> tenants, String why)
            throws Exception {
        TargetState empty = TargetState.empty(UUID.randomUUID());
        StateChange next = new StateChange(empty);
        next.vfs.add(change.apply(VfRules.create(empty, TestService.PF, NewVirtualFunction.named("vf1"))));
        next.nextVf++;
        next.profiles.addAll(profiles);
        next.tenants.addAll(tenants);
        try (StateFile file = StateFile.open(directory)) {
            file.save(next.next());
        }
        assertThatThrownBy(() -> StateFile.open(directory)).hasMessageContaining(why);
        Files.delete(file());
    }

    @Test
    void refusesAStateThatContradictsItself() throws Exception {
        TargetState state = oneVf();
        TargetState bad = new TargetState(
                state.uuid(),
                6,
                2,
                3,
                2,
                List.of(),
                state.namespaces(),
                state.operations(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of(),
                List.of());
        try (StateFile file = StateFile.open(directory)) {
            file.save(bad);
        }
        assertThatThrownBy(() -> StateFile.open(directory)).hasMessageContaining("attached to the unknown vf1");
    }

    @Test
    void tellsWhetherAFailedSaveMayHaveHappened() throws Exception {
        for (StateFile.Step failing : StateFile.Step.values()) {
            Path data = directory.resolve(failing.name());
            StateFile.Hook hook = step -> {
                if (step == failing) {
                    throw new IOException("disk");
                }
            };
            try (StateFile file = StateFile.open(data, hook)) {
                boolean uncertain = failing.compareTo(StateFile.Step.RENAMED) >= 0;
                assertThatThrownBy(() -> file.save(oneVf()))
                        .isExactlyInstanceOf(uncertain ? StateFile.UncertainException.class : IOException.class);
                assertThat(Files.exists(data.resolve(StateFile.NAME))).isEqualTo(uncertain);
            }
        }
    }
}
