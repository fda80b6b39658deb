package dev.kubeproxyfleet.fleet.api;

import static dev.kubeproxyfleet.fleet.view.Fleet.LEAST_CONNECTION;

import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.fleet.view.Change;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.NodeDetails;
import dev.kubeproxyfleet.schemas.avro.NodeSummary;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.avro.OldestVersion;
import dev.kubeproxyfleet.schemas.avro.ProbeState;
import dev.kubeproxyfleet.schemas.avro.Proof;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ChangeCost;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus.State;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.StageState;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import dev.kubeproxyfleet.schemas.reason.PlanWarning;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A fleet of twenty clusters in the middle of a rollout, for looking at the dashboard. */
final class ShownFleet {

    static final String ROLLOUT = "prod-ipvs.2";
    private static final RolloutStatus.Before BEFORE = new RolloutStatus.Before(520, 36_000, 3_900, 252_000);

    /** Of the gates of stage early, before those of {@link #gates}. */
    private static final int LOOKS = 30;

    private static final int NODES = 5;
    private static final String KERNEL = "5.15.0-1073-azure";
    private static final String VERSION = "1.0.0";
    private static final String[] REGIONS = {"weu", "neu", "eus", "sea"};
    private static final String[] LOCATIONS = {"westeurope", "northeurope", "eastus", "southeastasia"};
    private static final KubeProxyConfig ROUND_ROBIN =
            new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.RoundRobin, null, null, null));

    private final Instant now;

    ShownFleet(Instant now) {
        this.now = now;
    }

    void feed(FleetView view) {
        view.apply(new Change.Subscription(
                Fleet.SUBSCRIPTION,
                new SubscriptionRecord(Fleet.SUBSCRIPTION, 20, "Registered", List.of(Fleet.SUBSCRIPTION))));
        Fleet.tell(view, past("dev-nft", RolloutStatus.State.Succeeded, Duration.ofDays(2)));
        Fleet.tell(view, past("prod-ipvs", RolloutStatus.State.Superseded, Duration.ofHours(5)));
        for (int i = 0; i < 20; i++) {
            view.apply(cluster(i));
            for (int minute = 60; minute >= 0 && i != 17; minute--) {
                view.apply(health(i, minute));
            }
            State state = state(i);
            if (state != null) {
                view.apply(new Change.RolloutCluster(ROLLOUT, id(i), status(i, state)));
            }
        }
        for (int look = 0; look < LOOKS; look++) {
            Fleet.tell(view, rollout(RolloutStatus.State.Running, null, "", List.of(baking(watched(look)))));
        }
        Fleet.tell(view, running());
        audit(
                view,
                Duration.ofMinutes(26),
                "ada",
                "Publish",
                "RolloutPlanned",
                "prod-ipvs.2 is planned: 16 clusters in 3 stages");
        audit(view, Duration.ofMinutes(14), "controller", "StageDone", "StageDone", "stage canary is done");
        Fleet.markCaughtUp(view);
    }

    /** The same rollout once every cluster has converged. */
    void finish(FleetView view) {
        for (int i = 0; i < 20; i++) {
            if (state(i) != null) {
                view.apply(new Change.RolloutCluster(ROLLOUT, id(i), status(i, State.Converged)));
            }
        }
        Fleet.tell(
                view,
                rollout(
                        RolloutStatus.State.Succeeded,
                        null,
                        "all 16 clusters have converged",
                        List.of(
                                stage("canary", StageState.Done, new RolloutStatus.Counts(0, 0, 0, 1, 0, 0, 0)),
                                stage("early", StageState.Done, new RolloutStatus.Counts(0, 0, 0, 5, 0, 0, 0)),
                                stage("rest", StageState.Done, new RolloutStatus.Counts(0, 0, 0, 10, 0, 0, 0)))));
    }

    /** The same rollout when more has failed than it tolerates, on its way back. */
    void rollBack(FleetView view) {
        view.apply(new Change.RolloutCluster(ROLLOUT, id(1), status(1, State.RolledBack)));
        Fleet.tell(
                view,
                rollout(
                        RolloutStatus.State.RollingBack,
                        "MaxFailuresExceeded",
                        "stage early had 1 failed cluster more than it tolerates",
                        List.of(
                                stage("canary", StageState.Done, new RolloutStatus.Counts(0, 0, 0, 1, 0, 0, 0)),
                                stage("early", StageState.Updating, new RolloutStatus.Counts(0, 1, 1, 0, 1, 1, 1)),
                                stage("rest", StageState.Waiting, new RolloutStatus.Counts(10, 0, 0, 0, 0, 0, 0)))));
    }

    /** The first stage of it bakes. */
    void bake(FleetView view) {
        Fleet.tell(
                view,
                rollout(
                        RolloutStatus.State.Running,
                        null,
                        "the rollout is under way",
                        List.of(
                                stage("canary", StageState.Done, new RolloutStatus.Counts(0, 0, 0, 1, 0, 0, 0)),
                                stage("early", StageState.Baking, new RolloutStatus.Counts(0, 0, 0, 3, 1, 1, 0)),
                                stage("rest", StageState.Waiting, new RolloutStatus.Counts(10, 0, 0, 0, 0, 0, 0)))));
    }

    private static void audit(FleetView view, Instant at, String actor, String action, String code, String message) {
        view.apply(new Change.Audit(new AuditRecord(
                null,
                "prod-ipvs",
                ROLLOUT,
                null,
                action,
                actor,
                null,
                AuditRecord.Verdict.Done,
                ReasonCode.of(code),
                message,
                at)));
    }

    private void audit(FleetView view, Duration ago, String actor, String action, String code, String message) {
        audit(view, now.minus(ago), actor, action, code, message);
    }

    private RolloutStatus running() {
        return rollout(
                RolloutStatus.State.Running,
                null,
                "stage early: 2 of 5 clusters done",
                List.of(
                        stage("canary", StageState.Done, new RolloutStatus.Counts(0, 0, 0, 1, 0, 0, 0)),
                        stage("early", StageState.Updating, new RolloutStatus.Counts(0, 1, 1, 1, 1, 1, 0)),
                        stage("rest", StageState.Waiting, new RolloutStatus.Counts(10, 0, 0, 0, 0, 0, 0))));
    }

    private RolloutStatus rollout(
            RolloutStatus.State state, @Nullable String code, String message, List<RolloutStatus.Stage> stages) {
        return new RolloutStatus(
                ROLLOUT,
                "prod-ipvs",
                2,
                RolloutStatus.Cause.Publish,
                null,
                state,
                code == null ? null : ReasonCode.of(code),
                message,
                now.minusSeconds(1500),
                now.minusSeconds(1560),
                state.isEnded() ? now : null,
                "ada",
                Fleet.spec(LEAST_CONNECTION),
                false,
                new RolloutStatus.Plan(
                        4,
                        now.plusSeconds(1200),
                        now.plusSeconds(9000),
                        List.of(
                                new RolloutPlan.Warning(
                                        PlanWarning.Interruption,
                                        "the change can interrupt service traffic for a moment",
                                        16,
                                        List.of("prod-weu-01", "prod-neu-01", "prod-eus-01")),
                                new RolloutPlan.Warning(
                                        PlanWarning.IpvsDeprecated,
                                        "upstream has deprecated IPVS mode in favour of nftables",
                                        16,
                                        List.of("prod-weu-01", "prod-neu-01", "prod-eus-01")))),
                Duration.ofMinutes(17),
                state == RolloutStatus.State.Running ? now.minusSeconds(180) : null,
                stages,
                null);
    }

    private RolloutStatus.Stage stage(String name, StageState state, RolloutStatus.Counts counts) {
        return new RolloutStatus.Stage(
                name,
                state,
                now.minusSeconds(800),
                state == StageState.Baking ? now.plusSeconds(400) : null,
                5,
                name.equals("early") ? 1 : 0,
                counts,
                switch (state) {
                    case Waiting, AwaitingApproval -> List.of();
                    case Updating, Baking -> gates();
                    case Done -> List.of(signal("refusals", GateVerdict.Pass, null, 4, 5.2, 1.1));
                },
                name.equals("canary") ? COST : null,
                timeline(name));
    }

    /** The canary waited for a person before it began, and baked; then the next stage had a pause in its work. */
    private RolloutStatus.Timeline timeline(String stage) {
        return switch (stage) {
            case "canary" ->
                new RolloutStatus.Timeline(
                        true,
                        List.of(
                                phase(StageState.Waiting, 1_560, 1_500),
                                phase(StageState.AwaitingApproval, 1_500, 1_400),
                                phase(StageState.Updating, 1_400, 1_160),
                                phase(StageState.Baking, 1_160, 800)),
                        List.of(stretch(1_390, 1_170)),
                        null);
            case "early" ->
                new RolloutStatus.Timeline(
                        true,
                        List.of(phase(StageState.Waiting, 1_560, 800)),
                        List.of(stretch(790, 560), stretch(420, 250)),
                        now.minusSeconds(180));
            default -> new RolloutStatus.Timeline(true, List.of(), List.of(), null);
        };
    }

    private RolloutStatus.Phase phase(StageState state, long sinceAgo, long untilAgo) {
        return new RolloutStatus.Phase(state, now.minusSeconds(sinceAgo), now.minusSeconds(untilAgo));
    }

    private RolloutStatus.Stretch stretch(long sinceAgo, long untilAgo) {
        return new RolloutStatus.Stretch(now.minusSeconds(sinceAgo), now.minusSeconds(untilAgo));
    }

    private RolloutStatus.Stage baking(List<RolloutStatus.StageGate> gates) {
        RolloutStatus.Counts counts = new RolloutStatus.Counts(0, 1, 1, 1, 1, 1, 0);
        return new RolloutStatus.Stage(
                "early",
                StageState.Updating,
                now.minusSeconds(800),
                null,
                5,
                1,
                counts,
                gates,
                null,
                timeline("early"));
    }

    /** A look every ten seconds: a quiet signal, of which the first third is not known, and one that rises in the last third. */
    private List<RolloutStatus.StageGate> watched(int look) {
        double share = look / (double) LOOKS;
        double risen = Math.max(0, 3 * share - 2);
        RolloutStatus.StageGate rising =
                watched("refusals", look, Math.round(40 * share + 372 * risen), 47.3 * share, Math.pow(1240, risen));
        return share < 1 / 3.0
                ? List.of(rising)
                : List.of(rising, watched("conntrackFailures", look, Math.round(3 * share), 2.8 * share, 1));
    }

    private RolloutStatus.StageGate watched(String name, int look, long events, double expected, double evidence) {
        Instant until = look == 0 ? null : now.minusSeconds(20 + 10L * (LOOKS - look));
        RolloutStatus.Figures figures = new RolloutStatus.Figures(
                2, 10, events, 100 * look, 14, 70, 11 * look, 700 * look, expected, evidence, until, BEFORE);
        return new RolloutStatus.StageGate(name, true, null, null, "watched", null, figures, null);
    }

    /** One of each kind that a stage may have. */
    private List<RolloutStatus.StageGate> gates() {
        RolloutStatus.StageGate slow = signal("slowSyncs", GateVerdict.Fail, GateReason.SignalRose, 38, 3.1, 1904);
        return List.of(
                signal("refusals", GateVerdict.Fail, GateReason.SignalRose, 412, 47.3, 1240),
                signal("conntrackFailures", null, null, 3, 2.8, 1),
                new RolloutStatus.StageGate(
                        slow.name(),
                        true,
                        slow.verdict(),
                        slow.code(),
                        slow.message(),
                        slow.judgedAt(),
                        slow.figures(),
                        new RolloutStatus.Overruled("grace", "the API server was restarted", now.minusSeconds(120))),
                new RolloutStatus.StageGate(
                        "smoke-test",
                        true,
                        null,
                        GateReason.AnswerAwaited,
                        "nobody has answered it yet",
                        null,
                        null,
                        null));
    }

    private RolloutStatus.StageGate signal(
            String name,
            @Nullable GateVerdict verdict,
            @Nullable ReasonCode code,
            long events,
            double expected,
            double evidence) {
        return new RolloutStatus.StageGate(
                name,
                true,
                verdict,
                code,
                "since the change the 2 changed clusters count " + events
                        + "; by the 70 nodes that were not changed it should be about " + expected,
                verdict == null ? null : now.minusSeconds(20),
                new RolloutStatus.Figures(
                        2, 10, events, 3000, 14, 70, 331, 21_000, expected, evidence, now.minusSeconds(20), BEFORE),
                null);
    }

    private RolloutStatus past(String config, RolloutStatus.State state, Duration ago) {
        Instant at = now.minus(ago);
        return new RolloutStatus(
                config + ".1",
                config,
                1,
                RolloutStatus.Cause.Publish,
                null,
                state,
                null,
                state == RolloutStatus.State.Succeeded ? "all 4 clusters have converged" : "generation 2 replaced it",
                at,
                at.minusSeconds(900),
                at,
                "grace",
                Fleet.spec(
                        config.startsWith("dev")
                                ? new KubeProxyConfig(true, KubeProxyMode.NFTABLES, null)
                                : ROUND_ROBIN),
                false,
                new RolloutStatus.Plan(0, at, at, List.of()),
                Duration.ofMinutes(9),
                null,
                List.of(
                        stage("canary", StageState.Done, new RolloutStatus.Counts(0, 0, 0, 1, 0, 0, 0)),
                        stage("rest", StageState.Done, new RolloutStatus.Counts(0, 0, 0, 3, 0, 0, 0))),
                null);
    }

    private static String name(int i) {
        return (i < 16 ? "prod-" : "dev-") + REGIONS[i % 4] + String.format(Locale.ROOT, "-%02d", 1 + i / 4);
    }

    private static String id(int i) {
        return Fleet.id(name(i));
    }

    private static @Nullable State state(int i) {
        return switch (i) {
            case 0, 1 -> State.Converged;
            case 2 -> State.Updating;
            case 3 -> State.Verifying;
            case 4 -> State.Failed;
            case 5 -> State.Skipped;
            case 16, 17, 18, 19 -> null;
            default -> State.Waiting;
        };
    }

    private RolloutClusterStatus status(int i, State state) {
        String stage = i == 0 ? "canary" : i < 6 ? "early" : "rest";
        String code = switch (state) {
            case Waiting -> "StageWaiting";
            case Failed -> "OperationNotAllowed";
            case Skipped -> "ClusterStopped";
            case Updating, Verifying, Converged, RolledBack -> null;
        };
        String message = switch (state) {
            case Waiting -> "waits for stage early to be done";
            case Updating -> "Azure is changing the cluster";
            case Verifying -> "3 of 5 nodes show the configuration";
            case Converged -> "5 of 5 nodes show the configuration";
            case Failed ->
                "Operation is not allowed because there's an in progress upgrade operation on the"
                        + " managed cluster. Wait for it to end.";
            case Skipped -> "the cluster is stopped; it is caught once it has started";
            case RolledBack -> "it has IPVS RoundRobin again";
        };
        return new RolloutClusterStatus(
                ROLLOUT,
                id(i),
                null,
                stage,
                stage.equals("rest") ? REGIONS[i % 4] : null,
                state,
                code == null ? null : ReasonCode.of(code),
                message,
                now.minusSeconds(60L * (i + 1)),
                state == State.Waiting || state == State.Skipped ? 0 : i == 4 ? 3 : 1,
                ROUND_ROBIN,
                null,
                null,
                actions(state),
                i == 0 ? cost() : null);
    }

    /** What the canary's change cost it. */
    private ChangeCost cost() {
        return new ChangeCost(
                now.minusSeconds(1_200),
                now.minusSeconds(900),
                "refused connections for at most 20 s (18, about 0.2 were to be expected)",
                List.of(
                        new ChangeCost.SignalCost(
                                "refusals",
                                new ChangeCost.Deviation(
                                        Duration.ofSeconds(20), 18, 0.2, Duration.ofSeconds(10), true)),
                        new ChangeCost.SignalCost("probeFailures", null)));
    }

    private static final RolloutStatus.StageCost COST = new RolloutStatus.StageCost(
            1,
            "refused connections on 1 of 1 cluster for at most 20 s",
            List.of(new RolloutStatus.SignalCost(
                    "refusals", 1, 1, Duration.ofSeconds(20), Duration.ofSeconds(20), 0, 18)));

    /** What the controller says of a cluster in such a state; the skipped ones here are stopped. */
    private static List<Command.Action> actions(State state) {
        return switch (state) {
            case Failed, Skipped -> List.of(Command.Action.Retry, Command.Action.Skip);
            case Waiting, Verifying -> List.of(Command.Action.Skip);
            case Updating, Converged, RolledBack -> List.of();
        };
    }

    private static KubeProxyConfig configuration(int i) {
        return switch (i) {
            case 0, 1, 3, 4 -> LEAST_CONNECTION;
            case 16, 17, 18 -> new KubeProxyConfig(true, KubeProxyMode.NFTABLES, null);
            case 19, 15, 14 -> KubeProxyConfig.UNSET;
            default -> ROUND_ROBIN;
        };
    }

    private Change.Cluster cluster(int i) {
        return new Change.Cluster(
                id(i),
                ClusterRecords.running(id(i), name(i), Fleet.SUBSCRIPTION, "rg-prod")
                        .location(LOCATIONS[i % 4])
                        .tags(Map.of("env", i < 16 ? "prod" : "dev", "tier", i % 3 == 0 ? "gold" : "silver"))
                        .kubernetesVersion(i % 5 == 0 ? "1.34.1" : "1.33.5")
                        .provisioningState(i == 2 ? "Updating" : "Succeeded")
                        .powerState(i == 5 ? "Stopped" : "Running")
                        .nodeCount(NODES)
                        .kubeProxy(configuration(i))
                        .build());
    }

    /** One node of the first cluster has just restarted its kube-proxy. */
    private static boolean unsynced(int cluster) {
        return cluster == 0;
    }

    /** Of the last node nothing is known. */
    private static @Nullable NodeDetails details(boolean ipvs, int node) {
        if (node == NODES - 1) {
            return null;
        }
        return ipvs
                ? new NodeDetails(0.21 + 0.03 * node, 2, 0, null, null, 1, 0, 1, 1, VERSION, KERNEL)
                : new NodeDetails(0.34 + 0.03 * node, 2, 0, 17L * node, 0L, null, null, null, null, VERSION, KERNEL);
    }

    private Change.Health health(int i, int minutesAgo) {
        Instant at = now.minus(Duration.ofMinutes(minutesAgo));
        var effective = configuration(i).effective();
        boolean lagging = i == 3 || i == 9;
        String mode = effective.mode().name().toLowerCase(Locale.ROOT);
        String scheduler =
                effective.ipvs() == null ? null : effective.ipvs().scheduler().kernelName();
        boolean changed = i < 2 && minutesAgo > 12;
        double wave = 1 + 0.25 * Math.sin((60 - minutesAgo + 7 * i) / 6.0) + 0.05 * Math.sin(minutesAgo * 2.7 + i);
        long connections = Math.round((1800 + 350 * (i % 5)) * wave);
        double imbalance = ("lc".equals(scheduler) && !changed ? 1.06 : 1.38) + 0.07 * Math.sin(minutesAgo * 1.3 + i);
        List<NodeSummary> nodes = IntStream.range(0, i == 12 ? NODES - 1 : NODES)
                .mapToObj(node -> new NodeSummary(
                        String.format(Locale.ROOT, "aks-nodepool1-%08d-vmss%06d", 31415926 + i, node),
                        at,
                        mode,
                        scheduler == null ? null : lagging && node > 2 ? "rr" : scheduler,
                        scheduler == null ? null : 900,
                        scheduler == null ? null : 120,
                        scheduler == null ? null : 300,
                        unsynced(i) && node == NODES - 1 ? Proof.NotSynced : Proof.Proven,
                        scheduler != null,
                        "v1.33.2",
                        at.minus(Duration.ofHours(2)).toEpochMilli(),
                        i == 12 && node == 0 ? ProbeState.Failing : ProbeState.Ok,
                        42,
                        168 + node,
                        connections / NODES + 13L * node,
                        connections / 9,
                        12.5 + node,
                        scheduler == null ? null : imbalance - 0.01 * node,
                        unsynced(i) && node == NODES - 1 ? List.of("not-synced") : List.of(),
                        details(scheduler != null, node)))
                .toList();
        List<ObservedConfiguration> observed = new ArrayList<>();
        Integer tcp = scheduler == null ? null : 900;
        Integer tcpFin = scheduler == null ? null : 120;
        Integer udp = scheduler == null ? null : 300;
        observed.add(new ObservedConfiguration(
                mode,
                scheduler,
                tcp,
                tcpFin,
                udp,
                Proof.Proven,
                scheduler != null,
                lagging ? 3 : nodes.size() - (unsynced(i) ? 1 : 0),
                at));
        if (unsynced(i)) {
            observed.add(new ObservedConfiguration(
                    mode, scheduler, tcp, tcpFin, udp, Proof.NotSynced, scheduler != null, 1, at));
        }
        if (lagging) {
            observed.add(new ObservedConfiguration(
                    mode, i == 3 ? "rr" : "lc", tcp, tcpFin, udp, Proof.Proven, scheduler != null, 2, at));
        }
        return new Change.Health(
                id(i),
                new ClusterHealth(
                        id(i),
                        at,
                        NODES,
                        nodes.size(),
                        observed,
                        scheduler == null ? 0L : connections,
                        scheduler == null ? 0L : connections / 2,
                        scheduler == null ? null : 70.0 + i,
                        scheduler == null ? null : imbalance,
                        0.2,
                        lagging ? Map.of("scheduler-differs", 2) : Map.of(),
                        null,
                        nodes.size(),
                        i == 12 ? List.of(at.toEpochMilli()) : List.of(),
                        List.of(),
                        i % 4 == 3 ? Map.of("0.9.0", 1, "1.0.0", nodes.size() - 1) : Map.of("1.0.0", nodes.size()),
                        0,
                        List.of(),
                        nodes,
                        nodes.size(),
                        Map.of(),
                        new OldestVersion(KERNEL, nodes.size(), nodes.size()),
                        new OldestVersion("v1.33.2", nodes.size(), nodes.size()),
                        null,
                        null));
    }
}
