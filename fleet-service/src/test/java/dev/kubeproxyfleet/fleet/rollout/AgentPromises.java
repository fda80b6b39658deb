package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.message.Operation;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What must hold of every rollout of agents, by what was true of the clusters and not by what the core says. */
final class AgentPromises {

    private record Change(String rollout, String cluster) {}

    private final Map<String, SimulatedAgents> clusters;
    private final Consumer<String> seen;

    /** What may be written now, by cluster, and the same as it was at the last commit. */
    private Map<String, Operation> outstanding = new HashMap<>();

    private Map<String, Operation> committed = new HashMap<>();

    /** What the API showed, or would have, when a rollout began to write. */
    private final Map<Change, Set<AgentConfig>> shownAtStart = new HashMap<>();

    AgentPromises(Map<String, SimulatedAgents> clusters, Consumer<String> seen) {
        this.clusters = clusters;
        this.seen = seen;
    }

    void check(boolean holds, String broken, @Nullable Object... about) {
        if (!holds) {
            throw new SimulationFailure(String.format(Locale.ROOT, broken, about));
        }
    }

    void committed() {
        committed = new HashMap<>(outstanding);
    }

    void lost() {
        outstanding = new HashMap<>(committed);
    }

    void check(FleetState fleet, SimulatedController.Step step, Instant now) {
        step.withdrawn().forEach(outstanding::remove);
        for (Operation operation : step.issued()) {
            checkOperation(fleet, operation);
            outstanding.put(operation.cluster(), operation);
        }
        step.rollouts().forEach(change -> checkCaps(change.after()));
        for (SimulatedController.Change<RolloutCluster> change : step.clusters()) {
            if (change.before() != null) {
                checkCluster(fleet, change.before(), change.after());
            }
        }
        step.audits().forEach(audit -> seen.accept("audit " + audit.action() + " " + audit.code()));
    }

    private void checkOperation(FleetState fleet, Operation operation) {
        Operation other = outstanding.get(operation.cluster());
        check(
                other == null || other.rollout().equals(operation.rollout()),
                "two writers: %s while %s may be writing",
                operation,
                other);
        RolloutId id = new RolloutId(operation.config(), operation.generation());
        RolloutCluster cluster = fleet.rolloutCluster(id, operation.cluster()).orElseThrow();
        Desired given = fleet.rollout(id).orElseThrow().spec().desired();
        check(operation.desired().kind() == given.kind(), "%s is of another kind than %s", operation, given);
        if (operation.agents() == null) {
            return;
        }
        SimulatedAgents truth = Objects.requireNonNull(clusters.get(operation.cluster()));
        SimulatedAgents.Shown shown = truth.seen;
        if (cluster.isTakenBack()) {
            AgentConfig overwritten = truth.overwritten.get(operation.rollout());
            Set<AgentConfig> known =
                    shownAtStart.getOrDefault(new Change(operation.rollout(), operation.cluster()), Set.of());
            seen.accept("promise of the way back");
            check(
                    operation.agents().equals(overwritten) || known.contains(operation.agents()),
                    "%s gives back what %s never had: %s, and %s",
                    operation,
                    operation.cluster(),
                    overwritten,
                    known);
            return;
        }
        check(operation.desired().equals(given), "%s gives something else than %s", operation, given);
        check(
                shown == null || shown.isOwned() || !shown.has().enabled(),
                "%s is begun where someone else's agents were seen",
                operation);
        if (shown != null) {
            shownAtStart
                    .computeIfAbsent(new Change(operation.rollout(), operation.cluster()), _ -> new HashSet<>())
                    .add(shown.has());
        }
    }

    private void checkCaps(Rollout rollout) {
        for (Stage stage : rollout.stages()) {
            check(
                    stage.counts().updating() + stage.counts().verifying() <= stage.maxConcurrent(),
                    "%s changes too many clusters at once: %s",
                    rollout.id(),
                    stage);
        }
    }

    private void checkCluster(FleetState fleet, RolloutCluster before, RolloutCluster after) {
        Rollout rollout = fleet.rollout(after.rollout()).orElseThrow();
        AgentConfig given = rollout.spec().agents();
        if (given != null && after.hasDrifted() && !before.hasDrifted()) {
            SimulatedAgents.Shown shown = Objects.requireNonNull(clusters.get(after.cluster())).seen;
            seen.accept("promise that drift was seen");
            check(
                    shown != null
                            && !shown.at().isBefore(before.state().since())
                            && !(shown.has().equals(given) && shown.isOwned()),
                    "%s is said to have drifted, and its API showed %s",
                    after,
                    shown);
        }
        if (given == null || before.state().getClass().equals(after.state().getClass())) {
            return;
        }
        seen.accept("agents " + after.state().getClass().getSimpleName() + code(after.state()));
        boolean ends =
                after.state() instanceof ClusterState.Converged || after.state() instanceof ClusterState.RolledBack;
        if (ends && before.state() instanceof ClusterState.Verifying verifying) {
            AgentConfig target = after.isTakenBack()
                    ? Objects.requireNonNull(
                            Objects.requireNonNull(after.before()).asAgents())
                    : given;
            checkProof(after, target, rollout.spec().strategy().gate().coverage(), verifying.appliedAt());
        }
    }

    private static String code(ClusterState state) {
        return switch (state) {
            case ClusterState.Failed failed -> " " + failed.code();
            case ClusterState.Skipped skipped -> " " + skipped.code();
            case ClusterState.Waiting _, ClusterState.InFlight _, ClusterState.Converged _, ClusterState.RolledBack _ ->
                "";
        };
    }

    /** By what was true when it was shown. */
    private void checkProof(RolloutCluster cluster, AgentConfig target, double coverage, Instant since) {
        SimulatedAgents truth = Objects.requireNonNull(clusters.get(cluster.cluster()));
        SimulatedAgents.Shown shown = truth.seen;
        check(
                shown != null && !shown.at().isBefore(since) && shown.has().equals(target),
                "%s ends, and its API showed %s",
                cluster,
                shown);
        if (shown != null && target.enabled()) {
            seen.accept("promise that agents run and report");
            double needed = coverage * Fleets.NODES;
            check(shown.isOwned(), "%s ends, and the agents are someone else's", cluster);
            check(shown.rolledOut() >= needed, "%s ends, and they run on %s nodes", cluster, shown.rolledOut());
            check(
                    truth.reporting >= needed && !truth.reportedAt.isBefore(since),
                    "%s ends, and %s nodes report since %s",
                    cluster,
                    truth.reporting,
                    truth.reportedAt);
        } else {
            seen.accept("promise that agents are gone");
        }
    }
}
