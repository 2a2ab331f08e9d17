package io.nvmevf.storage.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class DescriptorTableTest {
    @Test
    void theTableBecomesAsLargeAsAsked() throws Exception {
        int wanted = Math.toIntExact(Math.min(softLimit(), tableSize() * 2L));

        assertThat(NativePosix.INSTANCE.reserveDescriptors(wanted)).isEqualTo(wanted);

        assertThat(tableSize()).isGreaterThanOrEqualTo(wanted);
    }

    @Test
    void whatTheLimitDoesNotAllowIsNotAskedFor() throws Exception {
        int got = NativePosix.INSTANCE.reserveDescriptors(Integer.MAX_VALUE / 2);

        assertThat((long) got).isLessThanOrEqualTo(softLimit()).isPositive();
    }

    /** (fs/proc/array.c: what the table has place for.) */
    private static long tableSize() throws IOException {
        return field("/proc/self/status", "FDSize:");
    }

    private static long softLimit() throws IOException {
        return field("/proc/self/limits", "Max open files");
    }

    private static long field(String file, String name) throws IOException {
        String line = Files.readAllLines(Path.of(file)).stream()
                .filter(l -> l.startsWith(name))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.substring(name.length()).strip().split("\\s+", -1)[0]);
    }
}
