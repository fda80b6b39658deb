package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import dev.kubeproxyfleet.schemas.reason.PlanWarning;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A rollout of three stages over six clusters, in the middle of the second. */
final class Fixtures {

    static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    static final Instant NOW = START.plusSeconds(133);

    static final KubeProxyConfig IPVS =
            new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, 900, 120, 300));

    static final FleetConfig.Spec SPEC = new FleetConfig.Spec(
            IPVS,
            new Selector(List.of(), List.of(), List.of(), List.of("*"), List.of(), Selector.Tags.NONE, null),
            0,
            Strategy.DEFAULT,
            FleetConfig.Drift.Report,
            FleetConfig.NewClusters.Join);

    private Fixtures() {}

    static String id(String name) {
        return id("rg-prod", name);
    }

    static String id(String resourceGroup, String name) {
        return "/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/" + resourceGroup
                + "/providers/microsoft.containerservice/managedclusters/" + name;
    }

    /** A cluster of three nodes that no agent reports from. */
    static ClusterView view(String resourceGroup, String name, Map<String, String> tags) {
        return new ClusterView(
                id(resourceGroup, name.toLowerCase(Locale.ROOT)),
                name,
                "00000000-0000-0000-0000-000000000001",
                resourceGroup,
                "westeurope",
                tags,
                "1.33.2",
                "Succeeded",
                "Running",
                3,
                0,
                false,
                null,
                "IPTABLES",
                null,
                "IPTABLES",
                null,
                null,
                null,
                null,
                null);
    }

    static RolloutClusterStatus cluster(
            String stage,
            String name,
            RolloutClusterStatus.State state,
            @Nullable String code,
            String message,
            int age) {
        return new RolloutClusterStatus(
                "prod-ipvs.2",
                id(name),
                null,
                stage,
                null,
                state,
                code == null ? null : ReasonCode.of(code),
                message,
                NOW.minusSeconds(age),
                1,
                null,
                null,
                null,
                null,
                null);
    }

    static RolloutStatus rollout(
            RolloutStatus.State state, @Nullable String code, String message, RolloutStatus.Stage... stages) {
        return new RolloutStatus(
                "prod-ipvs.2",
                "prod-ipvs",
                2,
                RolloutStatus.Cause.Publish,
                null,
                state,
                code == null ? null : ReasonCode.of(code),
                message,
                START,
                START,
                state.isEnded() ? NOW : null,
                "alice",
                SPEC,
                false,
                new RolloutStatus.Plan(4, START.plusSeconds(600), START.plusSeconds(5400), List.of()),
                Duration.ofSeconds(33),
                state.isEnded() ? null : NOW.minusSeconds(60),
                List.of(stages),
                actions(state, code, List.of(stages)));
    }

    /** What the service says of a rollout in this state. */
    private static List<RolloutStatus.Action> actions(
            RolloutStatus.State state, @Nullable String code, List<RolloutStatus.Stage> stages) {
        Set<Command.Action> possible = switch (state) {
            case Planned, RollingBack -> EnumSet.of(Command.Action.Pause, Command.Action.Abort);
            case Running -> EnumSet.of(Command.Action.Pause, Command.Action.Abort, Command.Action.Rollback);
            case Paused ->
                RolloutReason.RollbackPaused.name().equals(code)
                        ? EnumSet.of(Command.Action.Resume, Command.Action.Abort)
                        : EnumSet.of(Command.Action.Resume, Command.Action.Abort, Command.Action.Rollback);
            case Failed, Aborted, Succeeded ->
                EnumSet.of(Command.Action.Retry, Command.Action.Rerun, Command.Action.Rollback);
            case RolledBack, Superseded -> EnumSet.of(Command.Action.Rerun);
        };
        stages.forEach(stage -> {
            switch (stage.state()) {
                case AwaitingApproval -> possible.addAll(List.of(Command.Action.Approve, Command.Action.Reject));
                case Baking -> possible.addAll(List.of(Command.Action.Promote, Command.Action.Override));
                case Updating -> possible.add(Command.Action.Override);
                case Waiting, Done -> {}
            }
        });
        return Arrays.stream(Command.Action.values())
                .map(action -> new RolloutStatus.Action(
                        action,
                        possible.contains(action)
                                ? null
                                : new RolloutPlan.Reason(AnswerReason.NotRunning, "it is " + state)))
                .toList();
    }

    static RolloutStatus.Stage stage(
            String name,
            RolloutStatus.StageState state,
            RolloutStatus.Counts counts,
            RolloutStatus.StageGate... gates) {
        return new RolloutStatus.Stage(
                name, state, START.plusSeconds(60), null, 2, 0, counts, List.of(gates), null, null);
    }

    /** A gate that compares a signal; code and sentence are of no matter but where it cannot tell. */
    static RolloutStatus.StageGate signal(
            String name, @Nullable GateVerdict verdict, long events, double expected, double evidence) {
        ReasonCode code = switch (verdict) {
            case Fail -> GateReason.SignalRose;
            case Inconclusive -> GateReason.NoControls;
            case Pass -> null;
            case null -> null;
        };
        return new RolloutStatus.StageGate(
                name,
                true,
                verdict,
                code,
                "since the change " + events,
                verdict == null ? null : NOW,
                new RolloutStatus.Figures(1, 5, events, 300, 9, 97, 108, 5820, expected, evidence, NOW, null),
                null);
    }

    static RolloutStatus.StageGate overruled(RolloutStatus.StageGate gate) {
        return new RolloutStatus.StageGate(
                gate.name(),
                gate.judges(),
                gate.verdict(),
                gate.code(),
                gate.message(),
                gate.judgedAt(),
                gate.figures(),
                new RolloutStatus.Overruled("bob", "a load test", NOW));
    }

    static RolloutModel model(RolloutStatus rollout, RolloutClusterStatus... clusters) {
        Map<String, RolloutClusterStatus> map = new LinkedHashMap<>();
        for (RolloutClusterStatus cluster : clusters) {
            map.put(cluster.cluster(), cluster);
        }
        return new RolloutModel(rollout, map);
    }

    static RolloutModel running() {
        return model(
                rollout(
                        RolloutStatus.State.Running,
                        null,
                        "Stage early is updating 2 clusters.",
                        stage("canary", RolloutStatus.StageState.Done, new RolloutStatus.Counts(0, 0, 0, 1, 0, 0, 0)),
                        stage(
                                "early",
                                RolloutStatus.StageState.Updating,
                                new RolloutStatus.Counts(0, 1, 1, 0, 1, 0, 0)),
                        stage("rest", RolloutStatus.StageState.Waiting, new RolloutStatus.Counts(1, 0, 0, 0, 0, 1, 0))),
                cluster("canary", "aks-weu-01", RolloutClusterStatus.State.Converged, null, "", 100),
                cluster(
                        "early",
                        "aks-weu-02",
                        RolloutClusterStatus.State.Updating,
                        "ArmUpdating",
                        "Azure is changing the cluster.",
                        12),
                cluster(
                        "early",
                        "aks-neu-01",
                        RolloutClusterStatus.State.Verifying,
                        "CoverageTooLow",
                        "3 of 5 nodes report the configuration.",
                        75),
                cluster(
                        "early",
                        "aks-neu-02",
                        RolloutClusterStatus.State.Failed,
                        "KubeProxyConfigFeatureNotRegistered",
                        "Register Microsoft.ContainerService/KubeProxyConfigurationPreview.",
                        30),
                cluster("rest", "aks-eus-01", RolloutClusterStatus.State.Waiting, null, "", 133),
                cluster(
                        "rest",
                        "aks-eus-02",
                        RolloutClusterStatus.State.Skipped,
                        "ClusterStopped",
                        "The cluster is stopped.",
                        133));
    }

    static RolloutModel succeeded() {
        return model(
                rollout(
                        RolloutStatus.State.Succeeded,
                        null,
                        "Every selected cluster has converged.",
                        stage("canary", RolloutStatus.StageState.Done, new RolloutStatus.Counts(0, 0, 0, 1, 0, 0, 0))),
                cluster("canary", "aks-weu-01", RolloutClusterStatus.State.Converged, null, "", 1));
    }

    /** The plan of {@link #running()}, as it was before anything happened. */
    static RolloutPlan plan() {
        return new RolloutPlan(
                "prod-ipvs",
                IPVS,
                null,
                IPVS.effective().describe(),
                null,
                List.of(
                        new RolloutPlan.Stage(
                                "canary",
                                1,
                                0,
                                List.of(change("aks-weu-01", null, null)),
                                new RolloutPlan.Gates(
                                        0.9,
                                        Gate.Source.Either,
                                        List.of("refusals", "conntrackFailures"),
                                        List.of("slowSyncs"),
                                        List.of("board"),
                                        List.of(new RolloutPlan.Reason(
                                                GateReason.TooFewNodeSeconds, "The bake is too short.")))),
                        new RolloutPlan.Stage(
                                "early",
                                2,
                                0,
                                List.of(
                                        change("aks-neu-01", "north", null),
                                        change("aks-neu-02", "north", null),
                                        change("aks-weu-02", "west", null)),
                                null),
                        new RolloutPlan.Stage(
                                "rest",
                                2,
                                1,
                                List.of(change(
                                        "aks-eus-01",
                                        null,
                                        new RolloutPlan.Reason(
                                                RolloutReason.OutsideWindow, "The next window opens at 22:00 UTC."))),
                                null)),
                List.of(new RolloutPlan.Change(
                        id("aks-sea-01"),
                        null,
                        IPVS.effective().describe(),
                        IPVS.effective().describe(),
                        null)),
                List.of(change(
                        "aks-eus-02",
                        null,
                        new RolloutPlan.Reason(ClusterReason.ClusterStopped, "The cluster is stopped."))),
                List.of(new RolloutPlan.Warning(
                        PlanWarning.IpvsDeprecated,
                        "Upstream has deprecated IPVS mode.",
                        7,
                        List.of("aks-weu-01", "aks-weu-02"))),
                NOW.plusSeconds(1500),
                NOW.plusSeconds(9000),
                null);
    }

    private static RolloutPlan.Change change(String name, @Nullable String group, RolloutPlan.@Nullable Reason reason) {
        return new RolloutPlan.Change(
                id(name), group, "IPTABLES", IPVS.effective().describe(), reason);
    }

    static AuditRecord audit(AuditRecord.Verdict verdict, String code, String message) {
        return new AuditRecord(
                "request-1",
                "prod-ipvs",
                verdict == AuditRecord.Verdict.Refused ? null : "prod-ipvs.2",
                null,
                "Publish",
                "alice",
                null,
                verdict,
                ReasonCode.of(code),
                message,
                NOW);
    }

    /** Lines as a terminal of this look shows them. */
    static String text(List<Line> lines, Look look) {
        return lines.stream().map(line -> line.render(look)).collect(Collectors.joining("\n"));
    }
}
