package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.server.config.EncryptionConfig;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.storage.crypt.KeyEncryptionKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What quickstart leaves on disk. Its targets never come up: they are to listen on an address that no machine has. */
class QuickstartTest {

    @TempDir
    Path directory;

    private Path data;
    private Path key;
    private String err = "";

    @BeforeEach
    void name() {
        data = directory.resolve("trial's data");
        key = directory.resolve("trial's data.key");
    }

    private int quickstart(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("quickstart", "--dir", data.toString(), "--address", "203.0.113.1", "--api-port", "0"));
        arguments.addAll(List.of(more));
        StringWriter text = new StringWriter();
        int status = Main.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(text))
                .execute(arguments.toArray(String[]::new));
        err = text.toString();
        return status;
    }

    private EncryptionConfig written() throws Exception {
        return TargetConfig.load(data.resolve("nvmevf.yaml")).pool().encryption();
    }

    @Test
    void aNewDirectoryIsEncryptedByAKeyBesideIt() throws Exception {
        assertThat(quickstart()).isEqualTo(ExitCode.FAILURE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(written()).isEqualTo(new EncryptionConfig(key, null));
        String id = idOf(key);
        assertThat(quickstart()).isEqualTo(ExitCode.FAILURE);
        assertThat(idOf(key)).as("the key of the second run").isEqualTo(id);
        assertThat(err).contains("could not start").doesNotContain("is encrypted, and the file with its key");
    }

    private static String idOf(Path file) throws Exception {
        try (KeyEncryptionKey kek = KeyEncryptionKey.read(file)) {
            return kek.id();
        }
    }

    @Test
    void aKeyThatIsThereForANewDirectoryIsTaken() throws Exception {
        KeyEncryptionKey.create(key).close();
        String id = idOf(key);
        assertThat(quickstart()).isEqualTo(ExitCode.FAILURE);
        assertThat(idOf(key)).isEqualTo(id);
        assertThat(written().keyFile()).isEqualTo(key);
    }

    @Test
    void aLostKeyIsNeverMadeAgain() throws Exception {
        assertThat(quickstart()).isEqualTo(ExitCode.FAILURE);
        Files.delete(key);
        assertThat(quickstart()).isEqualTo(ExitCode.FAILURE);
        assertThat(err).contains("is encrypted, and the file with its key is missing: " + key, "backup");
        assertThat(key).doesNotExist();
        Files.delete(data.resolve("nvmevf.yaml"));
        Files.createDirectories(data.resolve("keys"));
        assertThat(quickstart("--no-encryption")).isEqualTo(ExitCode.FAILURE);
        assertThat(err).contains("is encrypted, and the file with its key is missing: " + key);
        assertThat(key).doesNotExist();
    }

    @Test
    void aDirectoryFromBeforeStaysWithoutEncryption() throws Exception {
        Files.createDirectories(data.resolve("pool"));
        assertThat(quickstart()).isEqualTo(ExitCode.FAILURE);
        assertThat(key).doesNotExist();
        assertThat(written()).isEqualTo(EncryptionConfig.NONE);
    }

    @Test
    void anEditedKeyFileIsTaken() throws Exception {
        Path elsewhere = directory.resolve("elsewhere");
        Files.createDirectories(data);
        Files.writeString(data.resolve("nvmevf.yaml"), "data-dir: .\npool: {encryption: {key-file: ../elsewhere}}\n");
        assertThat(quickstart()).isEqualTo(ExitCode.FAILURE);
        assertThat(err).contains("is missing: " + elsewhere);
        assertThat(key).doesNotExist();
    }

    @Test
    void encryptionCanBeTurnedOff() throws Exception {
        assertThat(quickstart("--no-encryption")).isEqualTo(ExitCode.FAILURE);
        assertThat(key).doesNotExist();
        assertThat(written()).isEqualTo(EncryptionConfig.NONE);
    }

    @Test
    void aWrongOptionLeavesNothingBehind() {
        assertThat(quickstart("--io", "magic")).isEqualTo(ExitCode.USAGE);
        assertThat(key).doesNotExist();
        assertThat(data).doesNotExist();
    }
}
