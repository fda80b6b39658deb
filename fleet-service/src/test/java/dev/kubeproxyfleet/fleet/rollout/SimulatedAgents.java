package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A cluster with the agents that it has in truth, and what it shows of them. */
final class SimulatedAgents {

    /** Nobody can pull it before the world is kind. */
    static final AgentConfig BROKEN = Agents.version(3);

    /** What was true when it was shown. */
    record Shown(AgentConfig has, boolean isOwned, int rolledOut, Instant at) {}

    final int number;
    final String id;
    AgentConfig has = AgentConfig.DISABLED;
    boolean isOwned = true;
    boolean isReachable = true;

    /** Whether its agents do not reach Kafka. */
    boolean isMute;

    KubeProxyConfig kubeProxy = KubeProxyConfig.UNSET;

    /** By the Kubernetes API; null before the first time. */
    @Nullable
    Shown seen;

    int reporting;
    Instant reportedAt = Instant.MIN;

    /** What the first write of a rollout has written over, by the rollout's id. */
    final Map<String, AgentConfig> overwritten = new HashMap<>();

    private final VirtualTime time;
    private final Dice dice;
    private int rolledOut;
    private int changes;
    private boolean isMended;

    SimulatedAgents(int number, VirtualTime time, Dice dice) {
        this.number = number;
        this.id = Fleets.id(number);
        this.time = time;
        this.dice = dice;
    }

    ClusterRecord record() {
        return Fleets.running(Fleets.cluster(number), kubeProxy);
    }

    /** Its API has other agents from now on, which are rolled out node by node. */
    void change(AgentConfig next) {
        has = next;
        rolledOut = 0;
        changes++;
        rollOut(changes);
    }

    private void rollOut(int change) {
        time.after(dice.seconds(1, 120), () -> {
            boolean canRun = has.enabled() && (isMended || !has.equals(BROKEN));
            if (change == changes && canRun && rolledOut < Fleets.NODES) {
                rolledOut++;
            }
            if (change == changes && has.enabled() && rolledOut < Fleets.NODES) {
                rollOut(change);
            }
        });
    }

    void becomeKind() {
        isReachable = true;
        isMute = false;
        isMended = true;
    }

    KubernetesView view() {
        Shown before = seen;
        if (!isReachable) {
            return new KubernetesView(
                    null,
                    new KubernetesView.Trouble(KubernetesReason.ServerUnreachable, "no answer", time.now()),
                    before == null ? null : view(before).seen());
        }
        seen = new Shown(has, isOwned, rolledOut, time.now());
        return view(Objects.requireNonNull(seen));
    }

    private static KubernetesView view(Shown shown) {
        return Agents.seen(Agents.daemonSets(shown.has(), shown.isOwned(), shown.rolledOut(), Map.of()), shown.at());
    }

    /** Of nodes whose agent runs and reaches Kafka. */
    Evidence evidence() {
        reporting = isMute ? 0 : rolledOut;
        reportedAt = time.now();
        return reporting == 0 ? Evidence.NONE : Fleets.evidence(kubeProxy.effective(), reporting, time.now());
    }
}
