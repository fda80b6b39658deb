package dev.kubeproxyfleet.fleet.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.readiness.Calendar;
import dev.kubeproxyfleet.fleet.readiness.ReadinessJudge;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus.State;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.view.Campaign;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How far a campaign is. It is one that names IPTABLES, since that needs no agents to be ready for. */
class CampaignsTest {

    private static final KubeProxyConfig IPTABLES = new KubeProxyConfig(true, KubeProxyMode.IPTABLES, null);
    private static final Calendar CALENDAR = new Calendar(
            "https://example.org/versions",
            LocalDate.of(2026, 8, 5),
            Map.of(
                    "1.30", new Calendar.Support(LocalDate.of(2026, 1, 31), null),
                    "1.34", new Calendar.Support(LocalDate.of(2026, 11, 30), null),
                    "1.35", new Calendar.Support(LocalDate.of(2027, 3, 31), null)));
    private static final Instant MARCH = Fleet.NOON;
    private static final Instant MAY = MARCH.plus(Duration.ofDays(70));

    private final FleetView view = new FleetView(_ -> {}, _ -> {}, 10, 10);
    private final Campaigns campaigns = new Campaigns(view, new ReadinessJudge(CALENDAR));

    @BeforeEach
    void publish() {
        String subscription = Fleet.SUBSCRIPTION;
        view.apply(new Change.Subscription(
                subscription, new SubscriptionRecord(subscription, 9, "Registered", List.of(subscription))));
        told(1, RolloutStatus.State.Succeeded);
        told(2, RolloutStatus.State.Running);
    }

    private static FleetConfig.Spec spec(@Nullable String strategy, KubeProxyConfig gives) {
        return new FleetConfig.Spec(
                gives,
                null,
                new Selector(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(Fleet.id("a")),
                        new Selector.Tags(Map.of("env", "prod"), List.of()),
                        null),
                0,
                Strategy.DEFAULT,
                FleetConfig.Drift.Report,
                FleetConfig.NewClusters.Join,
                strategy);
    }

    private void told(long generation, RolloutStatus.State state) {
        Fleet.tell(view, Fleet.with(Fleet.rollout("pin", generation, state), spec("pin", IPTABLES), false));
    }

    private void cluster(String name, KubeProxyConfig shown, String version) {
        Change.Cluster change = Fleet.cluster(name, shown);
        view.apply(new Change.Cluster(
                change.id(),
                ClusterRecords.of(Objects.requireNonNull(change.cluster()))
                        .kubernetesVersion(version)
                        .build()));
    }

    private void status(
            long generation,
            String cluster,
            State state,
            @Nullable String code,
            KubeProxyConfig before,
            Instant since) {
        Fleet.tell(
                view,
                new RolloutClusterStatus(
                        "pin." + generation,
                        Fleet.id(cluster),
                        null,
                        "rest",
                        null,
                        state,
                        code == null ? null : ReasonCode.of(code),
                        "m",
                        since,
                        1,
                        before,
                        null,
                        null,
                        null,
                        null));
    }

    private Campaign campaign() {
        return campaigns.named("pin", MAY).orElseThrow();
    }

    @Test
    void eachClusterCountsOnceWhereItIs() {
        cluster("a", IPTABLES, "1.34.7");
        status(2, "a", State.Converged, null, KubeProxyConfig.UNSET, MAY);
        cluster("b", KubeProxyConfig.UNSET, "1.34.7");
        status(2, "b", State.Waiting, null, KubeProxyConfig.UNSET, MAY);
        cluster("c", KubeProxyConfig.UNSET, "1.34.7");
        cluster("d", KubeProxyConfig.UNSET, "1.34.7");
        status(2, "d", State.Failed, "NodesDiffer", KubeProxyConfig.UNSET, MAY);
        cluster("e", new KubeProxyConfig(true, KubeProxyMode.IPVS, null), "1.34.7");
        cluster("f", KubeProxyConfig.UNSET, "1.40.0");
        cluster("g", new KubeProxyConfig(true, KubeProxyMode.NFTABLES, null), "1.34.7");
        status(2, "g", State.Converged, "Drifted", KubeProxyConfig.UNSET, MAY);
        cluster("h", KubeProxyConfig.UNSET, "1.34.7");
        status(1, "h", State.Waiting, null, KubeProxyConfig.UNSET, MARCH);

        Campaign campaign = campaign();

        assertThat(campaign.clusters())
                .as("what waits in a rollout that has ended is ready")
                .isEqualTo(new Campaign.Counts(1, 1, 2, 2, 1, 1));
        assertThat(campaign.obstacles())
                .extracting(obstacle -> obstacle.code() + " " + obstacle.clusters() + " " + obstacle.examples())
                .containsExactlyInAnyOrder("NodesDiffer 1 [d]", "Drifted 1 [g]", "PresentModeUnknown 1 [f]");
        assertThat(campaign.to()).isEqualTo(KubeProxyMode.IPTABLES);
        assertThat(campaign.rollout()).isEqualTo("pin.2");
    }

