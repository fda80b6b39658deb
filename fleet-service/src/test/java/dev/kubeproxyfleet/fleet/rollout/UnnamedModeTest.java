package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.stage;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.strategy;
import static dev.kubeproxyfleet.fleet.rollout.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.FleetConfig.Drift;
import dev.kubeproxyfleet.schemas.config.FleetConfig.NewClusters;
import dev.kubeproxyfleet.schemas.config.FleetConfig.Spec;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Command.Action;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a mode that nobody names means: iptables up to Kubernetes 1.39, and from 1.40 on what each node proves. */
class UnnamedModeTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private static final Map<String, KubeProxyConfig> CONFIGS = Map.of(
            "nothing",
            KubeProxyConfig.UNSET,
            "disabled",
            KubeProxyConfig.DISABLED,
            "IPTABLES",
            named(KubeProxyMode.IPTABLES),
            "NFTABLES",
            named(KubeProxyMode.NFTABLES),
            "IPVS",
            IPVS_LC);

    private final Driver driver = new Driver(Fleets.of(1));

    private static KubeProxyConfig named(KubeProxyMode mode) {
        return new KubeProxyConfig(true, mode, null);
    }

    private static KubeProxyConfig config(String text) {
        return Objects.requireNonNull(CONFIGS.get(text));
    }

    private static ClusterRecord cluster(String version, KubeProxyConfig shown) {
        return ClusterRecords.of(Fleets.running(Fleets.cluster(0), shown))
                .kubernetesVersion(version)
                .build();
    }

    private static Evidence.Observed observed(String mode, int nodes, Evidence.Proof proof, Instant at) {
        boolean isIpvs = mode.equals("ipvs");
        return new Evidence.Observed(
                mode,
                isIpvs ? "lc" : null,
                isIpvs ? 900 : null,
                isIpvs ? 120 : null,
                isIpvs ? 300 : null,
                proof,
                isIpvs,
                nodes,
                at);
    }

    /** @param nodes a mode that all three prove, {@code mixed}, {@code two} of three, {@code unproven} or {@code silent} */
    private static Evidence evidence(String nodes, Instant at) {
        return switch (nodes) {
            case "silent" -> Evidence.NONE;
            case "two" -> new Evidence(2, 0, List.of(observed("nftables", 2, Evidence.Proof.PROVEN, at)), null);
            case "unproven" ->
                new Evidence(3, 0, List.of(observed("nftables", 3, Evidence.Proof.SYNC_UNKNOWN, at)), null);
            case "mixed" ->
                new Evidence(
                        3,
                        0,
                        List.of(
                                observed("iptables", 1, Evidence.Proof.PROVEN, at),
                                observed("nftables", 2, Evidence.Proof.PROVEN, at)),
                        null);
            default -> new Evidence(3, 0, List.of(observed(nodes, 3, Evidence.Proof.PROVEN, at)), null);
        };
    }

    @ParameterizedTest(name = "{0}, Azure shows {1}, nodes {2}: {3}")
    @CsvSource({
        "1.39.9, nothing, silent, IPTABLES",
        "1.39.9, nothing, nftables, IPTABLES",
        "1.40.0, nothing, silent, a mode that nobody knows",
        "1.40.0, nothing, two, a mode that nobody knows",
        "1.40.0, nothing, mixed, a mode that nobody knows",
        "1.40.0, nothing, unproven, a mode that nobody knows",
        "1.40.0, nothing, nftables, NFTABLES",
        "1.40.0, nothing, iptables, IPTABLES",
        "2.0.0, nothing, silent, a mode that nobody knows",
        "'', nothing, silent, a mode that nobody knows",
        "1.40.0, NFTABLES, iptables, NFTABLES",
        "1.40.0, IPVS, silent, IPVS LeastConnection tcp=900s tcpfin=120s udp=300s",
        "1.40.0, disabled, silent, disabled"
    })
    void whatAClusterHas(String version, String shown, String nodes, String expected) {
        Driver other = new Driver(Fleets.of(1));
        ClusterRecord cluster = cluster(version, config(shown));
        other.fleet.evidence.put(Fleets.id(0), evidence(nodes, NOON));

        assertThat(Present.of(Desired.Kind.KubeProxy, other.fleet, cluster).describe())
                .isEqualTo(expected);
    }

    private Spec spec(KubeProxyConfig given, Drift drift) {
        return new Spec(given, Fleets.names("*"), 0, strategy(stage("all", null, 2, 0)), drift, NewClusters.Join);
    }

    private void shows(String version, KubeProxyConfig shown, String nodes) {
        driver.fleet.inventory.put(Fleets.id(0), cluster(version, shown));
        driver.fleet.evidence.put(Fleets.id(0), evidence(nodes, driver.now()));
    }

    private void minutesPass(String nodes) {
        for (int i = 0; i < 12; i++) {
            driver.tick(Duration.ofSeconds(20));
            driver.fleet.evidence.put(Fleets.id(0), evidence(nodes, driver.now()));
        }
        driver.tick();
    }

    /** As if an earlier version of the service had found there what the config means. */
    private RolloutId convergedAt139(KubeProxyConfig given, KubeProxyConfig shown, Drift drift) {
        String nodes = Verification.mode(given.effective());
        shows("1.39.2", shown, nodes);
        RolloutId id = driver.publish("prod", spec(given, drift));
        driver.tick();
        driver.outcome(driver.operations().getFirst(), new Outcome.Applied(shown, false));
        minutesPass(nodes);
        assertThat(driver.cluster(id, 0)).hasConverged();
        return id;
    }

    @ParameterizedTest(name = "given {0}, Azure shows {1}; after the upgrade {2}, nodes {3}: {4}")
    @CsvSource({
        // The config names no mode: nothing is asked, so nothing drifts.
        "nothing, nothing, nothing, silent, ",
        "nothing, nothing, nothing, iptables, ",
        "nothing, nothing, nothing, mixed, ",
        "nothing, nothing, nothing, nftables, ",
        "nothing, nothing, IPTABLES, iptables, ",
        "nothing, nothing, NFTABLES, nftables, ",
        "nothing, nothing, disabled, silent, Drifted",
        // It names one, and Azure does not show it: what the nodes prove decides.
        "IPTABLES, nothing, nothing, silent, ",
        "IPTABLES, nothing, nothing, iptables, ",
        "IPTABLES, nothing, nothing, mixed, ",
        "IPTABLES, nothing, nothing, two, ",
        "IPTABLES, nothing, nothing, unproven, ",
        "IPTABLES, nothing, nothing, nftables, Drifted",
        "IPVS, IPVS, nothing, silent, ",
        "IPVS, IPVS, nothing, nftables, Drifted",
        "NFTABLES, NFTABLES, nothing, nftables, ",
        // Azure shows it: no version matters.
        "IPTABLES, IPTABLES, IPTABLES, iptables, ",
        "IPTABLES, IPTABLES, IPTABLES, nftables, NodesDrifted",
        "IPTABLES, IPTABLES, NFTABLES, nftables, Drifted",
        "NFTABLES, NFTABLES, NFTABLES, iptables, NodesDrifted"
    })
    void anUpgradeWhileAConfigHoldsIsNoDrift(
            String given, String before, String after, String nodes, ClusterReason drift) {
        RolloutId id = convergedAt139(config(given), config(before), Drift.Report);

        shows("1.40.1", config(after), nodes);
        minutesPass(nodes);

        if (drift == null) {
            assertThat(driver.cluster(id, 0)).hasConverged();
        } else {
            assertThat(driver.cluster(id, 0)).hasDrifted().becauseOf(drift);
        }
    }

    @Test
    void aDriftToTheModeThatKubeProxyHasChosenIsCorrectedByNamingTheMode() {
        convergedAt139(config("IPTABLES"), config("nothing"), Drift.Correct);

        shows("1.40.1", config("nothing"), "nftables");
        minutesPass("nftables");

        assertThat(driver.operations())
                .singleElement()
                .satisfies(operation -> assertThat(Fleets.kubeProxy(operation)).isEqualTo(config("IPTABLES")));
    }

    @Test
    void aRolloutThatNamesNoModeSkipsAClusterThatChooses() {
        shows("1.40.1", config("NFTABLES"), "nftables");

        RolloutId id = driver.publish("prod", spec(config("nothing"), Drift.Correct));
        driver.tick();

        assertThat(driver.operations()).isEmpty();
        assertThat(driver.cluster(id, 0)).isSkipped().becauseOf(ClusterReason.ModeNotNamed);
    }

    @Test
    void aClusterThatIsUpgradedThereWhileItIsVerifiedFails() {
        shows("1.39.2", config("NFTABLES"), "nftables");
        RolloutId id = driver.publish("prod", spec(config("nothing"), Drift.Report));
        driver.tick();
        driver.applied(driver.operations().getFirst());

        shows("1.40.1", config("nothing"), "nftables");
        driver.tick();

        assertThat(driver.cluster(id, 0)).hasFailed().becauseOf(ClusterReason.ModeNotNamed);
    }

    @Test
    void nodesThatProveAChosenModeProveThatItWasGivenOnlyOnceAzureNamesIt() {
        shows("1.40.1", config("nothing"), "nftables");
        RolloutId id = driver.publish("prod", spec(config("NFTABLES"), Drift.Report));
        driver.tick();
        assertThat(driver.operations()).as("it is written by name").hasSize(1);

        driver.applied(driver.operations().getFirst());
        driver.tick();
        driver.fleet.evidence.put(Fleets.id(0), evidence("nftables", driver.now()));
        driver.tick();
        assertThat(driver.cluster(id, 0)).hasConverged();
    }

    @Test
    void aPlanTellsWhatIsOnlyToBeNamed() {
        for (String version : List.of("1.33.2", "1.40.1")) {
            shows(version, config("nothing"), "iptables");

            RolloutPlan plan = Preview.plan(driver.fleet, "pin", spec(config("IPTABLES"), Drift.Report), driver.now());

            assertThat(plan.converged()).isEmpty();
            assertThat(plan.stages().getFirst().clusters()).singleElement().satisfies(change -> {
                assertThat(change.from()).isEqualTo("IPTABLES, by default");
                assertThat(change.to()).isEqualTo("IPTABLES");
            });
        }
    }

    @ParameterizedTest(name = "nodes {0}")
    @CsvSource({"iptables, IPTABLES", "mixed, "})
    void whatNobodyKnewIsNotGivenBack(String nodes, String expected) {
        shows("1.40.1", config("nothing"), nodes);
        RolloutId id = driver.publish("prod", spec(config("NFTABLES"), Drift.Report));
        driver.tick();
        driver.fleet.inventory.put(Fleets.id(0), cluster("1.40.1", config("NFTABLES")));
        driver.outcome(driver.operations().getFirst(), new Outcome.Applied(config("nothing"), true));
        minutesPass("nftables");
        assertThat(driver.cluster(id, 0)).hasConverged();

        driver.command(id, Action.Rollback);
        driver.tick();

        if (expected == null) {
            assertThat(driver.operations()).isEmpty();
            assertThat(driver.cluster(id, 0)).hasFailed().becauseOf(ClusterReason.EarlierConfigurationUnknown);
        } else {
            assertThat(driver.operations())
                    .singleElement()
                    .satisfies(
                            operation -> assertThat(Fleets.kubeProxy(operation)).isEqualTo(config(expected)));
        }
    }
}
