package dev.kubeproxyfleet.fleet.api;

import static dev.kubeproxyfleet.fleet.view.Fleet.LEAST_CONNECTION;

import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.fleet.view.Change;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.avro.OldestVersion;
import dev.kubeproxyfleet.schemas.avro.Proof;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus.State;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.StageState;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A fleet of the size that the dashboard is made for: 5,000 clusters in five locations and subscriptions, 50 configurations with a
 * rollout under way, and four ended ones of each. Cluster {@code i} is of configuration {@code i % 50}.
 */
final class LargeFleet {

    static final int CLUSTERS = 5_000;
    static final int CONFIGS = 50;
    static final int ENDED = 4;
    private static final int OWN = CLUSTERS / CONFIGS;
    private static final int NODES = 6;
    private static final String[] REGIONS = {"weu", "neu", "eus", "sea", "jpe"};
    private static final String[] LOCATIONS = {"westeurope", "northeurope", "eastus", "southeastasia", "japaneast"};
    private static final String[] VERSIONS = {"1.32.9", "1.33.5", "1.34.1"};
    private static final KubeProxyConfig ROUND_ROBIN =
            new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.RoundRobin, null, null, null));
    private static final KubeProxyConfig NFTABLES = new KubeProxyConfig(true, KubeProxyMode.NFTABLES, null);

    private final Instant now;

    LargeFleet(Instant now) {
        this.now = now;
    }

    /** The id of the rollout of a configuration that is under way. */
    static String open(int config) {
        return name(config) + "." + (ENDED + 1);
    }

    static String cluster(int i) {
        return String.format(Locale.ROOT, "%s-%s-%04d", i % 7 == 0 ? "dev" : "prod", REGIONS[i % REGIONS.length], i);
    }

    void feed(FleetView view) {
        for (int i = 0; i < REGIONS.length; i++) {
            view.apply(new Change.Subscription(
                    subscription(i), new SubscriptionRecord(subscription(i), 20, "Registered", List.of())));
        }
        for (int i = 0; i < CLUSTERS; i++) {
            view.apply(new Change.Cluster(id(i), record(i)));
            if (i % 11 != 0) {
                view.apply(health(i, 0));
            }
        }
        for (int config = 0; config < CONFIGS; config++) {
            for (int generation = 1; generation <= ENDED + 1; generation++) {
                Fleet.tell(view, rollout(config, generation));
            }
            for (int i = config; i < CLUSTERS; i += CONFIGS) {
                view.apply(new Change.RolloutCluster(open(config), id(i), status(i)));
            }
        }
        Fleet.markCaughtUp(view);
    }

    /** What the nodes of a cluster say at a later time. */
    Change.Health health(int i, int seconds) {
        Instant at = now.plusSeconds(seconds);
        var effective = configuration(i).effective();
        boolean ipvs = effective.ipvs() != null;
        String scheduler =
                effective.ipvs() == null ? null : effective.ipvs().scheduler().kernelName();
        int reporting = i % 97 == 0 ? NODES - 1 : NODES;
        return new Change.Health(
                id(i),
                new ClusterHealth(
                        id(i),
                        at,
                        NODES,
                        reporting,
                        List.of(new ObservedConfiguration(
                                effective.mode().name().toLowerCase(Locale.ROOT),
                                scheduler,
                                ipvs ? 900 : null,
                                ipvs ? 120 : null,
                                ipvs ? 300 : null,
                                Proof.Proven,
                                ipvs,
                                reporting,
                                at)),
                        ipvs ? 1_000L + (i * 37L + seconds) % 9_000 : 0L,
                        ipvs ? 400L + i % 900 : 0L,
                        ipvs ? 20.0 + i % 70 : null,
                        ipvs ? 1 + (i % 60) / 100.0 : null,
                        0.2,
                        Map.of(),
                        null,
                        reporting,
                        List.of(),
                        List.of(),
                        Map.of("1.0.0", reporting),
                        0,
                        List.of(),
                        List.of(),
                        reporting,
                        Map.of(),
                        new OldestVersion("5.15.0-1073-azure", reporting, reporting),
                        new OldestVersion("v1.33.2", reporting, reporting),
                        null,
                        null));
    }

    private static String name(int config) {
        return String.format(Locale.ROOT, "team-%02d-%s", config, config % 2 == 0 ? "ipvs" : "nft");
    }

    private static String subscription(int i) {
        return Fleet.SUBSCRIPTION.substring(0, Fleet.SUBSCRIPTION.length() - 1) + i % REGIONS.length;
    }

    private static String id(int i) {
        return "/subscriptions/" + subscription(i) + "/resourcegroups/rg-" + i % 20
                + "/providers/microsoft.containerservice/managedclusters/" + cluster(i);
    }

    private static KubeProxyConfig configuration(int i) {
        return switch (i % 5) {
            case 0, 1 -> LEAST_CONNECTION;
            case 2 -> ROUND_ROBIN;
            case 3 -> NFTABLES;
            default -> KubeProxyConfig.UNSET;
        };
    }

    private static ClusterRecord record(int i) {
        return ClusterRecords.running(id(i), cluster(i), subscription(i), "rg-" + i % 20)
                .location(LOCATIONS[i % LOCATIONS.length])
                .tags(Map.of("env", i % 7 == 0 ? "dev" : "prod", "tier", i % 3 == 0 ? "gold" : "silver"))
                .kubernetesVersion(VERSIONS[(i / REGIONS.length) % VERSIONS.length])
                .provisioningState("Succeeded")
                .powerState(i % 89 == 0 ? "Stopped" : "Running")
                .nodeCount(NODES)
                .kubeProxy(configuration(i))
                .build();
    }

    /** The first clusters of a configuration are its canaries, and the last tenth has not begun. */
    private static State state(int i) {
        int place = i / CONFIGS;
        if (place >= OWN * 9 / 10) {
            return State.Waiting;
        }
        if (place >= OWN * 8 / 10) {
            return place % 2 == 0 ? State.Updating : State.Verifying;
        }
        return place % 23 == 5 ? State.Failed : place % 31 == 7 ? State.Skipped : State.Converged;
    }

    private RolloutClusterStatus status(int i) {
        State state = state(i);
        String code = switch (state) {
            case Waiting -> "StageFull";
            case Failed -> "OperationNotAllowed";
            case Skipped -> "ClusterStopped";
            case Updating, Verifying, Converged, RolledBack -> null;
        };
        return new RolloutClusterStatus(
                open(i % CONFIGS),
                id(i),
                null,
                i < CONFIGS ? "canary" : "rest",
                null,
                state,
                code == null ? null : ReasonCode.of(code),
                switch (state) {
                    case Waiting -> "waits for one of the clusters under way";
                    case Updating -> "Azure is changing the cluster";
                    case Verifying -> "4 of 6 nodes show the configuration";
                    case Converged -> "6 of 6 nodes show the configuration";
                    case Failed -> "Azure refused the change: an upgrade of the cluster is under way.";
                    case Skipped -> "the cluster is stopped; it is caught once it has started";
                    case RolledBack -> "it has IPVS RoundRobin again";
                },
                now.minusSeconds(5L * (OWN - i / CONFIGS)),
                1,
                ROUND_ROBIN,
                null,
                null,
                List.of(),
                null);
    }

    private RolloutStatus rollout(int config, int generation) {
        boolean ended = generation <= ENDED;
        Instant createdAt = now.minus(Duration.ofDays(ENDED + 1L - generation)).minusSeconds(1_800 + config * 60L);
        Instant since = createdAt.plusSeconds(1_500);
        RolloutStatus.Counts canary = new RolloutStatus.Counts(0, 0, 0, 1, 0, 0, 0);
        return new RolloutStatus(
                name(config) + "." + generation,
                name(config),
                generation,
                RolloutStatus.Cause.Publish,
                null,
                !ended
                        ? RolloutStatus.State.Running
                        : generation % 2 == 0 ? RolloutStatus.State.Succeeded : RolloutStatus.State.Superseded,
                null,
                ended ? "generation " + (generation + 1) + " replaced it" : "stage rest: 80 of 99 clusters done",
                since,
                createdAt,
                ended ? since : null,
                config % 3 == 0 ? "ada" : "grace",
                Fleet.spec(config % 2 == 0 ? LEAST_CONNECTION : NFTABLES),
                false,
                new RolloutStatus.Plan(0, since, since.plusSeconds(7_200), List.of()),
                Duration.ofMinutes(17),
                ended ? null : now.minusSeconds(180),
                List.of(
                        stage("canary", StageState.Done, createdAt.plusSeconds(300), canary),
                        stage(
                                "rest",
                                ended ? StageState.Done : StageState.Updating,
                                since,
                                ended
                                        ? new RolloutStatus.Counts(0, 0, 0, 99, 0, 0, 0)
                                        : new RolloutStatus.Counts(10, 5, 5, 74, 3, 2, 0))),
                null);
    }

    private static RolloutStatus.Stage stage(
            String name, StageState state, Instant since, RolloutStatus.Counts counts) {
        return new RolloutStatus.Stage(name, state, since, null, 10, 2, counts, List.of(), null, null);
    }
}
