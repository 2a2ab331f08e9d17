package io.nvmevf.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.bench.load.LoadResult;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against the form in which spdk_nvme_perf prints (its numbers are made up). */
class PerfOutputTest {
    private static final String TEXT = """
            Initializing NVMe Controllers
            Attached to NVMe over Fabrics controller at 127.0.0.1:4420: nqn.2026-01.io.nvmevf:bench
            Initialization complete. Launching workers.
            ========================================================
                                                                                     Latency(us)
            Device Information                                                 :       IOPS      MiB/s    Average        min        max
            TCP (addr:127.0.0.1 subnqn:nqn.2026-01.io.nvmevf:bench) NSID 1 from core  1:  400000.50    1562.50      79.90      20.10    4000.70
            ========================================================
            Total                                                              :  400000.50    1562.50      79.90      20.10    4000.70

            Summary latency data for TCP (addr:127.0.0.1 subnqn:nqn.2026-01.io.n from core 1:
            =================================================================================
              1.00000% :    40.123us
             50.00000% :    78.250us
             99.00000% :   150.500us
             99.50000% :   170.000us
             99.90000% :   900.125us
             99.99000% :  1800.000us

            """;

    @Test
    void totalAndPercentilesAreRead() throws Exception {
        LoadResult result = PerfOutput.parse(TEXT, Map.of("round", "1"), "randread", 4096, 32, 1, 2);

        assertThat(result.iops()).isEqualTo(400000.5);
        assertThat(result.ios()).isEqualTo(800001);
        assertThat(result.mibPerSecond()).isEqualTo(400000.5 / 256);
        assertThat(result.latencyUs()).isEqualTo(new LoadResult.Latency(79.9, 78.25, 150.5, 900.125, 4000.7));
        assertThat(result.labels()).containsEntry("round", "1");
        assertThat(result.generator()).isNull();
        assertThat(result.target()).isNull();
    }

    @Test
    void whatItSaysInsteadOfATotalIsReported() {
        assertThatThrownBy(() -> PerfOutput.parse("connect failed", Map.of(), "randread", 4096, 32, 1, 2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("connect failed");
    }

    @Test
    void withoutPercentilesItSaysWhichOptionIsMissing() {
        String withoutSummary = TEXT.substring(0, TEXT.indexOf("Summary"));

        assertThatThrownBy(() -> PerfOutput.parse(withoutSummary, Map.of(), "randread", 4096, 32, 1, 2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("needs -L");
    }
}
