package dev.kubeproxyfleet.fleet.api;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.kubeproxyfleet.fleet.view.Change;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard in a real browser, over a read model that the test feeds; what it saw is kept in {@code target/dashboard}. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class DashboardTest {

    private static final String CLUSTER = "#/clusters/" + Fleet.SUBSCRIPTION + "/rg-prod/prod-weu-01";

    @Inject
    FleetView view;

    @Inject
    FakePublisher publisher;

    /** One test, since a browser and a fleet are dear: each part is a behaviour of its own, in the order of a visit. */
    @Test
    void aVisitToTheDashboard() {
        Fleet.clear(view);
        publisher.reset(AuditRecord.Verdict.Done);
        ShownFleet fleet = new ShownFleet(InstantSource.system().instant());
        try (Chromium chromium = new Chromium()) {
            Page page = chromium.open(Chromium.DESKTOP, ColorScheme.LIGHT);
            anEmptyFleetSaysWhatToExpect(page);
            fleet.feed(view);
            ShownEvidence.feed(view, InstantSource.system().instant());
            theFleetAppearsWithoutReload(page);
            pictures(chromium);
            theRolloutShowsEveryCluster(page);
            pausingAsksFirstAndShowsTheAnswer(page);
            oneClusterIsRetriedOrSkipped(page);
            aGateIsDrawn(page);
            aGateIsOverruledWithAReason(page);
            aBakeIsPromoted(page, fleet);
            aRollbackIsShown(page, fleet);
            fleet.finish(view);
            theRolloutFinishesWithoutReload(page);
            theClusterPageExplains(page);
            bothSourcesStandSideBySide(page);
            whatTheKubernetesApiDoesNotShowIsSaid(page);
            agentsAreListed(page);
            campaignsSayHowFarTheyAre(page);
            page.navigate(Chromium.address(CLUSTER));
            whatIsNotAsItShouldBeIsSaid(page);
            publishingSendsWhatTheFormSays(page);
            whatIsRefusedIsShown(page, chromium);
            aLostConnectionIsSaid(page, chromium);
            withoutAStreamTheFleetIsShownAndWhyItIsNotLive(chromium);
            assertThat(chromium.complaints)
                    .as("what the browser's console complained about")
                    .isEmpty();
        }
    }

    private void anEmptyFleetSaysWhatToExpect(Page page) {
        page.navigate(Chromium.address(""));
        assertThat(page.getByTestId("connection")).hasAttribute("data-state", "live");
        assertThat(page.getByTestId("tile-clusters")).isVisible();
        Chromium.picture(page, "fleet-empty");
    }

    private static void theFleetAppearsWithoutReload(Page page) {
        assertThat(page.locator("[data-testid=cluster-row][data-cluster=prod-weu-01]"))
                .isVisible();
        assertThat(page.getByTestId("by-configuration")).containsText("IPVS LeastConnection");
        page.getByTestId("filter-text").fill("dev sea");
        assertThat(page.locator("[data-cluster=dev-sea-05]")).isVisible();
        assertThat(page.locator("[data-cluster=prod-weu-01]")).hasCount(0);
        page.getByTestId("filter-text").fill("");
    }

    /** For people to look at: every page in both sizes and both colour schemes. */
    private void pictures(Chromium chromium) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : List.of(Chromium.DESKTOP, Chromium.PHONE)) {
                Page page = chromium.open(width, scheme);
                String suffix = "-" + width + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT);
                page.navigate(Chromium.address(""));
                assertThat(page.locator("[data-cluster=prod-weu-01]")).isVisible();
                Chromium.picture(page, "fleet" + suffix);
                page.navigate(Chromium.address("#/rollouts"));
                assertThat(page.getByTestId("rollout-row").first()).isVisible();
                Chromium.picture(page, "rollouts" + suffix);
                page.navigate(Chromium.address("#/rollouts/prod-ipvs.2"));
                assertThat(page.getByTestId("cluster-cell").first()).isVisible();
                assertThat(page.getByTestId("gate-picture").first()).isVisible();
                Chromium.picture(page, "rollout" + suffix);
                page.navigate(Chromium.address(CLUSTER));
                assertThat(page.locator("[data-testid=chart-connections] canvas"))
                        .isVisible();
                Chromium.picture(page, "cluster" + suffix);
                page.navigate(Chromium.address("#/agents"));
                assertThat(page.getByTestId("agents-row").first()).isVisible();
                Chromium.picture(page, "agents" + suffix);
                assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                        .as("the agents fit a screen of %d pixels", width)
                        .isTrue();
                page.navigate(Chromium.address("#/publish"));
                assertThat(page.getByTestId("publish-form")).isVisible();
                Chromium.picture(page, "publish" + suffix);
                assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                        .as("nothing is wider than a screen of %d pixels", width)
                        .isTrue();
                page.context().close();
            }
        }
    }

    private static void theRolloutShowsEveryCluster(Page page) {
        page.getByTestId("active-rollout").click();
        assertThat(page.getByTestId("rollout-state")).hasAttribute("data-state", "Running");
        assertThat(page.getByTestId("stage")).hasCount(3);
        assertThat(page.getByTestId("group")).hasCount(4);
        assertThat(page.getByTestId("explanation")).containsText("stage early has 2 under way, at most 5 at once");
        // It goes on while the test runs, however slow the machine is.
        assertThat(page.getByTestId("spent"))
                .hasText(Pattern.compile("(2[6-9]|[3-5]\\d) min.* in all, [2-5]\\d min.* active, .* waiting"));
        assertThat(page.getByTestId("cluster-cell")).hasCount(16);
        assertThat(page.locator("[data-testid=rollout-cluster][data-cluster=prod-weu-02]"))
                .containsText("OperationNotAllowed");
        assertThat(page.getByTestId("cost-stage")).hasCount(1);
        assertThat(page.getByTestId("cost-stage"))
                .containsText("refused connections on 1 of 1 cluster for at most 20 s");
        assertThat(page.getByTestId("cost-stage")).containsText("Refused connections: 20 s on 1 of 1, 18 in all");
        assertThat(page.getByTestId("cost-cluster")).hasCount(1);
        assertThat(page.getByTestId("cost-cluster")).hasAttribute("data-cluster", "prod-weu-01");
    }

    private void pausingAsksFirstAndShowsTheAnswer(Page page) {
        publisher.reset(AuditRecord.Verdict.Done);
        assertThat(page.getByTestId("action-approve")).hasCount(0);
        page.getByTestId("impossible").locator("summary").click();
        assertThat(page.getByTestId("impossible")).containsText("Approve: no stage of it awaits approval");
        page.getByTestId("action-pause").click();
        page.getByTestId("confirm-reason").fill("looking at errors");
        Chromium.picture(page, "confirm");
        page.getByTestId("confirm-ok").click();
        assertThat(page.getByTestId("answer")).hasText("the rollout is paused");
        assertThat(publisher.commands).singleElement().satisfies(command -> {
            assertThat(command.action()).isEqualTo(Command.Action.Pause);
            assertThat(command.reason()).isEqualTo("looking at errors");
        });
    }

    private void oneClusterIsRetriedOrSkipped(Page page) {
        publisher.reset(AuditRecord.Verdict.Done);
        page.locator("[data-testid=rollout-cluster][data-cluster=prod-weu-02]")
                .getByTestId("cluster-retry")
                .click();
        assertThat(page.getByTestId("confirm")).containsText("Retry prod-weu-02 in prod-ipvs.2?");
        Chromium.picture(page, "confirm-retry");
        page.getByTestId("confirm-ok").click();
        assertThat(page.getByTestId("answer")).isVisible();
        page.locator("[data-testid=rollout-cluster][data-cluster=prod-weu-03]")
                .getByTestId("cluster-skip")
                .click();
        page.getByTestId("confirm-ok").click();
        assertThat(page.getByTestId("answer")).isVisible();
        assertThat(publisher.commands)
                .extracting(Command::action)
                .containsExactly(Command.Action.Retry, Command.Action.Skip);
        assertThat(publisher.commands)
                .extracting(Command::cluster)
                .containsExactly(Fleet.id("prod-weu-02"), Fleet.id("prod-weu-03"));
    }

    private void aGateIsDrawn(Page page) {
        Locator rising = page.locator("[data-testid=gate-picture][data-gate=refusals]");
        assertThat(rising.getByRole(AriaRole.IMG))
                .hasAttribute(
                        "aria-label",
                        Pattern.compile("Events a node and minute over time in stage early; .* evidence 1,240 of 500, "
                                + "first change at .*, Fail at .*"));
        assertThat(rising.locator(".mark-verdict")).hasCount(1);
        assertThat(rising.getByTestId("known-since")).hasCount(0);
        assertThat(page.locator("[data-testid=gate-picture][data-gate=conntrackFailures]")
                        .getByTestId("known-since"))
                .isVisible();
        assertThat(page.locator("[data-testid=gate-picture][data-gate=slowSyncs]"))
                .hasCount(0);
    }

    private void aGateIsOverruledWithAReason(Page page) {
        publisher.reset(AuditRecord.Verdict.Done);
        Locator stage = page.locator("[data-testid=gate][data-stage=early]");
        assertThat(stage).hasCount(4);
        assertThat(page.getByTestId("overruled")).containsText("overruled by grace");
        assertThat(page.getByTestId("gate-override")).hasCount(1);
        page.getByTestId("gate-override").click();
        assertThat(page.getByTestId("confirm")).containsText("Override refusals in prod-ipvs.2?");
        page.getByTestId("confirm-ok").click();
        assertThat(page.getByTestId("confirm")).isVisible();
        page.getByTestId("confirm-reason").fill("a load test");
        page.getByTestId("confirm-ok").click();
        assertThat(page.getByTestId("answer")).isVisible();
        assertThat(publisher.commands).singleElement().satisfies(command -> {
            assertThat(command.action()).isEqualTo(Command.Action.Override);
            assertThat(command.gate()).isEqualTo("refusals");
            assertThat(command.reason()).isEqualTo("a load test");
        });
    }

    private void aBakeIsPromoted(Page page, ShownFleet fleet) {
        publisher.reset(AuditRecord.Verdict.Done);
        assertThat(page.getByTestId("action-promote")).hasCount(0);
        fleet.bake(view);
        page.getByTestId("action-promote").click();
        page.getByTestId("confirm-ok").click();
        assertThat(page.getByTestId("answer")).isVisible();
        assertThat(publisher.commands).extracting(Command::action).containsExactly(Command.Action.Promote);
    }

    private void aRollbackIsShown(Page page, ShownFleet fleet) {
        publisher.reset(AuditRecord.Verdict.Done);
        page.getByTestId("action-rollback").click();
        assertThat(page.getByTestId("confirm")).containsText("gets back what it had before");
        page.getByTestId("confirm-ok").click();
        assertThat(page.getByTestId("answer")).isVisible();
        assertThat(publisher.commands).extracting(Command::action).containsExactly(Command.Action.Rollback);
        fleet.rollBack(view);
        assertThat(page.getByTestId("rollout-state")).hasAttribute("data-state", "RollingBack");
        assertThat(page.getByTestId("rollout-message")).containsText("MaxFailuresExceeded");
        assertThat(page.locator("[data-testid=cluster-cell][data-state=RolledBack]"))
                .hasCount(1);
        Chromium.picture(page, "rollout-rolling-back");
    }

    private void theRolloutFinishesWithoutReload(Page page) {
        assertThat(page.getByTestId("rollout-state")).hasAttribute("data-state", "Succeeded");
        assertThat(page.locator("[data-testid=cluster-cell][data-state=Converged]"))
                .hasCount(16);
        assertThat(page.getByTestId("rollout-progress")).hasText("16 of 16 clusters done");
        assertThat(page.getByTestId("action-abort")).hasCount(0);
        Chromium.picture(page, "rollout-succeeded");
    }

    private static void theClusterPageExplains(Page page) {
        page.locator("[data-testid=cluster-cell][data-cluster=prod-weu-01]").click();
        assertThat(page.getByTestId("explanation")).containsText("prod-weu-01 runs IPVS LeastConnection");
        assertThat(page.getByTestId("node")).hasCount(5);
        assertThat(page.getByTestId("proof").first()).hasText("proven");
        assertThat(page.getByTestId("proof").last()).hasText("rules not programmed yet");
        assertThat(page.getByTestId("kube-proxy").first()).hasText("v1.33.2");
        assertThat(page.getByTestId("probe").first()).hasText("ok");
        assertThat(page.getByTestId("unproven")).hasText("not proven: rules not programmed yet");
        assertThat(page.getByTestId("chart-connections")).hasAttribute("aria-label", Pattern.compile("active \\d+"));
        assertThat(page.getByTestId("cost")).containsText("refused connections for at most 20 s");
        assertThat(page.locator("[data-testid=cost-signal][data-signal=refusals]"))
                .hasText(Pattern.compile("20 s\\s*still so once it had settled\\s+18\\s+0\\.2\\s+10 s"));
        assertThat(page.locator("[data-testid=cost-signal][data-signal=probeFailures]"))
                .containsText("unknown");
    }

    private void bothSourcesStandSideBySide(Page page) {
        assertThat(page.getByTestId("kubernetes"))
                .containsText("DaemonSet: ipvs lc tcp 900 s tcpfin 120 s udp 300 s; of 6 nodes 6 updated, 6 available");
        assertThat(page.getByTestId("kubernetes-age")).not().containsText("old");
        assertThat(page.getByTestId("machines")).containsText("6 Linux (6 ready, 6 amd64); 2 Windows");
        assertThat(page.getByTestId("machines")).containsText("event IPVSDeprecation on 6 nodes");
        assertThat(page.getByTestId("agent-versions")).containsText("1.0.0 on 5 nodes");
        assertThat(page.getByTestId("node-kubernetes").first()).containsText("ipvs, ready");
        assertThat(page.getByTestId("node-kubernetes").first()).containsText("v1.34.1 · amd64 · 5.15.0-1092-azure");
        assertThat(page.getByTestId("silent-node")).hasCount(1);
        assertThat(page.getByTestId("silent-node")).containsText("no agent reports");
        assertThat(page.locator("#nodes-title")).containsText("5 of 5 report; the Kubernetes API shows 6");
        assertThat(page.getByTestId("disagreement")).hasCount(0);
        narrow(page, "cluster-sources-narrow");
    }

    private void whatTheKubernetesApiDoesNotShowIsSaid(Page page) {
        page.navigate(Chromium.address(CLUSTER.replace("prod-weu-01", ShownEvidence.HINDERED)));
        assertThat(page.getByTestId("kubernetes")).containsText("may not list pods");
        assertThat(page.getByTestId("kubernetes")).containsText("AccessForbidden");
        assertThat(page.getByTestId("kubernetes")).containsText("Grant the role");
        assertThat(page.getByTestId("kubernetes-age")).containsText("old: seen 1 h ago");
        page.navigate(Chromium.address(CLUSTER.replace("prod-weu-01", ShownEvidence.DISAGREEING)));
        assertThat(page.getByTestId("disagreement")).containsText("FlagsDiffer");
        assertThat(page.getByTestId("disagreement")).containsText("the DaemonSet has other flags");
        assertThat(page.locator(".explain")).hasClass(Pattern.compile("tone-warn"));
        Chromium.picture(page, "cluster-disagreeing");
        page.navigate(Chromium.address(CLUSTER.replace("prod-weu-01", ShownEvidence.KUBERNETES_ONLY)));
        assertThat(page.getByTestId("silent-node")).hasCount(5);
        Chromium.picture(page, "cluster-without-agents");
        page.navigate(Chromium.address(CLUSTER.replace("prod-weu-01", "prod-sea-01")));
        assertThat(page.getByTestId("kubernetes")).hasText("not looked at");
    }

    private void agentsAreListed(Page page) {
        page.getByTestId("nav-fleet").click();
        assertThat(page.getByTestId("evidence-counts"))
                .hasText("17 clusters seen by agents, 1 cluster seen by Kubernetes, 2 clusters seen by both");
        assertThat(page.locator("[data-cluster=prod-weu-02]").getByTestId("kubernetes-short"))
                .containsText("5 of 5 rolled out FlagsDiffer");
        page.getByTestId("nav-agents").click();
        assertThat(page.getByTestId("agents-finding")).containsText("version 1.0.0 runs on");
        assertThat(page.getByTestId("agents-row")).hasCount(20);
        Locator missing = page.locator("[data-testid=agents-row][data-cluster=prod-weu-01]");
        assertThat(missing).containsText("5 of 6");
        assertThat(missing).containsText("counted by Kubernetes");
        assertThat(missing).containsText("vmss000005");
        page.getByTestId("agents-only").selectOption("wrong");
        assertThat(page.locator("[data-testid=agents-row][data-cluster=prod-eus-01]"))
                .hasCount(0);
        assertThat(page.locator("[data-testid=agents-row][data-cluster=dev-neu-05]"))
                .containsText("NoAgents");
    }

    private void campaignsSayHowFarTheyAre(Page page) {
        Fleet.tell(view, Fleet.campaign("leave-ipvs", new KubeProxyConfig(true, KubeProxyMode.NFTABLES, null)));
        Fleet.tell(
                view,
                Fleet.status("leave-ipvs.1", "prod-weu-01", RolloutClusterStatus.State.Converged, null, "has it"));
        Fleet.tell(
                view,
                Fleet.status(
                        "leave-ipvs.1", "prod-neu-01", RolloutClusterStatus.State.Failed, "NodesDiffer", "differ"));
        page.getByTestId("nav-readiness").click();
        Locator campaign = page.locator("[data-testid=campaign][data-name=leave-ipvs]");
        assertThat(campaign).containsText("Campaign leave-ipvs to NFTABLES");
        assertThat(campaign.getByTestId("campaign-done").locator(".figure")).hasText("1");
        assertThat(campaign.locator("[data-testid=campaign-obstacle][data-code=NodesDiffer]"))
                .containsText("see its rollout");
        assertThat(campaign.locator("[data-testid=campaign-obstacle][data-code=NftablesFixMissing]"))
                .containsText("Upgrade the cluster to 1.33.11");
        assertThat(campaign.getByTestId("campaign-undated"))
                .hasText("1 done before, or had the mode already; nobody knows when");
        assertThat(campaign.getByTestId("campaign-support")).containsText("Support ends first on 20");
        assertThat(page.getByTestId("readiness-row").first()).isVisible();
        Chromium.picture(page, "campaign");
        narrow(page, "campaign-390");
        Fleet.forget(view, view.rollout("leave-ipvs.1").orElseThrow());
    }

    private void whatIsNotAsItShouldBeIsSaid(Page page) {
        assertThat(page.getByTestId("drift")).hasCount(0);
        assertThat(page.getByTestId("differing")).hasCount(0);
        Fleet.tell(
                view,
                Fleet.status(
                        "prod-ipvs.2",
                        "prod-weu-01",
                        RolloutClusterStatus.State.Converged,
                        "NodesDrifted",
                        "3 of 3 nodes run something else."));
        view.apply(Fleet.health("prod-weu-01", InstantSource.system().instant().plusSeconds(1), "iptables", null, 300));
        assertThat(page.getByTestId("drift")).containsText("3 of 3 nodes run something else.");
        assertThat(page.getByTestId("drift").getByRole(AriaRole.LINK)).hasText("prod-ipvs.2");
        assertThat(page.getByTestId("differing")).hasText("3 of 3 nodes run something else than Azure shows");
        Chromium.picture(page, "cluster-drifted");
        page.getByTestId("nav-fleet").click();
        assertThat(page.locator("[data-cluster=prod-weu-01]").getByTestId("differing"))
                .isVisible();
        assertThat(page.getByTestId("tile-drift")).containsText("show the cluster that differs");
        Chromium.picture(page, "fleet-drifted");
    }

    private void publishingSendsWhatTheFormSays(Page page) {
        page.getByTestId("nav-publish").click();
        assertThat(page.getByTestId("publish-submit")).isDisabled();
        page.getByTestId("publish-tags").fill("env=dev");
        page.getByTestId("publish-name").fill("prod-ipvs");
        page.getByTestId("publish-plan").click();
        assertThat(page.getByTestId("plan-cost"))
                .hasText(
                        "Last time, stage canary of prod-ipvs.2: refused connections on 1 of 1 cluster for at most 20 s.");
        page.getByTestId("publish-name").fill("dev-ipvs");
        page.getByTestId("publish-scheduler").selectOption("RoundRobin");
        page.getByTestId("publish-tcpTimeoutSeconds").fill("1200");
        assertThat(page.getByTestId("publish-matches")).containsText("4 of 20");
        page.getByTestId("publish-drift").selectOption("Correct");
        page.getByTestId("publish-reason").fill("fewer rules");
        page.getByTestId("publish-plan").click();
        assertThat(page.getByTestId("plan-changes")).hasText("4 clusters would change");
        assertThat(page.getByTestId("plan-stage").first()).containsText("canary");
        assertThat(page.getByTestId("plan-stage").first()).containsText("→ IPVS RoundRobin");
        assertThat(page.getByTestId("plan-gates").first()).containsText("refusals, conntrackFailures");
        assertThat(page.getByTestId("plan-cannot-tell").first()).containsText("SignalUnknown");
        assertThat(page.getByTestId("warnings")).containsText("Interruption");
        assertThat(publisher.published).isEmpty();
        Chromium.picture(page, "publish-plan");
        narrow(page, "publish-plan-390");
        page.getByTestId("publish-submit").click();
        assertThat(page.getByTestId("publish-done")).isVisible();
        assertThat(publisher.published).singleElement().satisfies(published -> {
            assertThat(published.key()).isEqualTo("dev-ipvs");
            assertThat(published.asked().reason()).isEqualTo("fewer rules");
            assertThat(published.config())
                    .extracting(config -> Objects.requireNonNull(config.spec().kubeProxy())
                            .effective()
                            .ipvs())
                    .satisfies(ipvs -> {
                        assertThat(ipvs.scheduler()).isEqualTo(IpvsScheduler.RoundRobin);
                        assertThat(ipvs.tcpTimeoutSeconds()).isEqualTo(1200);
                    });
        });
        Chromium.picture(page, "published");
    }

    /** The same page on a phone. */
    private static void narrow(Page page, String name) {
        page.setViewportSize(390, 844);
        Chromium.picture(page, name);
        assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                .as("nothing is wider than a phone")
                .isTrue();
        page.setViewportSize(1280, 800);
    }

    private void whatIsRefusedIsShown(Page page, Chromium chromium) {
        publisher.reset(AuditRecord.Verdict.Refused);
        page.getByTestId("publish-submit").click();
        assertThat(page.getByTestId("publish-error")).isVisible();
        // The browser's console notes every answer that is no success; this one was wanted.
        chromium.complaints.removeIf(complaint -> complaint.contains("409"));
        publisher.reset(AuditRecord.Verdict.Done);
    }

    private void aLostConnectionIsSaid(Page page, Chromium chromium) {
        page.getByTestId("nav-fleet").click();
        Locator lost = page.getByTestId("disconnected");
        page.context().setOffline(true);
        page.route("**/api/v1/**", route -> route.abort());
        view.apply(new Change.Cluster(Fleet.id("dev-sea-05"), null));
        assertThat(lost).isVisible();
        Chromium.picture(page, "disconnected");
        page.unroute("**/api/v1/**");
        page.context().setOffline(false);
        assertThat(page.getByTestId("connection")).hasAttribute("data-state", "live");
        assertThat(lost).hasCount(0);
        chromium.complaints.clear();
    }

    private void withoutAStreamTheFleetIsShownAndWhyItIsNotLive(Chromium chromium) {
        Page page = chromium.open(Chromium.DESKTOP, ColorScheme.LIGHT);
        page.route("**/api/v1/events", route -> route.fulfill(new Route.FulfillOptions().setStatus(503)));
        page.navigate(Chromium.address(""));
        assertThat(page.locator("[data-cluster=prod-weu-01]")).isVisible();
        assertThat(page.getByTestId("disconnected")).containsText("has no live connection to give");
        Chromium.picture(page, "refused");
        page.unroute("**/api/v1/events");
        assertThat(page.getByTestId("connection")).hasAttribute("data-state", "live");
        assertThat(page.getByTestId("disconnected")).hasCount(0);
        page.context().close();
        chromium.complaints.clear();
    }
}
