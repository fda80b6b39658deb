package dev.kubeproxyfleet.simulator.sandbox;

import static dev.kubeproxyfleet.simulator.world.NodeFault.EVERY_CLUSTER;

import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.world.Clusters;
import dev.kubeproxyfleet.simulator.world.NodeFault;
import dev.kubeproxyfleet.simulator.world.NodeFaults;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A story of {@code --chaos}: what goes wrong with clusters that are switched to {@link #MODE} while the sandbox runs. */
enum Chaos {
    REFUSED_SERVICES(
            "After the switch to IPVS a cluster's services refuse every connection: the canary fails, and nothing follows it.",
            new NodeFault.RefusedServices(EVERY_CLUSTER, null)),
    NEVER_SYNCS(
            "After the switch kube-proxy says IPVS and never programs a rule: the canary does not converge.",
            new NodeFault.NeverSyncs(EVERY_CLUSTER, null)),
    CRASH_LOOP(
            "After the switch kube-proxy starts anew every ten seconds: the canary fails.",
            new NodeFault.CrashLoop(EVERY_CLUSTER, null, Duration.ofSeconds(10))),
    STALE_RULES(
            "After the switch kube-proxy programs its rules once and then hangs: once backends are gone, they refuse"
                    + " connections, and the canary or a stage after it fails.",
            new NodeFault.StaleRules(EVERY_CLUSTER, null)),
    BLACK_HOLED_UDP(
            "After the switch cluster DNS does not answer over UDP, while TCP works: the canary fails.",
            new NodeFault.BlackHoledUdp(EVERY_CLUSTER, null)),
    CONNTRACK(
            "After the switch connection tracking loses connections, while every rule is there: the canary fails.",
            new NodeFault.ConntrackDrops(EVERY_CLUSTER, null)),
    REGION_STORM(
            "Once a cluster was switched, connections are refused in all of its region, changed or not: the switch is not to"
                    + " blame, and the rollout must not fail.") {
        @Override
        Runnable begin(Clusters clusters, NodeFaults faults) {
            return new StormAfterSwitch(clusters, faults);
        }
    };

    /** The one that deploy/sandbox/fleet-config.yaml switches to. */
    static final KubeProxyMode MODE = KubeProxyMode.IPVS;

    static final String HELP = "help";

    private final String sentence;
    private final List<NodeFault.OfCluster> afterSwitch;

    Chaos(String sentence, NodeFault.OfCluster... afterSwitch) {
        this.sentence = sentence;
        this.afterSwitch = List.of(afterSwitch);
    }

    /** @throws SandboxFailure if there is no such story, with those that there are */
    static Chaos named(String key) throws SandboxFailure {
        for (Chaos chaos : values()) {
            if (chaos.key().equals(key)) {
                return chaos;
            }
        }
        throw new SandboxFailure("there is no story '" + key + "'; --chaos takes one of "
                + Arrays.stream(values()).map(Chaos::key).collect(Collectors.joining(", ")));
    }

    /** Every story with its sentence, a line each. */
    static String help() {
        return Arrays.stream(values())
                .map(chaos -> "  %-18s%s%n".formatted(chaos.key(), chaos.sentence))
                .collect(Collectors.joining());
    }

    /** As it is written after {@code --chaos}. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What will happen, for people. */
    String sentence() {
        return sentence;
    }

    /**
     * Begins the story.
     *
     * @return is to be run every few seconds, for what begins later
     */
    Runnable begin(Clusters clusters, NodeFaults faults) {
        faults.begin(afterSwitch.stream()
                .map(fault -> new NodeFault.AfterSwitch(MODE, fault))
                .toList());
        return () -> {};
    }
}
