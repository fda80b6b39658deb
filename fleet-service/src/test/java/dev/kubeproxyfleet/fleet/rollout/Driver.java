package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Hosts the core over maps, on a clock that tests turn, and keeps what was sent; every tick looks at all clusters. */
final class Driver implements RolloutDriver.Listener {

    final InMemoryFleet fleet;
    final List<AuditRecord> audits = new ArrayList<>();
    final Map<String, Operation> operations = new LinkedHashMap<>();
    private final RolloutDriver driver;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int events;

    Driver(InMemoryFleet fleet) {
        this(fleet, RolloutEngine.DEFAULT_LAG);
    }

    /** @param lag how far the inventory may lag behind */
    Driver(InMemoryFleet fleet, Duration lag) {
        this(fleet, lag, Retention.byDefault());
    }

    /**
     * @param lag how far the inventory may lag behind
     * @param retention how long ended rollouts are kept
     */
    Driver(InMemoryFleet fleet, Duration lag, Retention retention) {
        this.fleet = fleet;
        this.driver = new RolloutDriver(new RolloutEngine(lag, retention), fleet, Duration.ZERO, this);
    }

    @Override
    public void decided(Decisions decisions) {
        decisions.withdrawn().forEach(operations::remove);
        decisions.operations().forEach(operation -> operations.put(operation.cluster(), operation));
        audits.addAll(decisions.audits());
    }

    @Override
    public void completed(Collection<Rollout> rollouts, Collection<Standing> configs) {}

    Instant now() {
        return now;
    }

    void event(FleetEvent event) {
        driver.on(event, now);
    }

    /** @param at when the service vouched for it */
    void vouched(FleetEvent event, Instant at) {
        driver.onVouched(event, at, now);
    }

    void refuse(FleetEvent event, String message) {
        driver.refuse(event, RequestReason.NotPermitted, message, now);
    }

    void tick(Duration passed) {
        now = now.plus(passed);
        driver.tick(now);
    }

    void tick() {
        tick(Duration.ofSeconds(1));
    }

    /** The state has come back from a backup, and the azure worker has nothing to do any more. */
    void restored(Instant takenAt) {
        operations.clear();
        driver.restored(takenAt, now);
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
        return answered(
                new Command("command-" + events++, id.config(), id.toString(), action, cluster, "bob", "because", now));
    }

    /** What is said about a gate. */
    AuditRecord judge(RolloutId id, Command.Action action, String gate, @Nullable GateVerdict verdict, String reason) {
        return answered(new Command(
                "command-" + events++, id.config(), id.toString(), action, null, gate, verdict, "bob", reason, now));
    }

    /** What was measured of a gate while its stage was as it is since {@code stageSince}. */
    AuditRecord measured(RolloutId id, String gate, GateVerdict verdict, Instant stageSince) {
        return answered(new Command(
                "command-" + events++,
                id.config(),
                id.toString(),
                Command.Action.Answer,
                null,
                gate,
                verdict,
                stageSince,
                "bob",
                "as measured",
                now));
    }

    private AuditRecord answered(Command command) {
        event(new FleetEvent.CommandGiven(command));
        return audits.stream()
                .filter(audit -> audit.action().equals(command.action().name())
                        && audit.actor().equals("bob"))
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
                operation.cluster(), (_, cluster) -> Fleets.running(cluster, Fleets.kubeProxy(operation)));
        outcome(
                operation,
                new Outcome.Applied(
                        before,
                        !before.effective().equals(Fleets.kubeProxy(operation).effective())));
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
                operation.cluster(), Fleets.evidence(Fleets.kubeProxy(operation).effective(), Fleets.NODES, now));
    }

    /** All nodes that have shown anything show the same again. */
    void showAgain() {
        fleet.evidence.replaceAll((_, shown) -> Fleets.again(shown, now));
    }

    List<Operation> operations() {
        return List.copyOf(operations.values());
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

    RolloutCluster cluster(RolloutId id, int number) {
        return fleet.rolloutCluster(id, Fleets.id(number)).orElseThrow();
    }
}
