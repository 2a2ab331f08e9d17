package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    @TempDir
    Path directory;

    private static TargetState oneVf() throws ControlException {
        TargetState empty = TargetState.empty(UUID.randomUUID());
        VirtualFunction vf = VfRules.create(empty, NewVirtualFunction.named("vf1"));
        Namespace ns = new Namespace("ns-1", "vf1", 1, 1L << 40, 512, UUID.randomUUID(), true);
        return new TargetState(
                empty.uuid(),
                5,
                2,
                2,
                List.of(vf),
                List.of(ns),
                List.of("ns-9"),
                List.of(new TargetState.Resizing("ns-1", 4096)));
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
                good.replace("\"formatVersion\" : 1", "\"formatVersion\" : 0"),
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
        Files.writeString(file(), "{\"formatVersion\": 2, \"unheard\": []}");
        assertThatThrownBy(() -> StateFile.open(directory))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("format version 2, this nvmevf knows up to 1");
    }

    @Test
    void refusesAStateThatContradictsItself() throws Exception {
        TargetState state = oneVf();
        TargetState bad = new TargetState(state.uuid(), 6, 2, 2, List.of(), state.namespaces(), List.of(), List.of());
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
