package io.nvmevf.bench.qos;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Prometheus, as far as the target notices it: fetches the metrics page once a second. Curl does it, at the lowest priority, so that
 * the generator on the same core does not.
 */
final class Scraper implements Closeable {
    private static final long INTERVAL_NANOS = 1_000_000_000L;
    private static final int TENANTS = 1000;
    private static final int FEW_COMMANDS = 64;
    private static final long NAMESPACE = 1 << 20;

    private final String url;
    private final Thread thread;

    @GuardedBy("scrapes")
    private final List<Scrape> scrapes = new ArrayList<>();

    private volatile boolean done;

    /** One that was answered. */
    record Scrape(double seconds, long bytes) {}

    /** Begins. */
    Scraper(String api) {
        url = api + "/metrics";
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
        long next = System.nanoTime();
        while (!done) {
            Scrape scrape = scrape();
            synchronized (scrapes) {
                scrapes.add(scrape);
            }
            next += INTERVAL_NANOS;
            try {
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private Scrape scrape() {
        try {
            Process curl = new ProcessBuilder(
                            "nice",
                            "-n",
                            "19",
                            "curl",
                            "-fsS",
                            "-o",
                            "/dev/null",
                            "-w",
                            "%{time_total} %{size_download}",
                            url)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String[] said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ", 2);
            if (said.length < 2) {
                throw new IOException("curl said nothing");
            }
            return new Scrape(Double.parseDouble(said[0]), Long.parseLong(said[1]));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the metrics page could not be fetched", e);
        }
    }

    /** Those that were answered so far. */
    List<Scrape> scrapes() {
        synchronized (scrapes) {
            return List.copyOf(scrapes);
        }
    }

    @Override
    public void close() {
        done = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
