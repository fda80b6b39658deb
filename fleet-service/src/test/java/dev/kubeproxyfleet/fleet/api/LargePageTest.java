package dev.kubeproxyfleet.fleet.api;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The dashboard at the size of {@link LargeFleet}: what it holds and asks for, never how long it takes; that measures {@link PageBenchmark}. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class LargePageTest {

    /** The first one by name. */
    private static final int FIRST = 7;

    /** Rows that the page may hold, whatever the fleet has. */
    private static final int ROWS = 60;

    @Inject
    FleetView view;

    @Inject
    FakePublisher publisher;

    /** One test, since a browser and a fleet are dear: each part is a behaviour of its own, in the order of a visit. */
    @Test
    void aVisitToALargeFleet() {
        Fleet.clear(view);
        publisher.reset(AuditRecord.Verdict.Done);
        LargeFleet fleet = new LargeFleet(InstantSource.system().instant());
        fleet.feed(view);
        try (Chromium chromium = new Chromium()) {
            Page page = chromium.open(Chromium.DESKTOP, ColorScheme.LIGHT);
            onlyTheRowsOnTheScreenAreInThePage(page);
            filteringAndSortingAskTheServiceNothing(page);
            theAddressIsTheFilter(page);
            neighboursAreThoseOfTheFilteredList(page);
            keysMoveThroughTheList(page);
            keysAreLeftAloneWhileTyping(page);
            theMapLeadsToItsClusters(page);
            rolloutsAreListedLikeClusters(page);
            assertThat(chromium.complaints)
                    .as("what the browser's console complained about")
                    .isEmpty();
            aLostStreamGoesOnWhereItEnded(page, fleet);
        }
    }

    private static Locator rows(Page page) {
        return page.getByTestId("cluster-row");
    }

    private static Locator row(Page page, int cluster) {
        return page.locator("[data-testid=cluster-row][data-cluster=" + LargeFleet.cluster(cluster) + "]");
    }

    private static void onlyTheRowsOnTheScreenAreInThePage(Page page) {
        page.navigate(Chromium.address(""));
        assertThat(page.locator("#clusters-title")).containsText("5,000");
        assertThat(page.getByTestId("clusters")).hasAttribute("aria-rowcount", "5001");
        assertThat(row(page, FIRST)).hasCount(1);
        assertThat(rows(page).count()).isLessThan(ROWS);
        Chromium.screen(page, "large-fleet");
        page.keyboard().press("End");
        assertThat(page.locator("[data-testid=cluster-row][aria-rowindex='5001']"))
                .isVisible();
        assertThat(rows(page).count()).isLessThan(ROWS);
        page.keyboard().press("Home");
        assertThat(row(page, FIRST)).hasCount(1);
    }

    private static void filteringAndSortingAskTheServiceNothing(Page page) {
        List<String> requests = new CopyOnWriteArrayList<>();
        page.onRequest(request -> {
            // A heartbeat of the stream asks how old the data is, whatever the reader does.
            if (request.url().contains("/api/v1/") && !request.url().endsWith("/api/v1/fleet")) {
                requests.add(request.url());
            }
        });
        page.getByTestId("filter-text").pressSequentially("prod weu tier=gold");
        assertThat(page.locator("#clusters-title")).containsText(" of 5,000");
        assertThat(row(page, FIRST)).hasCount(0);
        page.getByTestId("sort-connections").click();
        assertThat(page.locator("th[aria-sort=descending]")).containsText("Connections");
        page.getByTestId("sort-connections").click();
        assertThat(page.locator("th[aria-sort=ascending]")).containsText("Connections");
        assertThat(requests).isEmpty();
    }

    private static void theAddressIsTheFilter(Page page) {
        assertThat(page).hasURL(Pattern.compile(".*[?&]q=prod\\+weu\\+tier%3Dgold.*"));
        String filtered = page.locator("#clusters-title").innerText();
        page.goBack();
        assertThat(page.locator("th[aria-sort=descending]")).containsText("Connections");
        page.goForward();
        page.reload();
        assertThat(page.locator("#clusters-title")).hasText(filtered, new HasTextOptions().setUseInnerText(true));
        assertThat(page.locator("th[aria-sort=ascending]")).containsText("Connections");
    }

    private static void neighboursAreThoseOfTheFilteredList(Page page) {
        List<String> names = IntStream.range(0, 3)
                .mapToObj(i -> rows(page).nth(i).getAttribute("data-cluster"))
                .toList();
        rows(page).first().getByRole(AriaRole.LINK).first().click();
        assertThat(page.getByTestId("neighbours")).containsText("Cluster 1 of ");
        page.keyboard().press("n");
        assertThat(page.locator("h1")).containsText(names.get(1));
        page.keyboard().press("n");
        assertThat(page.locator("h1")).containsText(names.get(2));
        page.keyboard().press("p");
        assertThat(page.locator("h1")).containsText(names.get(1));
        page.locator(".crumbs a").first().click();
        assertThat(page.locator("th[aria-sort=ascending]")).containsText("Connections");
    }

    private static void keysMoveThroughTheList(Page page) {
        page.navigate(Chromium.address("#/?q=dev"));
        assertThat(page.locator("#clusters-title")).containsText(" of 5,000");
        for (int i = 0; i < 3; i++) {
            page.keyboard().press("j");
            assertThat(page.locator("tr[data-index='" + i + "'] th a")).isFocused();
        }
        page.keyboard().press("k");
        assertThat(page.locator("tr[data-index='1'] th a")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.getByTestId("neighbours")).containsText("Cluster 2 of ");
        page.keyboard().press("?");
        assertThat(page.getByTestId("keys")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("keys")).isHidden();
    }

    private static void keysAreLeftAloneWhileTyping(Page page) {
        page.navigate(Chromium.address("#/"));
        assertThat(row(page, FIRST)).hasCount(1);
        page.keyboard().press("/");
        assertThat(page.getByTestId("filter-text")).isFocused();
        page.keyboard().type("jkn?/");
        assertThat(page.getByTestId("filter-text")).hasValue("jkn?/");
        assertThat(page.getByTestId("keys")).isHidden();
        assertThat(page.getByTestId("empty")).isVisible();
    }

    private static void theMapLeadsToItsClusters(Page page) {
        page.navigate(Chromium.address("#/map"));
        Locator field = page.getByTestId("map-field").first();
        assertThat(field).hasAttribute("aria-label", Pattern.compile("eastus, 1\\.32\\.9: \\d+ clusters, .*"));
        String clusters = field.innerText().lines().findFirst().orElseThrow();
        field.focus();
        page.keyboard().press("Enter");
        assertThat(page.getByTestId("chip")).hasCount(2);
        assertThat(page.locator("#clusters-title")).containsText(clusters + " of 5,000");
        page.getByTestId("chip").first().click();
        assertThat(page.getByTestId("chip")).hasCount(1);
        page.navigate(Chromium.address("#/map?by=config&across=location"));
        assertThat(page.getByTestId("map").locator("tbody tr")).hasCount(LargeFleet.CONFIGS);
        Chromium.screen(page, "large-map");
    }

    private static void rolloutsAreListedLikeClusters(Page page) {
        page.navigate(Chromium.address("#/rollouts?state=open"));
        assertThat(page.locator("#rollouts-title")).containsText("50 of 250");
        assertThat(page.getByTestId("rollout-row").count()).isLessThanOrEqualTo(LargeFleet.CONFIGS);
        page.getByTestId("filter-state").selectOption("");
        assertThat(page.locator("#rollouts-title")).containsText("250");
        assertThat(page.getByTestId("rollout-row").count()).isLessThan(ROWS);
        page.goBack();
        assertThat(page.locator("#rollouts-title")).containsText("50 of 250");
        page.getByTestId("rollout-row").first().getByRole(AriaRole.LINK).click();
        assertThat(page.getByTestId("neighbours")).containsText("Rollout 1 of 50");
        Chromium.screen(page, "large-rollout");
    }

    private void aLostStreamGoesOnWhereItEnded(Page page, LargeFleet fleet) {
        page.navigate(Chromium.address("#/?q=" + LargeFleet.cluster(1)));
        assertThat(row(page, 1)).containsText("1,037");
        List<String> lists = new CopyOnWriteArrayList<>();
        page.onRequest(request -> {
            if (request.url().contains("/api/v1/clusters?")) {
                lists.add(request.url());
            }
        });
        page.context().setOffline(true);
        assertThat(page.getByTestId("disconnected")).containsText("What you see is from");
        assertThat(row(page, 1)).containsText("1,037");
        view.apply(fleet.health(1, 1));
        lists.clear();
        page.context().setOffline(false);
        assertThat(page.getByTestId("connection")).hasAttribute("data-state", "live");
        assertThat(row(page, 1)).containsText("1,038");
        assertThat(page.getByTestId("disconnected")).hasCount(0);
        assertThat(lists).as("lists that were read again").isEmpty();
    }
}
