package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A rollout of three stages over six clusters, in the middle of the second. */
final class Fixtures {

    static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    static final Instant NOW = START.plusSeconds(133);

    static final KubeProxyConfig IPVS =
            new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, 900, 120, 300));

    private Fixtures() {}

    static String id(String name) {
        return id("rg-prod", name);
    }

    static String id(String resourceGroup, String name) {
        return "/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/" + resourceGroup
                + "/providers/microsoft.containerservice/managedclusters/" + name;
    }

    static RolloutClusterStatus cluster(
            String stage,
            String name,
            RolloutClusterStatus.State state,
            @Nullable String code,
            String message,
            int age) {
        return new RolloutClusterStatus(
                "prod-ipvs.2", id(name), stage, state, code, message, NOW.minusSeconds(age), 1, null);
    }

    static RolloutStatus rollout(
            RolloutStatus.State state, @Nullable String code, String message, RolloutStatus.Stage... stages) {
        return new RolloutStatus(
                "prod-ipvs.2",
                "prod-ipvs",
                2,
                state,
                code,
                message,
                START,
                START,
                RolloutModel.ended(state) ? NOW : null,
                "alice",
                IPVS,
                "Pause",
                List.of(stages));
    }

    static RolloutStatus.Stage stage(String name, RolloutStatus.StageState state, RolloutStatus.Counts counts) {
        return new RolloutStatus.Stage(name, state, START.plusSeconds(60), null, 2, 0, counts);
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
                        stage("canary", RolloutStatus.StageState.Done, new RolloutStatus.Counts(0, 0, 0, 1, 0, 0)),
                        stage("early", RolloutStatus.StageState.Updating, new RolloutStatus.Counts(0, 1, 1, 0, 1, 0)),
                        stage("rest", RolloutStatus.StageState.Waiting, new RolloutStatus.Counts(1, 0, 0, 0, 0, 1))),
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
                        stage("canary", RolloutStatus.StageState.Done, new RolloutStatus.Counts(0, 0, 0, 1, 0, 0))),
                cluster("canary", "aks-weu-01", RolloutClusterStatus.State.Converged, null, "", 1));
    }

    static AuditRecord audit(AuditRecord.Verdict verdict, String code, String message) {
        return new AuditRecord(
                "request-1",
                "prod-ipvs",
                verdict == AuditRecord.Verdict.Refused ? null : "prod-ipvs.2",
                "Publish",
                "alice",
                null,
                verdict,
                code,
                message,
                NOW);
    }

    /** Lines as a terminal of this look shows them. */
    static String text(List<Line> lines, Look look) {
        return lines.stream().map(line -> line.render(look)).collect(Collectors.joining("\n"));
    }
}
