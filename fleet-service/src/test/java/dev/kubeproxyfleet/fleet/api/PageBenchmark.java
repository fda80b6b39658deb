package dev.kubeproxyfleet.fleet.api;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * What the dashboard costs at the size of {@link LargeFleet}, by the browser's own clocks; {@code ./kpfleet bench page} runs it and
 * prints {@code target/page-benchmark.txt}. Not part of the build, since times say nothing on a busy machine.
 */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class PageBenchmark {

    private static final Path REPORT = Path.of("target", "page-benchmark.txt");
    private static final int LOADS = 5;

    /** Scrolls from top to bottom, so many pixels a frame; answers the milliseconds from frame to frame. */
    private static final String SCROLL = """
            step => new Promise(done => {
              const frames = [];
              let last = 0;
              const frame = now => {
                if (last) frames.push(now - last);
                last = now;
                const before = scrollY;
                scrollBy(0, step);
                if (scrollY === before || frames.length > 2000) done(frames);
                else requestAnimationFrame(frame);
              };
              scrollTo(0, 0);
              requestAnimationFrame(frame);
            })""";

    /** Milliseconds from frame to frame while nothing is asked of the page but what is given. */
    private static final String WATCH = """
            () => {
              window.frames_ = [];
              let last = 0;
              const frame = now => {
                if (last) window.frames_.push(now - last);
                last = now;
                window.watching_ = requestAnimationFrame(frame);
              };
              requestAnimationFrame(frame);
            }""";

    private static final String WATCHED = "() => { cancelAnimationFrame(window.watching_); return window.frames_; }";

    @Inject
    FleetView view;

    private final List<String> lines = new ArrayList<>();

    @Test
    void measure() throws IOException {
        Fleet.clear(view);
        LargeFleet fleet = new LargeFleet(InstantSource.system().instant());
        fleet.feed(view);
        say(
                "%,d clusters, %d open and %d ended rollouts; load of the machine %.1f",
                LargeFleet.CLUSTERS,
                LargeFleet.CONFIGS,
                LargeFleet.CONFIGS * LargeFleet.ENDED,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        try (Chromium chromium = new Chromium()) {
            loads(chromium);
            Page page = chromium.open(Chromium.DESKTOP, ColorScheme.LIGHT);
            AtomicInteger requests = new AtomicInteger();
            page.onRequest(_ -> requests.incrementAndGet());
            page.navigate(Chromium.address(""));
            page.getByTestId("cluster-row").first().waitFor();
            page.waitForTimeout(3_000);
            frames("idle", page, () -> page.waitForTimeout(2_000));
            scroll("scrolling all clusters, 400 px a frame", page, 400);
            requests.set(0);
            frames("typing a filter of 8 letters", page, () -> {
                page.getByTestId("filter-text").pressSequentially("prod weu");
                page.waitForTimeout(500);
            });
            say("requests while filtering: %d", requests.get());
            page.getByTestId("filter-text").fill("");
            AtomicBoolean changing = new AtomicBoolean(true);
            Thread changes = Thread.ofVirtual().start(() -> change(fleet, changing));
            scroll("the same while 500 clusters a second report", page, 400);
            frames("at rest while 500 clusters a second report", page, () -> page.waitForTimeout(5_000));
            changing.set(false);
            join(changes);
            page.navigate(Chromium.address("#/rollouts"));
            page.getByTestId("rollout-row").first().waitFor();
            scroll("scrolling all rollouts", page, 100);
            page.navigate(Chromium.address("#/rollouts/" + LargeFleet.open(0)));
            page.getByTestId("rollout-cluster").first().waitFor();
            scroll("scrolling a rollout", page, 100);
            for (String complaint : chromium.complaints) {
                say("the console says: %s", complaint);
            }
        }
        Files.write(REPORT, lines);
    }

    private void loads(Chromium chromium) {
        double[] paints = new double[LOADS];
        double[] rows = new double[LOADS];
        double[] all = new double[LOADS];
        Object bytes = 0;
        Object requests = 0;
        for (int i = 0; i < LOADS; i++) {
            Page page = chromium.open(Chromium.DESKTOP, ColorScheme.LIGHT);
            page.addInitScript("""
                    const look = () => {
                      if (document.querySelector('[data-testid=tile-clusters]')) window.painted_ ??= performance.now();
                      if (document.querySelector('[data-testid=cluster-row]')) window.rows_ ??= performance.now();
                      if (document.querySelector('#clusters-title small')?.textContent.trim() === '5,000') {
                        window.all_ ??= performance.now();
                      } else requestAnimationFrame(look);
                    };
                    requestAnimationFrame(look);""");
            page.navigate(Chromium.address(""));
            page.waitForCondition(() -> Boolean.TRUE.equals(page.evaluate("window.all_ > 0 && window.rows_ > 0")));
            paints[i] = number(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"));
            rows[i] = number(page.evaluate("window.rows_"));
            all[i] = number(page.evaluate("window.all_"));
            bytes = page.evaluate("performance.getEntriesByType('resource').filter(e => e.name.includes('/api/'))"
                    + ".reduce((sum, e) => sum + e.transferSize, 0)");
            requests = page.evaluate(
                    "performance.getEntriesByType('resource').filter(e => e.name.includes('/api/')).length");
            page.context().close();
        }
        say("first paint %.0f ms (first, cold: %.0f)", median(paints), paints[0]);
        say(
                "first rows %.0f ms (first, cold: %.0f), all clusters %.0f ms (%.0f)",
                median(rows), rows[0], median(all), all[0]);
        say("%s requests of the API, %.2f MB", requests, number(bytes) / 1e6);
    }

    private void change(LargeFleet fleet, AtomicBoolean going) {
        for (int second = 1; going.get(); second++) {
            for (int tenth = 0; tenth < 10 && going.get(); tenth++) {
                for (int i = 0; i < 50; i++) {
                    view.apply(fleet.health((second * 500 + tenth * 50 + i) % LargeFleet.CLUSTERS, second));
                }
                java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void scroll(String what, Page page, int step) {
        report(what, page.evaluate(SCROLL, step));
        page.evaluate("scrollTo(0, 0)");
    }

    private void frames(String what, Page page, Runnable doing) {
        page.evaluate(WATCH);
        doing.run();
        report(what, page.evaluate(WATCHED));
    }

    private void report(String what, Object answer) {
        double[] frames = ((List<?>) answer)
                .stream().mapToDouble(PageBenchmark::number).sorted().toArray();
        say(
                "%-48s %5d frames, median %5.1f ms, 95 %% %5.1f, 99 %% %5.1f, longest %6.1f, over 25 ms: %d",
                what,
                frames.length,
                frames[frames.length / 2],
                frames[frames.length * 95 / 100],
                frames[frames.length * 99 / 100],
                frames[frames.length - 1],
                Arrays.stream(frames).filter(each -> each > 25).count());
    }

    private static double median(double[] values) {
        return Arrays.stream(values).sorted().toArray()[values.length / 2];
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }

    private void say(String format, Object... arguments) {
        lines.add(String.format(Locale.ROOT, format, arguments));
    }
}
