package io.nvmevf.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is in the image, and what its process may do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImageTest {
    private static final Pattern CLASSIFIER = Pattern.compile("[?&]classifier=([^&]+)");

    private final TargetContainer.StateVolume volume = new TargetContainer.StateVolume();
    private final TargetContainer target;

    ImageTest() {
        target = TargetContainer.start(volume, TargetContainer.options().processors(1));
    }

    @BeforeAll
    void serves() {
        target.createVf(1);
        target.connect().close();
    }

    @AfterAll
    void close() {
        target.close();
        volume.close();
    }

    @Test
    void isNotRootAndHasNoCapabilities() {
        String status = target.run("cat", "/proc/1/status");
        assertThat(status.lines())
                .contains(
                        "Uid:\t4420\t4420\t4420\t4420",
                        "Gid:\t4420\t4420\t4420\t4420",
                        "CapPrm:\t0000000000000000",
                        "CapEff:\t0000000000000000",
                        "CapBnd:\t0000000000000000",
                        "NoNewPrivs:\t1",
                        "Seccomp:\t2");
    }

    @Test
    void writesToTheVolumeOnly() {
        assertThat(target.run("sh", "-c", "touch /opt/nvmevf/x /etc/x /tmp/x 2>&1 || true")
                        .lines())
                .hasSize(3)
                .allMatch(line -> line.endsWith("Read-only file system"));
        assertThat(target.run("ls", "-A", "/var/lib/nvmevf")).isEqualTo("data\n");
    }

    /** The program is process 1, not a child of a shell, which would keep signals from it. */
    @Test
    void isProcessOne() {
        assertThat(target.run("cat", "/proc/1/comm")).isEqualTo("java\n");
    }

    @Test
    void usesTheProcessorsThatItIsGiven() {
        assertThat(target.log()).contains("with 1 event loops");
    }

    @Test
    void unpacksNoLibraries() {
        assertThat(target.run("cat", "/proc/1/maps").lines().filter(line -> line.contains("netty")))
                .isNotEmpty()
                .allMatch(line -> line.contains(" /opt/nvmevf/native/"));
    }

    @Test
    void hasABillOfWhatIsInIt() {
        JsonNode bill = target.json("cat", "/opt/nvmevf/sbom/bom.json");
        assertThat(bill.get("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(bill.at("/metadata/component/name").asText()).isEqualTo("target-server");
        Set<String> listed = new TreeSet<>(List.of(jar(bill.at("/metadata/component"))));
        bill.get("components").forEach(component -> listed.add(jar(component)));
        Set<String> there =
                new TreeSet<>(target.run("ls", "/opt/nvmevf/lib").lines().toList());
        assertThat(there).hasSizeGreaterThan(20).isEqualTo(listed);
        assertThat(there).noneMatch(jar -> jar.matches(".*(SNAPSHOT|osx|windows|aarch_64).*"));
    }

    /** The file name of a component: artifact, version and classifier, if it has one. */
    private static String jar(JsonNode component) {
        Matcher purl = CLASSIFIER.matcher(component.get("purl").asText());
        String classifier = purl.find() ? "-" + purl.group(1) : "";
        return component.get("name").asText() + "-" + component.get("version").asText() + classifier + ".jar";
    }
}
