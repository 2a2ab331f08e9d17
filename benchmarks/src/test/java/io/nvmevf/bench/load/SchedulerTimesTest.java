package io.nvmevf.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulerTimesTest {
    @TempDir
    private Path tasks;

    @Test
    void whatEndedThreadsHadSpentStaysCounted() throws Exception {
        thread("1", 100, 10);
        thread("2", 1000, 20);
        SchedulerTimes times = new SchedulerTimes(tasks);
        assertThat(times.now()).isEqualTo(new SchedulerTimes.Times(1100, 30));

        Files.delete(tasks.resolve("2/schedstat"));
        Files.delete(tasks.resolve("2"));
        thread("1", 150, 15);

        assertThat(times.now()).isEqualTo(new SchedulerTimes.Times(1150, 35));
    }

    @Test
    void aNewThreadWithTheNumberOfAnEndedOneIsAnotherThread() throws Exception {
        thread("1", 1000, 20);
        SchedulerTimes times = new SchedulerTimes(tasks);
        times.now();

        thread("1", 5, 1);

        assertThat(times.now()).isEqualTo(new SchedulerTimes.Times(1005, 21));
    }

    @Test
    void thisProcessSpendsProcessorTime() throws Exception {
        SchedulerTimes times = new SchedulerTimes(ProcessHandle.current().pid());
        long before = times.now().ran();
        long until = System.nanoTime() + 20_000_000;
        while (System.nanoTime() - until < 0) {
            Thread.onSpinWait();
        }

        assertThat(times.now().ran()).isGreaterThan(before);
    }

    private void thread(String number, long ran, long waited) throws IOException {
        Path thread = Files.createDirectories(tasks.resolve(number));
        Files.writeString(thread.resolve("schedstat"), ran + " " + waited + " 3\n");
    }
}
