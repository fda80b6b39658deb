package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Command.Action;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.InstallReason;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lives of small fleets that are given agents, while another config changes their kube-proxy: images that cannot be pulled, APIs that are
 * not reached, agents that are silent or someone else's, workers that end between two writes, a controller that loses what it has not
 * committed. {@link AgentPromises} are held to after each step; once the world becomes kind, everything ends.
 */
public final class AgentsSimulation {

    private static final Duration HOSTILE_FOR = Duration.ofHours(8);

    /** A deadline, and what may lag behind it, for each cluster of the longest rollout one after the other. */
    private static final Duration PATIENCE = Duration.ofHours(12);

    private static final Duration DEADLINE = Duration.ofMinutes(20);

    private final Dice dice;
    private final VirtualTime time = new VirtualTime();
    private final Map<String, SimulatedAgents> clusters = new LinkedHashMap<>();
    private final Map<String, Integer> seen = new TreeMap<>();
    private final AgentPromises promises;
    private final SimulatedController controller;
    private final Map<String, Operation> committed = new LinkedHashMap<>();
    private final List<SimulatedController.Step> uncommitted = new ArrayList<>();
    private final List<FleetEvent> unsaved = new ArrayList<>();
    private final Deque<FleetEvent> events = new ArrayDeque<>();
    private boolean isKind;
    private int ids;
    private int worker;

    private AgentsSimulation(long seed) {
        this.dice = new Dice(seed);
        this.promises = new AgentPromises(clusters, this::count);
        this.controller = new InMemoryController(this::applied);
    }

    /**
     * Lives one life.
     *
     * @return how often what was seen
     * @throws SimulationFailure if a promise is broken
     */
    public static Map<String, Integer> run(long seed) {
        AgentsSimulation simulation = new AgentsSimulation(seed);
        try {
            simulation.live();
            return simulation.seen;
        } catch (RuntimeException | AssertionError failure) {
            throw new SimulationFailure("seed " + seed + " at " + simulation.time.now() + ": " + failure, failure);
        }
    }

