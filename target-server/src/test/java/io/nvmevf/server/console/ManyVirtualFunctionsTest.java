package io.nvmevf.server.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The console in front of a target with a thousand virtual functions. */
@Tag("browser")
class ManyVirtualFunctionsTest {
    private static final Logger LOG = LoggerFactory.getLogger(ManyVirtualFunctionsTest.class);
    private static final int MANY = 1000;
    /** Milliseconds from a key to the frame that shows what it did: what people take for at once, with room for a busy machine. */
    private static final double AT_ONCE = 250;

    /** Milliseconds of each of some changes of the search, from the event to the end of the frame that shows it; and what is shown. */
    private static final String SEARCH = """
            const done = arguments[arguments.length - 1];
            const input = document.querySelector('main [data-search]');
            const took = [];
            (async () => {
              for (const text of ['v', 'vf', 'vf-9', 'vf-99', 'vf-', '', 'vf-5', '']) {
                const start = performance.now();
                input.value = text;
                input.dispatchEvent(new Event('input', { bubbles: true }));
                await new Promise(requestAnimationFrame);
                await new Promise((resolve) => { const c = new MessageChannel(); c.port1.onmessage = resolve; c.port2.postMessage(0); });
                took.push(performance.now() - start);
              }
              done(took);
            })();
            """;

    /** Milliseconds that the page did not react for, at worst, in six seconds of looking on. */
    private static final String WATCH = """
            const done = arguments[arguments.length - 1];
            let worst = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) { worst = Math.max(worst, entry.duration); }
            }).observe({ type: 'longtask', buffered: false });
            setTimeout(() => done(worst), 6000);
            """;

    @Test
    void reactsAtOnce(@TempDir Path directory, @TempDir Path profile) throws Exception {
        assumeTrue(Browser.missing() == null, Browser.missing());
        try (LiveTarget target = LiveTarget.start(directory)) {
            String vfs = IntStream.range(0, MANY)
                    .mapToObj(i ->
                            "{\"name\":\"vf-%03d\",\"ioQueues\":1,\"queueDepth\":32,\"limits\":{\"totalIops\":1000}}"
                                    .formatted(i))
                    .collect(Collectors.joining(","));
            target.post(200, "/v1/apply", "{\"vfs\":[" + vfs + "]}");
            try (Browser browser = Browser.start(profile)) {
                browser.size(1440, 900);
                browser.open(target.origin() + "/console/#/vfs");
                browser.awaitText(".count", "1,000");
                assertThat(browser.all("tbody tr"))
                        .as("no more than a page is drawn")
                        .hasSize(50);
                List<?> took = (List<?>) Objects.requireNonNull(browser.runAsync(SEARCH));
                double[] sorted = took.stream()
                        .mapToDouble(one -> ((Number) one).doubleValue())
                        .sorted()
                        .toArray();
                double worst = ((Number) Objects.requireNonNull(browser.runAsync(WATCH))).doubleValue();
                LOG.info(
                        "with {} virtual functions: a search is shown after {} ms (median; most {}), longest task in 6 s {} ms",
                        MANY,
                        Math.round(sorted[sorted.length / 2]),
                        Math.round(sorted[sorted.length - 1]),
                        Math.round(worst));
                assertThat(sorted[sorted.length / 2])
                        .as("milliseconds of a search")
                        .isLessThan(AT_ONCE);
                assertThat(worst).as("milliseconds without a reaction").isLessThan(2 * AT_ONCE);
                browser.click("main button", "Next");
                browser.awaitText(".pager", "51 to 100");
                browser.screenshot("vfs-thousand");
                browser.open(target.origin() + "/console/#/pf");
                browser.awaitText(".device", "One device, 1,000 partitions");
                browser.collect();
                assertThat(browser.complaints()).isEmpty();
                assertThat(browser.askedElsewhere(URI.create(target.origin()))).isEmpty();
            }
        }
    }
}
