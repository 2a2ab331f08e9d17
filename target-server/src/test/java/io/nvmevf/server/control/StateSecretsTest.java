package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets in the state file, encrypted: what reads them, and what is found out. */
class StateSecretsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:1";
    private static final String OTHER = "nqn.2014-08.org.nvmexpress:uuid:2";
    private static final StateSecrets.SealingKey NEW = key("0123456789abcdef");
    private static final StateSecrets.SealingKey OLD = key("fedcba9876543210");

    private static final DataPlane NO_HOSTS = new DataPlane() {
        @Override
        public void publish(TargetState next) {}

        @Override
        public void sanitizeEnded(String vf) {}
    };

    @TempDir
    Path directory;

    private static StateSecrets.SealingKey key(String id) {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return new StateSecrets.SealingKey(id, new SecretKeySpec(bytes, "AES"));
    }

    private static DhchapSecret secret() {
        return DhchapSecret.generate(RANDOM, 48, DhchapHash.SHA_384);
    }

    private static TlsPskInterchange psk() {
        return TlsPskInterchange.generate(RANDOM, 32, null);
    }

    private static TargetState state() {
        StateChange change = new StateChange(TargetState.empty(UUID.randomUUID()));
        change.put(new HostKey(
                HostKey.PF,
                HOST,
                List.of(new HostKey.Pair(secret(), secret()), new HostKey.Pair(secret(), null)),
                null,
                null));
        change.put(new HostKey(HostKey.PF, OTHER, List.of(new HostKey.Pair(secret(), null)), null, null));
        change.put(new TlsKey(HostKey.PF, HOST, List.of(psk(), psk())));
        change.put(new TlsKey(HostKey.DISCOVERY, HOST, List.of(psk())));
        return change.next();
    }

    private static List<String> texts(TargetState state) {
        List<String> all = new ArrayList<>();
        for (HostKey key : state.hostKeys()) {
            for (HostKey.Pair pair : key.pairs()) {
                all.add(pair.host().text());
                if (pair.controller() != null) {
                    all.add(pair.controller().text());
                }
            }
        }
        state.tlsKeys().forEach(key -> key.psks().forEach(psk -> all.add(psk.text())));
        assertThat(all).hasSize(7);
        return all;
    }

    private Path file() {
        return directory.resolve(StateFile.NAME);
    }

    private void save(TargetState state, StateSecrets secrets) throws Exception {
        try (StateFile file = StateFile.open(directory, secrets)) {
            file.save(state);
        }
    }

    private static StateSecrets by(StateSecrets.@Nullable SealingKey key, StateSecrets.@Nullable SealingKey previous) {
        return new StateSecrets(key, previous);
    }

    private List<String> sealed() throws Exception {
        return Pattern.compile("\"(sealed:[^\"]*)\"")
                .matcher(Files.readString(file()))
                .results()
                .map(m -> m.group(1))
                .toList();
    }

    private void isRefused(StateSecrets secrets, String... why) throws Exception {
        String before = Files.readString(file());
        assertThatThrownBy(() -> StateFile.open(directory, secrets))
                .isInstanceOf(ControlException.class)
                .hasMessageContainingAll(why);
        assertThat(Files.readString(file())).isEqualTo(before);
    }

    @Test
    void noSecretStandsInTheFileInTheClear() throws Exception {
        TargetState state = state();
        save(state, by(NEW, null));
        String file = Files.readString(file());
        assertThat(texts(state)).allSatisfy(text -> assertThat(file).doesNotContain(text.substring(14, 30)));
        assertThat(file).doesNotContain("DHHC-1:", "NVMeTLSkey-1:");
        assertThat(sealed()).hasSize(7).doesNotHaveDuplicates().allMatch(text -> text.startsWith("sealed:" + NEW.id()));
        try (StateFile read = StateFile.open(directory, by(NEW, null))) {
            assertThat(read.state()).isEqualTo(state);
            assertThat(read.isStale()).isFalse();
        }
    }

    @Test
    void theSamePlaceHoldsOtherTextForTheSameSecretOfAnotherHost() throws Exception {
        DhchapSecret same = secret();
        StateChange change = new StateChange(state());
        for (String host : List.of(HOST, OTHER)) {
            change.put(new HostKey(HostKey.DISCOVERY, host, List.of(new HostKey.Pair(same, null)), null, null));
        }
        save(change.next(), by(NEW, null));
        assertThat(sealed()).hasSize(9).doesNotHaveDuplicates();
    }

    /** So that nonces do not run out by saving. */
    @Test
    void aSecretThatStaysIsNotSealedAgain() throws Exception {
        TargetState state = state();
        save(state, by(NEW, null));
        List<String> before = sealed();
        try (StateFile file = StateFile.open(directory, by(NEW, null))) {
            StateChange change = new StateChange(file.state());
            change.tlsKeys.removeLast();
            file.save(change.next());
            assertThat(sealed()).containsExactlyElementsOf(before.subList(0, 6));
            file.save(state);
        }
        assertThat(sealed())
                .startsWith(before.subList(0, 6).toArray(String[]::new))
                .doesNotContain(before.getLast());
    }

    @Test
    void aFileInTheClearIsTakenAndEncryptedAtTheStart() throws Exception {
        TargetState state = state();
        save(state, StateSecrets.plain());
        assertThat(sealed()).isEmpty();
        try (StateFile file = StateFile.open(directory, by(NEW, null))) {
            assertThat(file.state()).isEqualTo(state);
            assertThat(file.isStale()).isTrue();
            new StateWriter(file, NO_HOSTS).renew();
            assertThat(file.isStale()).isFalse();
        }
        assertThat(sealed()).hasSize(7);
    }

    @Test
    void anEmptyStateIsNotWrittenForNothing() throws Exception {
        try (StateFile file = StateFile.open(directory, by(NEW, null))) {
            new StateWriter(file, NO_HOSTS).renew();
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void thePreviousKeyOpensWhatTheNewOneThenSeals() throws Exception {
        TargetState state = state();
        save(state, by(OLD, null));
        try (StateFile file = StateFile.open(directory, by(NEW, OLD))) {
            assertThat(file.state()).isEqualTo(state);
            assertThat(file.isStale()).isTrue();
            new StateWriter(file, NO_HOSTS).renew();
        }
        try (StateFile file = StateFile.open(directory, by(NEW, null))) {
            assertThat(file.state()).isEqualTo(state);
        }
        isRefused(by(OLD, null), NEW.id(), OLD.id());
    }

    @Test
    void withoutTheKeyOrWithAnotherNothingIsStarted() throws Exception {
        save(state(), by(OLD, null));
        isRefused(
                StateSecrets.plain(), "encrypts, and no key file is configured", "pool.encryption.key-file", OLD.id());
        isRefused(by(NEW, null), OLD.id(), "the one that is configured is " + NEW.id(), "previous-key-file");
        // One with the right name, which is not the right one.
        isRefused(by(key(OLD.id()), null), "cannot be decrypted");
    }

    @Test
    void whatWasChangedOrMovedIsFoundOut() throws Exception {
        save(state(), by(NEW, null));
        String good = Files.readString(file());
        List<Consumer<ObjectNode>> damages = List.of(
                // To another host, another subsystem, another kind, the other direction.
                s -> object(s, "/hostKeys/1/pairs/0").set("host", s.at("/hostKeys/0/pairs/0/host")),
                s -> object(s, "/hostKeys/1").put("hostNqn", "nqn.2014-08.org.nvmexpress:uuid:3"),
                s -> object(s, "/tlsKeys/1").put("subsystem", HostKey.PF).put("hostNqn", OTHER),
                s -> object(s, "/hostKeys/0/pairs/0").set("host", s.at("/tlsKeys/0/psks/0")),
                s -> object(s, "/hostKeys/0/pairs/0").set("host", s.at("/hostKeys/0/pairs/0/controller")),
                s -> object(s, "/hostKeys/0/pairs/0").put("host", "sealed:" + NEW.id() + ":"),
                s -> object(s, "/hostKeys/0/pairs/0").put("host", "sealed:" + NEW.id() + ":!"),
                s -> object(s, "/hostKeys/0/pairs/0").put("host", "sealed:"),
                s -> object(s, "/hostKeys/0/pairs/0").put("host", changed(s)));
        for (Consumer<ObjectNode> damage : damages) {
            ObjectNode root = (ObjectNode) new ObjectMapper().readTree(good);
            damage.accept((ObjectNode) root.path("state"));
            CRC32C crc = new CRC32C();
            crc.update(root.path("state").toString().getBytes(StandardCharsets.UTF_8));
            root.put("crc32c", "%08x".formatted(crc.getValue()));
            Files.writeString(file(), root.toString());
            isRefused(by(NEW, null), "The file was left as it is");
        }
    }

    private static ObjectNode object(JsonNode state, String at) {
        return (ObjectNode) state.at(at);
    }

    private static String changed(JsonNode state) {
        String text = state.at("/hostKeys/0/pairs/0/host").asText();
        int i = text.length() - 6;
        return text.substring(0, i) + (text.charAt(i) == 'A' ? 'B' : 'A') + text.substring(i + 1);
    }
}
