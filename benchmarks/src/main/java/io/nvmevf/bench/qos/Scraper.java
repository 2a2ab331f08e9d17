package io.nvmevf.bench.qos;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Prometheus, as far as the target notices it: fetches the metrics page, and a second later again. Curl does it, at the lowest priority.
 */
final class Scraper implements Closeable {
    private static final int INTERVAL_SECONDS = 1;
    private static final String CORES = "Cpus_allowed_list:";
    private static final int TENANTS = 1000;
    private static final int FEW_COMMANDS = 64;
    private static final long NAMESPACE = 1 << 20;

    private final Process process;
    private final Thread thread;

    @GuardedBy("scrapes")
    private final List<Scrape> scrapes = new ArrayList<>();

    /** One that was answered. */
    record Scrape(double seconds, long bytes) {}

    /** Begins. */
    Scraper(String api, long targetPid) throws IOException {
        process = begin(api + "/metrics", coresOf(targetPid));
        thread = Thread.ofPlatform().name("scraper").start(this::run);
    }

    /** Makes the virtual functions that the page is about; each has read and written something. */
    static void tenants(Bench bench) throws IOException, InterruptedException {
        for (int i = 0; i < TENANTS; i++) {
            String name = "tenant%04d".formatted(i);
            bench.api().vf(name, 1, 2, Api.object().put("totalIops", TENANTS), NAMESPACE);
            Host host = bench.host(name, Work.MIXED, 1, 2);
            bench.engine().order(() -> host.demand(Demand.flood(System.nanoTime())));
            bench.await("a tenant has read and written", 30, () -> host.completed() > FEW_COMMANDS);
            bench.close(List.of(host));
        }
    }

    private void run() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] said = line.strip().split(" ", 2);
                Scrape scrape = new Scrape(Double.parseDouble(said[0]), Long.parseLong(said[1]));
                synchronized (scrapes) {
                    scrapes.add(scrape);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the metrics page could not be fetched", e);
        }
    }

    /** Beside the target, as the generator's core has no time left; and only when the target does not want its core. */
    private static Process begin(String url, String cores) throws IOException {
        String loop = "while :; do curl -fsS -o /dev/null -w '%{time_total} %{size_download}\\n' '" + url + "'; sleep "
                + INTERVAL_SECONDS + "; done";
        return new ProcessBuilder("taskset", "-c", cores, "nice", "-n", "19", "bash", "-c", loop)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String coresOf(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith(CORES))
                .map(line -> line.substring(CORES.length()).strip())
                .findFirst()
                .orElseThrow(() -> new IOException("process " + pid + " has no cores"));
    }

    /** Those that were answered so far. */
    List<Scrape> scrapes() {
        synchronized (scrapes) {
            return List.copyOf(scrapes);
        }
    }

    @Override
    public void close() {
        // (Its curl, if there is one, ends with what it writes to.)
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
