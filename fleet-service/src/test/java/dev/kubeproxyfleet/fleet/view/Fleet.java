package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.controller.ControllersWord;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.CountedPackets;
import dev.kubeproxyfleet.schemas.avro.NodeDetails;
import dev.kubeproxyfleet.schemas.avro.NodeSummary;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.avro.OldestVersion;
import dev.kubeproxyfleet.schemas.avro.ProbeState;
import dev.kubeproxyfleet.schemas.avro.Proof;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.PlanWarning;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Records of a small fleet, for tests. */
public final class Fleet {

    public static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    public static final String SUBSCRIPTION = "11111111-2222-3333-4444-555555555555";
    public static final KubeProxyConfig LEAST_CONNECTION =
            new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, 900, 120, 300));

    private Fleet() {}

    /** Says of a view that nothing feeds that it holds all there is. */
    public static void markCaughtUp(FleetView view) {
        view.markCaughtUp();
    }

    public static String id(String name) {
        return "/subscriptions/" + SUBSCRIPTION + "/resourcegroups/rg-prod/providers/microsoft.containerservice"
                + "/managedclusters/" + name;
    }

    public static Change.Cluster cluster(String name, @Nullable KubeProxyConfig kubeProxy) {
        return cluster(name, kubeProxy, "Succeeded", "Running");
    }

    public static Change.Cluster cluster(
            String name, @Nullable KubeProxyConfig kubeProxy, String provisioningState, String powerState) {
        return new Change.Cluster(
                id(name),
                ClusterRecords.running(id(name), name, SUBSCRIPTION, "rg-prod")
                        .tags(Map.of("env", "prod"))
                        .provisioningState(provisioningState)
                        .powerState(powerState)
                        .kubeProxy(kubeProxy)
                        .build());
    }

    public static Change.Cluster withUid(Change.Cluster change, String uid) {
        return new Change.Cluster(
                change.id(),
                ClusterRecords.of(Objects.requireNonNull(change.cluster()))
                        .uid(uid)
                        .build());
    }

    /** Three nodes that all run the same. */
    public static Change.Health health(
            String name, Instant at, String mode, @Nullable String scheduler, long connections) {
        List<NodeSummary> nodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            nodes.add(new NodeSummary(
                    "aks-pool-" + i,
                    at,
                    mode,
                    scheduler,
                    null,
                    null,
                    null,
                    Proof.Proven,
                    false,
                    "v1.33.2",
                    at.minusSeconds(3600).toEpochMilli(),
                    ProbeState.Ok,
                    12,
                    48,
                    connections / 3,
                    5L,
                    1.5,
                    1.2,
                    List.of(),
                    new NodeDetails(0.5, 2, 0, null, null, 1, 0, 1, null, "1.0", "5.15.0-1073-azure")));
        }
        return new Change.Health(
                id(name),
                new ClusterHealth(
                        id(name),
                        at,
                        3,
                        3,
                        List.of(new ObservedConfiguration(
                                mode, scheduler, null, null, null, Proof.Proven, false, 3, at)),
                        connections,
                        15L,
                        4.5,
                        1.2,
                        null,
                        Map.of(),
                        null,
                        3,
                        List.of(),
                        List.of(),
                        Map.of("1.0", 3),
                        0,
                        List.of(),
                        nodes,
                        0,
                        Map.of(),
                        null,
                        null,
                        null,
                        null));
    }

    /** The same from nodes that all tell this kernel and kube-proxy, and this sum of both counters of mode iptables, if any. */
    public static Change.Health withNodeFacts(
            Change.Health told, String kernel, String kubeProxy, @Nullable Long packets) {
        ClusterHealth health = Objects.requireNonNull(told.health());
        int nodes = health.getNodesReporting();
        CountedPackets counted = packets == null ? null : new CountedPackets(packets, nodes);
        // Avro's builder would copy records by another class loader than theirs.
        set(health, "kernel", new OldestVersion(kernel, nodes, nodes));
        set(health, "kubeProxyVersion", new OldestVersion(kubeProxy, nodes, nodes));
        set(health, "ctStateInvalidDrops", counted);
        set(health, "localhostNodePortsAccepted", counted);
        return told;
    }

    private static void set(ClusterHealth health, String field, @Nullable Object value) {
        health.put(health.getSchema().getField(field).pos(), value);
    }

    public static RolloutStatus.Stage stage(String name, RolloutStatus.StageState state, RolloutStatus.Counts counts) {
        return new RolloutStatus.Stage(
                name,
                state,
                NOON,
                state == RolloutStatus.StageState.Baking ? NOON.plusSeconds(610) : null,
                5,
                0,
                counts,
                List.of(),
                null,
                null);
    }

    public static RolloutStatus rollout(
            String config, long generation, RolloutStatus.State state, RolloutStatus.Stage... stages) {
        return rollout(config, generation, state, null, "", stages);
    }

    public static RolloutStatus rollout(
            String config,
            long generation,
            RolloutStatus.State state,
            @Nullable String code,
            String message,
            RolloutStatus.Stage... stages) {
        return new RolloutStatus(
                config + "." + generation,
                config,
                generation,
                RolloutStatus.Cause.Publish,
                null,
                state,
                code == null ? null : ReasonCode.of(code),
                message,
                NOON,
                NOON.minusSeconds(600).plusSeconds(generation),
                null,
                "ada",
                spec(LEAST_CONNECTION),
                false,
                new RolloutStatus.Plan(
                        4,
                        NOON.plusSeconds(1800),
                        NOON.plusSeconds(7200),
                        List.of(new RolloutPlan.Warning(
                                PlanWarning.IpvsDeprecated,
                                "Upstream has deprecated IPVS mode.",
                                2,
                                List.of("weu-01")))),
                Duration.ofMinutes(5),
                null,
                List.of(stages),
                null);
    }

    /** Every cluster, rolled out with the default strategy. */
    public static FleetConfig.Spec spec(KubeProxyConfig kubeProxy) {
        return new FleetConfig.Spec(
                kubeProxy,
                new Selector(List.of(), List.of(), List.of(), List.of("*"), List.of(), Selector.Tags.NONE, null),
                0,
                Strategy.DEFAULT,
                FleetConfig.Drift.Report,
                FleetConfig.NewClusters.Join);
    }

    /** The rollout of a campaign that brings every cluster to a mode, on its way. */
    public static RolloutStatus campaign(String name, KubeProxyConfig gives) {
        FleetConfig.Spec spec = spec(gives);
        return with(
                rollout(name, 1, RolloutStatus.State.Running),
                new FleetConfig.Spec(
                        gives,
                        null,
                        spec.selector(),
                        spec.priority(),
                        spec.strategy(),
                        spec.drift(),
                        spec.newClusters(),
                        name),
                false);
    }

    /** The same rollout of a spec of one's own. */
    public static RolloutStatus with(RolloutStatus rollout, FleetConfig.Spec spec, boolean released) {
        return with(rollout, spec, released, rollout.plan());
    }

    /** The same rollout, before its clusters were chosen. */
    public static RolloutStatus unplanned(RolloutStatus rollout) {
        return with(rollout, rollout.spec(), rollout.released(), null);
    }

    /** The same rollout, begun for another reason. */
    public static RolloutStatus because(
            RolloutStatus rollout, RolloutStatus.Cause cause, @Nullable String onlyCluster) {
        return with(rollout, cause, onlyCluster, rollout.spec(), rollout.released(), rollout.plan(), rollout.actions());
    }

    /** The same rollout with what can be asked of it. */
    public static RolloutStatus with(RolloutStatus rollout, @Nullable List<RolloutStatus.Action> actions) {
        return with(
                rollout,
                rollout.cause(),
                rollout.onlyCluster(),
                rollout.spec(),
                rollout.released(),
                rollout.plan(),
                actions);
    }

    private static RolloutStatus with(
            RolloutStatus rollout, FleetConfig.Spec spec, boolean released, RolloutStatus.@Nullable Plan plan) {
        return with(rollout, rollout.cause(), rollout.onlyCluster(), spec, released, plan, null);
    }

    private static RolloutStatus with(
            RolloutStatus rollout,
            RolloutStatus.Cause cause,
            @Nullable String onlyCluster,
            FleetConfig.Spec spec,
            boolean released,
            RolloutStatus.@Nullable Plan plan,
            @Nullable List<RolloutStatus.Action> actions) {
        return new RolloutStatus(
                rollout.id(),
                rollout.config(),
                rollout.generation(),
                cause,
                onlyCluster,
                rollout.state(),
                rollout.code(),
                rollout.message(),
                rollout.since(),
                rollout.createdAt(),
                rollout.finishedAt(),
                rollout.actor(),
                spec,
                released,
                plan,
                rollout.activeFor(),
                rollout.activeSince(),
                rollout.stages(),
                actions);
    }

    /** Applies a rollout, and what the controller tells at the same time of its config and of the config's other rollouts. */
    public static void tell(FleetView view, RolloutStatus status) {
        Map<String, RolloutStatus> rollouts = new TreeMap<>();
        view.rollouts().stream()
                .filter(rollout -> rollout.config().equals(status.config()))
                .forEach(rollout -> rollouts.put(rollout.id(), rollout));
        rollouts.put(status.id(), status);
        String strategy = status.spec().strategyRef();
        ControllersWord word = new ControllersWord(
                rollouts.values(), strategy != null && view.strategy(strategy).isEmpty());
        rollouts.values().stream()
                .map(word::told)
                .filter(told -> !view.rollout(told.id()).equals(Optional.of(told)))
                .forEach(told -> view.apply(change(told)));
        view.apply(new Change.Config(status.config(), word.config()));
    }

    public static void tell(FleetView view, RolloutClusterStatus status) {
        view.apply(change(status));
    }

    public static Change.Rollout change(RolloutStatus status) {
        return new Change.Rollout(status.id(), status);
    }

    public static RolloutClusterStatus status(
            String rollout, String cluster, RolloutClusterStatus.State state, @Nullable String code, String message) {
        return new RolloutClusterStatus(
                rollout,
                id(cluster),
                null,
                "early",
                null,
                state,
                code == null ? null : ReasonCode.of(code),
                message,
                NOON.plusSeconds(70),
                1,
                null,
                null,
                new RolloutClusterStatus.Plan("early", null, null, null, null),
                null,
                null);
    }

    /** A canary of one cluster, which has converged and is watched. */
    static RolloutStatus.Stage baking(RolloutStatus.StageGate... gates) {
        return new RolloutStatus.Stage(
                "canary",
                RolloutStatus.StageState.Baking,
                NOON,
                null,
                1,
                0,
                new RolloutStatus.Counts(0, 0, 0, 1, 0, 0, 0),
                List.of(gates),
                null,
                null);
    }

    public static RolloutClusterStatus withUid(RolloutClusterStatus status, String uid) {
        return new RolloutClusterStatus(
                status.rollout(),
                status.cluster(),
                uid,
                status.stage(),
                status.group(),
                status.state(),
                status.code(),
                status.message(),
                status.since(),
                status.attempt(),
                status.before(),
                status.agentsBefore(),
                status.plan(),
                status.actions(),
                status.cost());
    }

    public static Change.RolloutCluster change(RolloutClusterStatus status) {
        return new Change.RolloutCluster(status.rollout(), status.cluster(), status);
    }

    public static AuditRecord audit(
            @Nullable String requestId, String config, AuditRecord.Verdict verdict, Instant at) {
        return new AuditRecord(
                requestId,
                config,
                config + ".1",
                null,
                "Pause",
                "ada",
                null,
                verdict,
                new AzureCode("RolloutPaused"),
                "the rollout is paused",
                at);
    }

    /** Takes away, by tombstones, what other tests of the same application have left in the view; audit records stay. */
    /** As if there had never been the rollout, or its config. */
    public static void forget(FleetView view, RolloutStatus rollout) {
        view.rolloutDetail(rollout.id())
                .orElseThrow()
                .clusters()
                .forEach(each -> view.apply(new Change.RolloutCluster(each.rollout(), each.cluster(), null)));
        view.apply(new Change.Rollout(rollout.id(), null));
        view.apply(new Change.Config(rollout.config(), null));
    }

    public static void clear(FleetView view) {
        for (RolloutStatus rollout : view.rollouts()) {
            forget(view, rollout);
        }
        for (ClusterView cluster : view.clusters()) {
            view.apply(new Change.Kubernetes(cluster.id(), null));
            view.apply(new Change.Health(cluster.id(), null));
            view.apply(new Change.Cluster(cluster.id(), null));
        }
        view.strategies().forEach(each -> view.apply(new Change.Strategy(each.name(), null, null)));
        view.overview().subscriptions().forEach(each -> view.apply(new Change.Subscription(each.subscription(), null)));
    }
}
