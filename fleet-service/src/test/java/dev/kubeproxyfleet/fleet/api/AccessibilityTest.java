package dev.kubeproxyfleet.fleet.api;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Every page of the dashboard, judged by axe-core with all of its rules: light and dark, on a desktop and on a phone. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class AccessibilityTest {

    /** @param shown test id of what is there once the page is whole */
    private record Place(String name, String hash, String shown) {}

    private static final List<Place> PLACES = List.of(
            new Place("fleet", "", "cluster-row"),
            new Place("fleet-filtered", "#/?location=westeurope&state=attention", "chip"),
            new Place("map", "#/map", "map-field"),
            new Place("rollouts", "#/rollouts", "rollout-row"),
            new Place("rollout", "#/rollouts/" + ShownFleet.ROLLOUT, "gate-picture"),
            new Place("cluster", "#/clusters/" + Fleet.SUBSCRIPTION + "/rg-prod/prod-weu-01", "chart-connections"),
            new Place("agents", "#/agents", "agents-row"),
            new Place("readiness", "#/readiness", "readiness-row"),
            new Place("publish", "#/publish", "publish-form"),
            new Place("unknown", "#/nothing", "not-found"));

    private static final String AXE = axe();

    private static final String VIOLATIONS = """
            () => axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(
              each => `${each.id}: ${each.help}: ${each.nodes.slice(0, 3).map(node => `${node.html} ${node.failureSummary}`)}`))""";

    @Inject
    FleetView view;

    @Inject
    FakePublisher publisher;

    @Test
    void noPageBreaksARule() {
        Fleet.clear(view);
        publisher.reset(AuditRecord.Verdict.Done);
        Instant now = InstantSource.system().instant();
        new ShownFleet(now).feed(view);
        ShownEvidence.feed(view, now);
        SoftAssertions all = new SoftAssertions();
        try (Chromium chromium = new Chromium()) {
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                for (int width : List.of(Chromium.DESKTOP, Chromium.PHONE)) {
                    Page page = chromium.open(width, scheme);
                    for (Place place : PLACES) {
                        visit(page, place, width + "-" + scheme.name().toLowerCase(Locale.ROOT), all);
                    }
                    page.context().close();
                }
            }
            assertThat(chromium.complaints)
                    .as("what the browser's console complained about")
                    .isEmpty();
        }
        all.assertAll();
    }

    private static void visit(Page page, Place place, String look, SoftAssertions all) {
        page.navigate(Chromium.address(place.hash()));
        assertThat(page.getByTestId(place.shown()).first()).isVisible();
        if (place.shown().equals("cluster-row")) {
            page.keyboard().press("?");
            assertThat(page.getByTestId("keys")).isVisible();
            judge(page, "keys", look, all);
            page.keyboard().press("Escape");
        }
        judge(page, place.name(), look, all);
        all.assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                .as("%s fits the screen, %s", place.name(), look)
                .isTrue();
    }

    private static void judge(Page page, String name, String look, SoftAssertions all) {
        page.evaluate(AXE);
        all.assertThat((List<?>) page.evaluate(VIOLATIONS))
                .as("%s, %s", name, look)
                .isEmpty();
    }

    private static String axe() {
        try (InputStream script =
                Objects.requireNonNull(AccessibilityTest.class.getResourceAsStream("/axe.min.js"), "axe-core")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
