package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.rollout.KubernetesView.AgentDaemonSet;
import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Strategy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Agents, and what Kubernetes APIs show of them, for tests. */
final class Agents {

    static final AgentConfig ONE = version(1);
    static final AgentConfig TWO = version(2);

    private Agents() {}

    static AgentConfig version(int version) {
        return new AgentConfig(true, "agent:" + version, "agent-jvm:" + version, "broker:9092");
    }

    static FleetConfig.Spec spec(AgentConfig agents, Strategy strategy) {
        return spec(agents, strategy, FleetConfig.Drift.Report);
    }

    static FleetConfig.Spec spec(AgentConfig agents, Strategy strategy, FleetConfig.Drift drift) {
        return new FleetConfig.Spec(
                null, agents, Fleets.names("*"), 0, strategy, drift, FleetConfig.NewClusters.Ignore, null);
    }

    /** Of a cluster whose agents run on so many of its nodes. */
    static KubernetesView seen(AgentConfig agents, int rolledOut, Instant at) {
        return seen(daemonSets(agents, true, rolledOut, Map.of()), at);
    }

    static KubernetesView seen(@Nullable List<AgentDaemonSet> daemonSets, Instant at) {
        return new KubernetesView(
                null, null, new KubernetesView.Seen(at, null, List.of(), List.of(), Fleets.NODES, daemonSets));
    }

    /** One pod less than nodes is for amd64, one for arm64; those of amd64 come first. */
    static List<AgentDaemonSet> daemonSets(
            AgentConfig agents, boolean isOwned, int rolledOut, Map<String, Integer> waiting) {
        if (!agents.enabled()) {
            return List.of();
        }
        int amd64 = Fleets.NODES - 1;
        return List.of(
                daemonSet(
                        AgentManifest.NAME,
                        isOwned,
                        Objects.requireNonNull(agents.image()),
                        agents.kafka(),
                        amd64,
                        Math.min(amd64, rolledOut),
                        waiting),
                daemonSet(
                        AgentManifest.JVM_NAME,
                        isOwned,
                        Objects.requireNonNull(agents.jvmImage()),
                        agents.kafka(),
                        1,
                        Math.max(0, rolledOut - amd64),
                        Map.of()));
    }

    private static AgentDaemonSet daemonSet(
            String name,
            boolean isOwned,
            String image,
            @Nullable String kafka,
            int desired,
            int available,
            Map<String, Integer> waiting) {
        return new AgentDaemonSet(name, isOwned, image, kafka, true, desired, desired, available, waiting);
    }
}
