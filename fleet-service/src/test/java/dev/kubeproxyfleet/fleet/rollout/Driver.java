package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Feeds the engine as the controller does, on a clock that tests turn. */
final class Driver {

    final InMemoryFleet fleet;
    private final RolloutEngine engine;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int events;

    Driver(InMemoryFleet fleet) {
        this(fleet, RolloutEngine.DEFAULT_LAG);
    }

    /** @param lag how far the inventory may lag behind */
    Driver(InMemoryFleet fleet, Duration lag) {
        this.fleet = fleet;
        this.engine = new RolloutEngine(lag);
    }

    Instant now() {
        return now;
    }

    void event(FleetEvent event) {
        decide(engine.on(fleet, event, now));
    }

    private void decide(Decisions decisions) {
        fleet.apply(decisions);
        Set<RolloutId> touched = new LinkedHashSet<>();
        decisions.rollouts().forEach(rollout -> touched.add(rollout.id()));
        touched.forEach(id -> advance(id, RolloutEngine.BLOCKED_CANDIDATES_PER_EVENT));
    }

    void tick(Duration passed) {
        now = now.plus(passed);
        for (Rollout rollout : List.copyOf(fleet.rollouts.values())) {
            if (rollout.isOpen()) {
                fleet.apply(engine.observe(fleet, rollout.id(), now));
                fleet.apply(engine.join(fleet, rollout.id(), now));
                advance(rollout.id(), 1_000_000);
            }
        }
        decide(engine.upkeep(fleet, now));
    }

    private void advance(RolloutId id, int blockedCandidates) {
        Decisions decisions;
        do {
            decisions = engine.advance(fleet, id, blockedCandidates, now);
            fleet.apply(decisions);
        } while (!decisions.isEmpty());
    }

    void tick() {
        tick(Duration.ofSeconds(1));
    }

    RolloutId publish(String name, FleetConfig.Spec spec) {
        event(new FleetEvent.ConfigPublished(FleetConfig.of(name, spec), "test", "event-" + events++, "alice", null));
        return latest(name);
    }

    void publishStrategy(FleetStrategy strategy) {
        event(new FleetEvent.StrategyPublished(strategy, "test", "event-" + events++, "alice", null));
    }

    AuditRecord command(RolloutId id, Command.Action action) {
        return command(id, action, null);
    }

    AuditRecord command(RolloutId id, Command.Action action, @Nullable String cluster) {
        event(new FleetEvent.CommandGiven(new Command(
                "command-" + events++, id.config(), id.toString(), action, cluster, "bob", "because", now)));
        return fleet.audits.stream()
                .filter(audit ->
                        audit.action().equals(action.name()) && audit.actor().equals("bob"))
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    void outcome(Operation operation, Outcome.Result result) {
        event(new FleetEvent.OutcomeReported(new Outcome(
                operation.config(),
                operation.rollout(),
                operation.generation(),
                operation.cluster(),
                operation.attempt(),
                result,
                now)));
    }

    /** ARM says yes, and the inventory shows it. */
    void applied(Operation operation) {
        KubeProxyConfig before = Optional.ofNullable(fleet.inventory.get(operation.cluster()))
                .map(ClusterRecord::kubeProxy)
                .orElse(KubeProxyConfig.UNSET);
        fleet.inventory.computeIfPresent(
                operation.cluster(), (_, cluster) -> Fleets.running(cluster, operation.kubeProxy()));
        outcome(
                operation,
                new Outcome.Applied(
                        before, !before.effective().equals(operation.kubeProxy().effective())));
    }

    /** ARM says yes, and all nodes of the cluster show it a second later. */
    void converge(Operation operation) {
        applied(operation);
        tick();
        show(operation);
        tick();
    }

    void show(Operation operation) {
        fleet.evidence.put(
                operation.cluster(), Fleets.evidence(operation.kubeProxy().effective(), Fleets.NODES, now));
    }

    List<Operation> operations() {
        return List.copyOf(fleet.operations.values());
    }

    RolloutId latest(String config) {
        return fleet.config(config).orElseThrow().latestRollout();
    }

    Rollout rollout(RolloutId id) {
        return fleet.rollout(id).orElseThrow();
    }

    /** What the inventory shows of a cluster. */
    @Nullable
    KubeProxyConfig kubeProxy(int number) {
        return fleet.cluster(Fleets.id(number)).orElseThrow().kubeProxy();
    }

    ClusterState state(RolloutId id, int number) {
        return fleet.rolloutCluster(id, Fleets.id(number)).orElseThrow().state();
    }
}