    @Test
    void aClusterIsDoneInTheMonthInWhichItWasGivenTheMode() {
        cluster("a", IPTABLES, "1.34.7");
        status(1, "a", State.Converged, null, KubeProxyConfig.UNSET, MARCH);
        status(2, "a", State.Converged, null, IPTABLES, MAY);
        cluster("b", IPTABLES, "1.34.7");
        status(2, "b", State.Converged, null, KubeProxyConfig.UNSET, MAY);
        cluster("c", IPTABLES, "1.34.7");
        status(2, "c", State.Converged, null, IPTABLES, MAY);

        assertThat(campaign().months())
                .containsExactly(new Campaign.Month("2026-03", 1), new Campaign.Month("2026-05", 1));
        assertThat(campaign().doneAtUnknownTime()).as("it had the mode").isOne();
        assertThat(campaign().knownSince()).isNull();
        assertThat(campaign().support().asOf()).as("nothing is left").isNull();
    }

    @Test
    void whatWasDoneByARolloutThatIsKeptNoLongerIsNotInvented() {
        cluster("a", IPTABLES, "1.34.7");
        status(2, "a", State.Converged, null, IPTABLES, MAY);
        view.apply(new Change.Rollout("pin.1", null));
        var known = view.atOneMoment(facts -> facts.config("pin")).orElseThrow();
        view.apply(new Change.Config(
                "pin",
                new ConfigStatus(
                        known.name(),
                        known.spec(),
                        known.generation(),
                        known.latestRollout(),
                        known.activeRollout(),
                        known.fullRollout(),
                        known.plannedGeneration(),
                        known.releasedGeneration(),
                        known.stoppedBy(),
                        1L,
                        known.provenance())));

        assertThat(campaign().months()).isEmpty();
        assertThat(campaign().doneAtUnknownTime()).isOne();
        assertThat(campaign().knownSince())
                .isEqualTo(view.rollout("pin.2").orElseThrow().createdAt());
    }

    @Test
    void supportIsOfWhatIsLeft() {
        cluster("a", IPTABLES, "1.30.1");
        status(2, "a", State.Converged, null, KubeProxyConfig.UNSET, MAY);
        cluster("b", KubeProxyConfig.UNSET, "1.34.7");
        cluster("c", KubeProxyConfig.UNSET, "1.35.4");
        cluster("d", KubeProxyConfig.UNSET, "1.99.0");

        Campaign.Support support = campaign().support();

        assertThat(support).isEqualTo(new Campaign.Support("2026-11-30", 203, 1, 1, "2026-08-05"));
    }

    @Test
    void onlyAConfigThatNamesAModeAndRefersToItsOwnStrategyIsACampaign() {
        Fleet.tell(
                view,
                Fleet.with(Fleet.rollout("other", 1, RolloutStatus.State.Succeeded), spec("careful", IPTABLES), false));
        Fleet.tell(
                view,
                Fleet.with(
                        Fleet.rollout("modeless", 1, RolloutStatus.State.Succeeded),
                        spec("modeless", new KubeProxyConfig(true, null, null)),
                        false));

        assertThat(campaigns.all(MAY)).extracting(Campaign::name).containsExactly("pin");
        assertThat(campaigns.named("other", MAY)).isEmpty();
    }
}
