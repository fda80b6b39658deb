package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A host of the core, as the simulated world sees it: takes events in their order and keeps what was decided. */
public interface SimulatedController extends AutoCloseable {

    /** Makes a host that tells {@code steps} of whatever it has just applied. */
    interface Factory {
        SimulatedController start(Consumer<Step> steps);
    }

    /** What was something else, or was not there, before. */
    record Change<T>(@Nullable T before, T after) {}

    /**
     * What one decision changed, and was applied already.
     *
     * @param single whether it is one decision of the core; else all that one event or one tick led to
     */
    record Step(
            boolean single,
            List<Change<ConfigState>> configs,
            List<Change<Rollout>> rollouts,
            List<Change<RolloutCluster>> clusters,
            List<Removed> removed,
            List<String> withdrawn,
            List<Operation> issued,
            List<AuditRecord> audits) {}

    /**
     * What is kept no longer.
     *
     * @param rollout the rollout itself, if it is removed now; its clusters are removed with it or later
     */
    record Removed(RolloutId id, @Nullable Rollout rollout, List<RolloutCluster> clusters) {}

    /** How long ended rollouts are kept. */
    default Retention retention() {
        return Retention.byDefault();
    }

    /** What the core sees now. */
    FleetState state();

    /** Every rollout that is kept. */
    List<RolloutId> rollouts();

    /** @param record null once it no longer exists */
    void listed(String cluster, @Nullable ClusterRecord record);

    void listed(SubscriptionRecord subscription);

    void shown(String cluster, Evidence evidence);

    void shown(String cluster, KubernetesView view);

    /** Lets time pass; what a clock of the host's own makes of that is a tick. */
    void until(Instant now);

    void event(FleetEvent event, Instant now);

    void tick(Instant now);

    /** Whether what was not committed can be lost; else each event is a transaction. */
    boolean isTransactional();

    /** What was decided so far stays. */
    void commit();

    /** What was decided since the last commit is undone, and what the process had in memory is gone. */
    void crash(Instant now);

    /** A copy that goes its own way; only what is held in maps can be copied. */
    default SimulatedController fork(Consumer<Step> steps) {
        throw new UnsupportedOperationException("a host with stores cannot be copied");
    }

    @Override
    void close();
}
