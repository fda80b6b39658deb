package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Clusters, configs and evidence for tests. */
final class Fleets {

    static final String SUBSCRIPTION = "11111111-1111-1111-1111-111111111111";
    static final int NODES = 3;

    static final KubeProxyConfig IPVS_LC = ipvs(IpvsScheduler.LeastConnection);
    static final KubeProxyConfig IPVS_RR = ipvs(IpvsScheduler.RoundRobin);

    private Fleets() {}

    /** What an operation on kube-proxy writes. */
    static KubeProxyConfig kubeProxy(Operation operation) {
        return Objects.requireNonNull(operation.kubeProxy(), "an operation on kube-proxy");
    }

    static KubeProxyConfig ipvs(IpvsScheduler scheduler) {
        return new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(scheduler, 900, 120, 300));
    }

    static String id(int number) {
        return "/subscriptions/" + SUBSCRIPTION
                + "/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/" + name(number);
    }

    static String name(int number) {
        return String.format(Locale.ROOT, "prod-%04d", number);
    }

    static ClusterRecord cluster(int number) {
        return ClusterRecords.running(id(number), name(number), SUBSCRIPTION, "rg")
                .tags(Map.of("env", "prod"))
                .nodeCount(NODES)
                .build();
    }

    static ClusterRecord withProvisioningState(ClusterRecord cluster, String state) {
        return ClusterRecords.of(cluster).provisioningState(state).build();
    }

    static ClusterRecord stopped(ClusterRecord cluster) {
        return ClusterRecords.of(cluster).powerState("Stopped").build();
    }

    static ClusterRecord cilium(ClusterRecord cluster) {
        return ClusterRecords.of(cluster).networkDataplane("cilium").build();
    }

    static ClusterRecord running(ClusterRecord cluster, @Nullable KubeProxyConfig kubeProxy) {
        return ClusterRecords.of(cluster).kubeProxy(kubeProxy).build();
    }

    static ClusterRecord tagged(ClusterRecord cluster, Map<String, String> tags) {
        return ClusterRecords.of(cluster).tags(tags).build();
    }

    /** As it is after a cluster of this name was deleted and another one created. */
    static ClusterRecord withUid(ClusterRecord cluster, String uid) {
        return ClusterRecords.of(cluster).uid(uid).build();
    }

    static ClusterRecord withServicePrincipal(ClusterRecord cluster) {
        return ClusterRecords.of(cluster)
                .unreturnedSecrets(List.of("servicePrincipal"))
                .build();
    }

    /** A fleet of {@code count} clusters in one subscription, completely listed. */
    static InMemoryFleet of(int count) {
        InMemoryFleet fleet = new InMemoryFleet();
        for (int i = 0; i < count; i++) {
            fleet.inventory.put(id(i), cluster(i));
        }
        listed(fleet, count);
        return fleet;
    }

    static void listed(InMemoryFleet fleet, int count) {
        fleet.subscriptions.put(
                SUBSCRIPTION, new SubscriptionRecord(SUBSCRIPTION, count, "Registered", List.of(SUBSCRIPTION)));
    }

    static Selector names(String glob) {
        return new Selector(List.of(), List.of(), List.of(), List.of(glob), List.of(), Selector.Tags.NONE, null);
    }

    static StageSpec stage(String name, @Nullable Amount size, int concurrent, int failures) {
        return new StageSpec(name, size, Amount.of(concurrent), Amount.of(failures), Duration.ZERO, null);
    }

    static Strategy strategy(StageSpec... stages) {
        return new Strategy(List.of(stages), Strategy.OnFailure.Pause, Duration.ofMinutes(30), Gate.DEFAULT);
    }

    static FleetConfig.Spec spec(KubeProxyConfig kubeProxy, Strategy strategy) {
        return new FleetConfig.Spec(
                kubeProxy, names("*"), 0, strategy, FleetConfig.Drift.Report, FleetConfig.NewClusters.Ignore);
    }

    /** IPVS with least connections for some clusters, and for {@code clusters} others at once after them. */
    static FleetConfig.Spec canaryAndRest(StageSpec canary, int clusters, Strategy.OnFailure onFailure, Gate gate) {
        return spec(
                IPVS_LC,
                new Strategy(
                        List.of(canary, stage("rest", null, clusters, 0)), onFailure, Duration.ofMinutes(30), gate));
    }

    static FleetConfig.Spec referring(KubeProxyConfig kubeProxy, String strategy) {
        return new FleetConfig.Spec(
                kubeProxy,
                null,
                names("*"),
                0,
                Strategy.DEFAULT,
                FleetConfig.Drift.Report,
                FleetConfig.NewClusters.Ignore,
                strategy);
    }

    /** The same, by snapshots taken at {@code at}. */
    static Evidence again(Evidence shown, Instant at) {
        return new Evidence(
                shown.nodesReporting(),
                shown.activeConnections(),
                shown.observed().stream()
                        .map(each -> new Evidence.Observed(
                                each.mode(),
                                each.scheduler(),
                                each.tcpTimeoutSeconds(),
                                each.tcpFinTimeoutSeconds(),
                                each.udpTimeoutSeconds(),
                                each.proof(),
                                each.timeoutsByKernel(),
                                each.nodes(),
                                at))
                        .toList(),
                shown.clockSkewSeconds(),
                shown.evidenceCodes(),
                shown.probeTellingNodes(),
                shown.probeFailingAt(),
                shown.restartedAt(),
                shown.bucket(),
                shown.signals());
    }

    /** What {@code nodes} nodes that run {@code effective} show, by snapshots taken at {@code at}. */
    static Evidence evidence(EffectiveKubeProxy effective, int nodes, Instant at) {
        EffectiveIpvs ipvs = effective.ipvs();
        return new Evidence(
                nodes,
                1_000,
                List.of(new Evidence.Observed(
                        effective.mode().name().toLowerCase(Locale.ROOT),
                        ipvs == null ? null : ipvs.scheduler().kernelName(),
                        ipvs == null ? null : ipvs.tcpTimeoutSeconds(),
                        ipvs == null ? null : ipvs.tcpFinTimeoutSeconds(),
                        ipvs == null ? null : ipvs.udpTimeoutSeconds(),
                        Evidence.Proof.PROVEN,
                        ipvs != null,
                        nodes,
                        at)),
                null);
    }
}
