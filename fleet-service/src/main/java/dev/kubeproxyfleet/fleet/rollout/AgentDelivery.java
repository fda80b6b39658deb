package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.rollout.KubernetesView.AgentDaemonSet;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.text.Count;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a cluster has the agents that it shall have: its Kubernetes API shows that they were rolled out, and they report; or the API
 * shows that there are none, where that is desired.
 *
 * @param desired what the cluster shall have
 * @param trouble why no more is seen now; null if nothing is in the way
 * @param shown null as long as nothing has been seen that counts
 * @param reporting nodes whose agent has reported since
 * @param required nodes that must have an agent that reports
 * @param counted nodes that the cluster has, as far as anyone knows
 */
record AgentDelivery(
        AgentConfig desired,
        KubernetesView.@Nullable Trouble trouble,
        @Nullable Shown shown,
        int reporting,
        int required,
        int counted)
        implements Findings {

    /**
     * What the DaemonSets show.
     *
     * @param has what they are together
     * @param isBegun whether their controller has begun to roll out their newest specifications
     * @param rolledOut nodes with an available pod of the newest specification, at least
     * @param waiting why containers of their pods do not run: how many by reason
     */
    private record Shown(Present has, boolean isBegun, int rolledOut, SortedMap<String, Integer> waiting) {}

    /** @param coverage share of the nodes that must have an agent that reports */
    static AgentDelivery of(
            AgentConfig desired,
            double coverage,
            ClusterRecord cluster,
            Evidence evidence,
            KubernetesView view,
            Findings.Times times) {
        KubernetesView.Seen seen = view.seen();
        boolean isNew = seen != null
                && seen.agents() != null
                && !seen.at().isBefore(times.deliverySince())
                && !cluster.isOtherThan(view.uid());
        List<AgentDaemonSet> daemonSets = isNew ? view.agentsOf(cluster) : List.of();
        int scheduled = daemonSets.stream().mapToInt(AgentDaemonSet::desired).sum();
        int nodes = isNew && seen != null ? seen.linuxNodes() : cluster.nodeCount();
        int counted = Math.max(nodes, scheduled);
        return new AgentDelivery(
                desired,
                view.trouble(),
                isNew ? shown(daemonSets) : null,
                evidence.observed().stream()
                        .filter(observed -> !observed.oldestSnapshotAt().isBefore(times.nodesSince()))
                        .mapToInt(Evidence.Observed::nodes)
                        .sum(),
                Verification.required(coverage, counted),
                counted);
    }

    private static Shown shown(List<AgentDaemonSet> daemonSets) {
        SortedMap<String, Integer> waiting = new TreeMap<>();
        daemonSets.forEach(
                daemonSet -> daemonSet.waiting().forEach((reason, pods) -> waiting.merge(reason, pods, Integer::sum)));
        return new Shown(
                Present.agents(daemonSets),
                daemonSets.stream().allMatch(AgentDaemonSet::isObserved),
                daemonSets.stream().mapToInt(AgentDelivery::rolledOut).sum(),
                waiting);
    }

    /** A status tells how many pods are new and how many are available: so many at least are both. */
    private static int rolledOut(AgentDaemonSet daemonSet) {
        return Math.max(0, daemonSet.updated() + daemonSet.available() - daemonSet.desired());
    }

    @Override
    public boolean isProven() {
        return shown != null
                && isDesired(shown)
                && (!desired.enabled() || (isRolledOut(shown) && reporting >= required));
    }

    @Override
    public boolean isContradicted() {
        return shown != null && !isDesired(shown);
    }

    /** An agent that is silent may be on its way. */
    @Override
    public boolean isDisproven() {
        return shown != null && (!isDesired(shown) || (desired.enabled() && !isRolledOut(shown)));
    }

    private boolean isDesired(Shown what) {
        return what.has().is(new Desired.Agents(desired));
    }

    private boolean isRolledOut(Shown what) {
        return what.isBegun() && what.rolledOut() >= required;
    }

    @Override
    public String describe() {
        String hindered = trouble == null ? "" : " (" + trouble.code() + "): " + trouble.message();
        if (shown == null) {
            return "its Kubernetes API has shown nothing new of its agents" + hindered;
        }
        if (!isDesired(shown)) {
            return "its Kubernetes API shows " + shown.has().describe();
        }
        if (!desired.enabled()) {
            return "its Kubernetes API shows no agents";
        }
        return "its Kubernetes API shows agents rolled out on " + shown.rolledOut() + " of "
                + Count.of(counted, "node", "nodes") + (shown.isBegun() ? "" : ", where that has begun at all")
                + why(shown) + ", and agents of " + reporting + " have reported since; " + required + " must";
    }

    /** Why pods do not run. */
    private static String why(Shown what) {
        return what.waiting().isEmpty()
                ? ""
                : " ("
                        + what.waiting().entrySet().stream()
                                .map(entry -> entry.getKey() + " on " + entry.getValue())
                                .collect(Collectors.joining(", "))
                        + ")";
    }

    @Override
    public ClusterReason failureCode() {
        if (shown == null) {
            return ClusterReason.KubernetesUnseen;
        }
        if (!isDesired(shown)) {
            return ClusterReason.AgentsDiffer;
        }
        return desired.enabled() && isRolledOut(shown) ? ClusterReason.AgentsSilent : ClusterReason.AgentsNotRolledOut;
    }
}
