package dev.kubeproxyfleet.fleet.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.kubeproxyfleet.simulator.arm.ApiCall;
import dev.kubeproxyfleet.simulator.arm.JournalEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeSystemTest {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: { name: prod-ipvs }
            spec:
              kubeProxy: { mode: IPVS, ipvsConfig: { scheduler: LeastConnection } }
              selector: { tags: { matchLabels: { env: prod } } }
              strategy:
                stages:
                  - { name: canary, size: 1 }
                  - { name: rest, maxConcurrent: 3 }
            """;

    @TempDir
    Path folder;

    @Test
    void aServiceKilledInTheMiddleEndsInTheSameResultAndWritesNoClusterTwiceAtOnce() throws Exception {
        try (WholeSystem system = new WholeSystem(folder)) {
            system.publish("prod-ipvs", CONFIG);
            for (int writes : List.of(1, 4)) {
                await("a write in flight, to be killed in its middle")
                        .atMost(PATIENCE)
                        .until(() -> system.azure.journal().acceptedWrites().size() >= writes);
                system.service.kill();
            }
            await("the rollout to end after two kills")
                    .atMost(PATIENCE)
                    .until(() -> system.rollout("prod-ipvs.1")
                            .at("/rollout/state")
                            .asText()
                            .equals("Succeeded"));

            JsonNode clusters = system.rollout("prod-ipvs.1").get("clusters");
            assertThat(clusters).isNotEmpty().allSatisfy(cluster -> {
                assertThat(cluster.get("state").asText()).isEqualTo("Converged");
                assertThat(system.azure
                                .document(cluster.get("cluster").asText())
                                .orElseThrow()
                                .at("/properties/networkProfile/kubeProxyConfig/mode")
                                .asText())
                        .isEqualTo("IPVS");
            });
            assertThat(system.azure.journal().overlappingWrites()).isEmpty();
            assertThat(system.azure.journal().writesBeyondKubeProxy()).isEmpty();
            assertThat(system.azure.journal().of(ApiCall.PUT_CLUSTER))
                    .extracting(JournalEntry::cluster)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void aPersonPublishesOnThePageAndWatchesItFinishWithoutReload() throws Exception {
        assumeTrue(
                Files.isExecutable(CHROMIUM), "skipped: no Chromium at " + CHROMIUM + "; install the package chromium");
        try (WholeSystem system = new WholeSystem(folder);
                Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(CHROMIUM)
                                .setArgs(List.of(
                                        "--no-sandbox",
                                        "--disable-gpu",
                                        "--disable-quic",
                                        "--no-first-run",
                                        "--disable-background-networking",
                                        "--disable-component-update",
                                        "--disable-sync")))) {
            Page page = browser.newPage(new Browser.NewPageOptions().setViewportSize(1280, 800));
            page.navigate(system.address + "#/publish");
            page.getByTestId("publish-name").fill("prod-ipvs");
            page.getByTestId("publish-mode").selectOption("IPVS");
            page.getByTestId("publish-scheduler").selectOption("LeastConnection");
            page.getByTestId("publish-tags").fill("env=prod");
            page.getByTestId("publish-bake").fill("0");
            page.getByTestId("publish-submit").click();
            PlaywrightAssertions.assertThat(page.getByTestId("publish-done")).isVisible();
            page.evaluate("window.sameDocument = true; location.hash = '#/rollouts/prod-ipvs'");

            PlaywrightAssertions.assertThat(page.getByTestId("rollout-state"))
                    .containsText(
                            "Succeeded", new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE.toMillis()));
            assertThat(page.evaluate("window.sameDocument")).as("no reload").isEqualTo(true);
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(Path.of("target", "rollout-finished.png"))
                    .setFullPage(true));
        }
    }
}