    private void count(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    private void live() {
        int size = dice.between(1, 6);
        for (int i = 0; i < size; i++) {
            SimulatedAgents cluster = new SimulatedAgents(i, time, dice);
            clusters.put(cluster.id, cluster);
            if (dice.chance(0.2)) {
                cluster.change(Agents.ONE);
            }
            cluster.isOwned = !dice.chance(0.15);
            controller.listed(cluster.id, cluster.record());
        }
        controller.listed(
                new SubscriptionRecord(Fleets.SUBSCRIPTION, size, "Registered", List.of(Fleets.SUBSCRIPTION)));
        publish();
        tick();
        show();
        trouble(Duration.ofMinutes(60), this::publish);
        trouble(Duration.ofMinutes(80), this::publishKubeProxy);
        trouble(Duration.ofMinutes(12), this::command);
        trouble(Duration.ofMinutes(15), this::disturb);
        trouble(Duration.ofMinutes(25), this::restartWorker);
        trouble(Duration.ofMinutes(20), this::crash);
        Instant end = time.now().plus(HOSTILE_FOR);
        while (time.now().isBefore(end)) {
            time.runNext();
        }
        rest();
    }

    private void trouble(Duration mean, Runnable what) {
        time.after(dice.untilNext(mean), () -> {
            if (!isKind) {
                what.run();
                trouble(mean, what);
            }
        });
    }

    private void rest() {
        isKind = true;
        clusters.values().forEach(SimulatedAgents::becomeKind);
        Instant end = time.now().plus(PATIENCE);
        while (time.now().isBefore(end)) {
            time.runNext();
        }
        for (RolloutId id : controller.rollouts()) {
            Rollout rollout = controller.state().rollout(id).orElseThrow();
            promises.check(
                    rollout.inFlight() == 0 && !rollout.state().goesForward(),
                    "%s does not end: %s",
                    id,
                    rollout.state());
            count("in the end " + rollout.state().getClass().getSimpleName());
        }
    }

    // ---- the controller and Kafka ----

    private void tick() {
        controller.tick(time.now());
        commit();
        if (isKind) {
            controller.rollouts().forEach(this::goOn);
        }
        time.after(isKind ? Duration.ofMinutes(1) : dice.seconds(1, 90), this::tick);
    }

    private void goOn(RolloutId id) {
        Rollout rollout = controller.state().rollout(id).orElseThrow();
        if (rollout.state() instanceof RolloutState.Paused) {
            send(command(id, Action.Resume));
        } else if (rollout.stages().stream().anyMatch(stage -> stage.state() instanceof StageState.AwaitingApproval)) {
            send(command(id, Action.Approve));
        }
    }

    private void send(FleetEvent event) {
        do {
            events.addLast(event);
            time.after(dice.seconds(0, isKind ? 1 : 30), this::poll);
        } while (!isKind && dice.chance(0.1));
    }

    private void poll() {
        FleetEvent event = events.pollFirst();
        if (event != null) {
            unsaved.add(event);
            controller.event(event, time.now());
            commit();
        }
    }

    private void applied(SimulatedController.Step step) {
        uncommitted.add(step);
        promises.check(controller.state(), step, time.now());
    }

    private void commit() {
        if (!isKind && dice.chance(0.4)) {
            return;
        }
        controller.commit();
        unsaved.clear();
        for (SimulatedController.Step step : uncommitted) {
            step.withdrawn().forEach(committed::remove);
            for (Operation operation : step.issued()) {
                committed.put(operation.cluster(), operation);
                begin(operation);
            }
        }
        uncommitted.clear();
        promises.committed();
    }

    /** What was not committed never was, and its events come again. */
    private void crash() {
        count("crash of the controller");
        controller.crash(time.now());
        uncommitted.clear();
        promises.lost();
        unsaved.reversed().forEach(events::addFirst);
        unsaved.forEach(_ -> time.after(dice.seconds(0, 10), this::poll));
        unsaved.clear();
    }

    // ---- people and the world ----

    private Strategy strategy() {
        Gate gate = new Gate(dice.oneOf(0.5, 0.9, 1.0));
        return new Strategy(
                dice.chance(0.5)
                        ? List.of(Fleets.stage("all", null, dice.between(1, 3), 1))
                        : List.of(
                                Fleets.stage("canary", Amount.of(1), 1, 0),
                                Fleets.stage("rest", null, dice.between(1, 3), dice.below(3))),
                dice.oneOf(Strategy.OnFailure.values()),
                DEADLINE,
                gate);
    }

    private void publish() {
        AgentConfig agents = dice.oneOf(Agents.ONE, Agents.TWO, SimulatedAgents.BROKEN, AgentConfig.DISABLED);
        publish("agents", Agents.spec(agents, strategy(), dice.oneOf(FleetConfig.Drift.values())));
    }

    private void publishKubeProxy() {
        Strategy all = new Strategy(
                List.of(Fleets.stage("all", null, 3, 9)), Strategy.OnFailure.Continue, DEADLINE, new Gate(0));
        publish("prod", Fleets.spec(dice.oneOf(Fleets.IPVS_LC, Fleets.IPVS_RR), all));
    }

    private void publish(String name, FleetConfig.Spec spec) {
        send(new FleetEvent.ConfigPublished(FleetConfig.of(name, spec), "git", "request-" + ids++, "alice", null));
    }

    private void command() {
        List<RolloutId> rollouts = controller.rollouts();
        if (!rollouts.isEmpty()) {
            send(command(
                    rollouts.get(rollouts.size() - 1 - dice.below(Math.min(2, rollouts.size()))),
                    dice.oneOf(
                            Action.Pause,
                            Action.Resume,
                            Action.Resume,
                            Action.Retry,
                            Action.Retry,
                            Action.Rollback,
                            Action.Rerun)));
        }
    }

    private FleetEvent command(RolloutId id, Action action) {
        return new FleetEvent.CommandGiven(
                new Command("request-" + ids++, id.config(), id.toString(), action, "bob", "because", time.now()));
    }

    private void disturb() {
        SimulatedAgents cluster = dice.pick(List.copyOf(clusters.values()));
        switch (dice.below(4)) {
            case 0 -> cluster.isReachable = !cluster.isReachable;
            case 1 -> cluster.isMute = !cluster.isMute;
            case 2 -> {
                count("someone changes agents");
                cluster.change(dice.oneOf(Agents.ONE, Agents.TWO, AgentConfig.DISABLED));
            }
            default -> cluster.isOwned = !cluster.isOwned;
        }
    }

    private void show() {
        for (SimulatedAgents cluster : clusters.values()) {
            if (isKind || dice.chance(0.8)) {
                controller.shown(cluster.id, cluster.view());
            }
            if (isKind || dice.chance(0.4)) {
                controller.shown(cluster.id, cluster.evidence());
                controller.listed(cluster.id, cluster.record());
            }
        }
        time.after(isKind ? Duration.ofSeconds(20) : dice.seconds(5, 60), this::show);
    }

    // ---- the worker ----

    /** Another process has the work from now on, and reads its list from the start. */
    private void restartWorker() {
        count("the worker ends");
        worker++;
        List.copyOf(committed.values()).forEach(this::begin);
    }

    private void begin(Operation operation) {
        int mine = worker;
        time.after(dice.seconds(1, 20), () -> step(operation, mine, null, false));
    }

    private void step(Operation operation, int mine, @Nullable AgentConfig known, boolean wrote) {
        if (mine != worker || committed.get(operation.cluster()) != operation) {
            if (wrote) {
                count("the worker ends after a write");
            }
            return;
        }
        SimulatedAgents cluster = Objects.requireNonNull(clusters.get(operation.cluster()));
        if (operation.agents() == null) {
            report(operation, applied(operation, cluster));
        } else if (!cluster.isReachable) {
            if (time.now().isAfter(operation.deadline())) {
                report(operation, new Outcome.Failed(KubernetesReason.ServerUnreachable, "no answer"));
            } else {
                time.after(dice.seconds(5, 60), () -> step(operation, mine, known, wrote));
            }
        } else if (!cluster.isOwned && cluster.has.enabled()) {
            report(operation, new Outcome.Skipped(InstallReason.AgentsNotOurs, "someone else's"));
        } else {
            AgentConfig before = known == null ? cluster.has : known;
            if (cluster.has.equals(operation.agents())) {
                report(operation, new Outcome.Delivered(before, wrote));
            } else {
                write(operation, cluster);
                time.after(dice.seconds(1, 20), () -> step(operation, mine, before, true));
            }
        }
    }

    private static Outcome.Applied applied(Operation operation, SimulatedAgents cluster) {
        Outcome.Applied applied = new Outcome.Applied(
                cluster.kubeProxy,
                !cluster.kubeProxy
                        .effective()
                        .equals(Fleets.kubeProxy(operation).effective()));
        cluster.kubeProxy = Fleets.kubeProxy(operation);
        return applied;
    }

    /** One DaemonSet first, and the other one later; none of it over what is someone else's. */
    private void write(Operation operation, SimulatedAgents cluster) {
        AgentConfig next = Objects.requireNonNull(operation.agents());
        cluster.isOwned = true;
        cluster.overwritten.putIfAbsent(operation.rollout(), cluster.has);
        boolean half = next.enabled()
                && cluster.has.enabled()
                && !Objects.equals(next.jvmImage(), cluster.has.jvmImage())
                && !Objects.equals(next.image(), cluster.has.image());
        cluster.change(half ? new AgentConfig(true, next.image(), cluster.has.jvmImage(), cluster.has.kafka()) : next);
    }

    private void report(Operation operation, Outcome.Result result) {
        count("outcome " + result.getClass().getSimpleName());
        send(new FleetEvent.OutcomeReported(new Outcome(
                operation.config(),
                operation.rollout(),
                operation.generation(),
                operation.cluster(),
                operation.attempt(),
                result,
                time.now())));
    }
}
