package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.rollout.SimulatedController.Change;
import dev.kubeproxyfleet.fleet.rollout.SimulatedController.Step;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Command.Action;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One seeded life of a fleet in a hostile world, on virtual time: ARM refuses, fails, forgets and never ends, others write to
 * clusters, Kafka repeats and reorders, processes die with what they had not committed, agents are late, silent or wrong, and
 * operators press every button. {@link Promises} are checked after every decision. Then the world becomes kind, and everything
 * must come to rest.
 *
 * <p>The idea is that of Kafka's {@code RaftEventSimulationTest}. The same seed lives the same life.
 */
public final class FleetSimulation {

    /** Events and ticks of the controller until the world becomes kind. */
    public static final int DEFAULT_EVENTS = 300;

    private static final List<String> CONFIGS = List.of("alpha", "beta", "gamma");
    public static final List<String> STRATEGIES = List.of("calm", "bold");
    private static final List<String> API_VERSIONS = List.of("2025-09-02-preview", "2024-10-02-preview");
    private static final int REMEMBERED = 40;

    /** In one of so many lives the clusters' Kubernetes APIs are looked at. */
    private static final int LOOKS_AT_KUBERNETES = 5;

    /** In one of so many lives ended rollouts are soon removed. */
    private static final int FORGETS = 4;

    private static final Retention BRIEF = new Retention(Controls.EARLIER_ROLLOUTS, Duration.ofMinutes(1), 2);

    private static final Duration DISTURBED = Duration.ofMinutes(15);
    private static final Duration PATIENCE = Duration.ofDays(9);
    private static final Duration QUIET = Duration.ofMinutes(30);

    /** What only people can end: two configs of one priority want one cluster. */
    private static final Set<ReasonCode> PEOPLE = Set.of(ClusterReason.ConflictingConfigs);

    /** A rollout's windows and a cluster's own may never be open at once. */
    private static final Set<ReasonCode> NEVER_BOTH =
            Set.of(ClusterReason.ConflictingConfigs, ClusterReason.OutsideMaintenanceWindow);

    private enum Partition {
        DESIRED,
        COMMANDS,
        OUTCOMES
    }

    private record Input(Partition partition, FleetEvent event) {}

    private final long seed;
    private final int events;
    private final Dice dice;
    private final VirtualTime time = new VirtualTime();
    private final SimulatedAzure azure;

    /** Of lives in which the Kubernetes APIs are looked at; it has dice of its own, so that those of other lives fall as ever. */
    private final @Nullable SimulatedKubernetes kubernetes;

    private final Dice sources;
    private final SimulatedWorker worker;
    private final SimulatedController controller;
    private final Onlooker onlooker;
    private final Promises promises;
    private final Map<Partition, Deque<FleetEvent>> partitions = new EnumMap<>(Partition.class);
    private final List<Input> uncommittedInputs = new ArrayList<>();
    private final List<Step> uncommittedSteps = new ArrayList<>();
    private final Map<String, Operation> committedOperations = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private final Set<String> answered = new HashSet<>();
    private final List<Command> commands = new ArrayList<>();
    private final List<FleetEvent> desired = new ArrayList<>();
    private final List<Outcome> reported = new ArrayList<>();
    private final Deque<Supplier<String>> story = new ArrayDeque<>();
    private final Seen seen = new Seen();
    private final Map<String, ClusterRecord> published = new LinkedHashMap<>();
    private final Map<String, SubscriptionRecord> publishedSubscriptions = new HashMap<>();

    /** Subscriptions whose last listing was cut short. */
    private final Set<String> cutShort = new HashSet<>();

    private Instant lastChange;
    private boolean commitPlanned;
    private boolean rested;

    /** Whether someone else wants one cluster to run something else, in a life that is quiet but for that. */
    private boolean fought;

    private boolean corrected;

    /** How likely somebody presses a button because of what has just happened. */
    private double haste;

    private int decided;
    private int ids;

    private FleetSimulation(long seed, int events, SimulatedController.Factory hosts, Onlooker onlooker) {
        this.seed = seed;
        this.events = events;
        this.dice = new Dice(seed);
        this.lastChange = time.now();
        this.azure = new SimulatedAzure(time, dice, seen);
        this.sources = new Dice(~seed);
        this.kubernetes = seed % LOOKS_AT_KUBERNETES == 0 ? new SimulatedKubernetes(time, sources, seen) : null;
        this.worker = new SimulatedWorker(time, dice, azure, this::report, seen);
        this.controller = hosts.start(this::applied);
        this.onlooker = onlooker;
        this.promises = new Promises(controller, azure, time, seen);
        for (Partition partition : Partition.values()) {
            partitions.put(partition, new ArrayDeque<>());
        }
    }

    /**
     * Lives one life.
     *
     * @param hosts of the core
     * @param onlooker who may find fault too
     * @return how often what was seen
     * @throws SimulationFailure if something does not hold that must; its message says how to live the same life again
     */
    private static Map<String, Integer> run(
            long seed, int events, SimulatedController.Factory hosts, Onlooker onlooker) {
        FleetSimulation simulation = new FleetSimulation(seed, events, hosts, onlooker);
        try (SimulatedController _ = simulation.controller) {
            simulation.live();
            return simulation.seen.times();
        } catch (RuntimeException | AssertionError failure) {
            throw new SimulationFailure(simulation.obituary(failure), failure);
        }
    }

    /** Lives one life that nobody looks on at. */
    public static Map<String, Integer> run(long seed, int events, SimulatedController.Factory hosts) {
        return run(seed, events, hosts, Onlooker.NOBODY);
    }

    /** Lives one life of the core over maps. */
    public static Map<String, Integer> run(long seed, int events, Onlooker onlooker) {
        return run(seed, events, steps -> new InMemoryController(retention(seed), steps), onlooker);
    }

    /** Lives one life of the core over maps that nobody looks on at. */
    public static Map<String, Integer> run(long seed, int events) {
        return run(seed, events, Onlooker.NOBODY);
    }

    private static Retention retention(long seed) {
        return seed % FORGETS == 0 ? BRIEF : Retention.byDefault();
    }

    private String obituary(Throwable failure) {
        StringBuilder text = new StringBuilder();
        text.append("seed ").append(seed).append(": ").append(failure.getMessage());
        text.append("\nat ")
                .append(time.now())
                .append(", after ")
                .append(decided)
                .append(" events; the last of them:\n");
        story.forEach(line -> text.append("  ").append(line.get()).append('\n'));
        text.append("the same life again: ./kpfleet simulate --seeds 1 --seed ").append(seed);
        return text.append(events == DEFAULT_EVENTS ? "" : " --events " + events)
                .toString();
    }

    private void tell(Supplier<String> line) {
        Instant at = time.now();
        story.addLast(() -> at + " " + line.get());
        if (story.size() > REMEMBERED) {
            story.removeFirst();
        }
    }

    // ---- the course of a life ----

    private void live() {

        fought = dice.chance(0.15);
        haste = fought ? 0 : dice.oneOf(0.0, 0.1, 0.4);
        int clusters = fought ? dice.between(1, 4) : dice.below(14);
        boolean second = dice.chance(0.4);
        for (String subscription : SimulatedAzure.SUBSCRIPTIONS) {
            azure.registered.put(subscription, dice.chance(0.9));
        }
        for (int i = 0; i < clusters; i++) {
            azure.create(SimulatedAzure.SUBSCRIPTIONS.get(second ? dice.below(2) : 0));
        }
        publish(CONFIGS.getFirst());
        for (String subscription : SimulatedAzure.SUBSCRIPTIONS) {
            time.after(dice.seconds(0, 120), () -> list(subscription));
        }
        time.after(dice.seconds(0, 60), this::tick);
        time.after(dice.seconds(0, 60), this::showAll);

        if (fought) {
            trouble(Duration.ofMinutes(dice.oneOf(6, 6, 60)), azure::fight);
        } else {
            trouble(Duration.ofMinutes(5), this::command);
            trouble(Duration.ofMinutes(50), () -> publish(dice.pick(CONFIGS)));
            trouble(Duration.ofMinutes(120), this::store);
            trouble(Duration.ofMinutes(150), () -> delete(dice.pick(CONFIGS)));
            trouble(Duration.ofMinutes(15), azure::foreignWrite);
        }
        trouble(Duration.ofMinutes(12), azure::live);
        trouble(Duration.ofMinutes(10), azure::disturbAgents);
        if (kubernetes != null) {
            time.after(sources.untilNext(DISTURBED), () -> disturb(kubernetes));
        }
        trouble(Duration.ofMinutes(20), () -> worker.rebalance(dice.pick(SimulatedAzure.SUBSCRIPTIONS)));
        trouble(Duration.ofMinutes(12), this::crash);
        trouble(Duration.ofMinutes(8), this::reportAgain);
        trouble(Duration.ofMinutes(40), this::desireAgain);
        while (decided < events) {
            time.runNext();
        }
        rest();
    }

    /** Comes again and again until the world is kind; in some lives often, in some never. */
    private void trouble(Duration mean, Runnable what) {
        double often = dice.oneOf(0.0, 0.4, 1.0, 1.0, 2.5);
        if (often > 0) {
            Duration every = Duration.ofMillis((long) (mean.toMillis() / often));
            time.after(dice.untilNext(every), () -> again(every, what));
        }
    }

    private void again(Duration every, Runnable what) {
        if (!azure.kind) {
            what.run();
            time.after(dice.untilNext(every), () -> again(every, what));
        }
    }

    private void rest() {
        tell(() -> "the world becomes kind");
        azure.becomeKind();
        if (kubernetes != null) {
            kubernetes.becomeKind();
        }
        onlooker.worldBecomesKind();
        Instant kindSince = time.now();
        lastChange = kindSince;
        kindOperator();
        while (!rested) {
            if (time.now().isAfter(kindSince.plus(PATIENCE))) {
                if (promises.unrest(NEVER_BOTH).isEmpty() && promises.owed().isEmpty()) {
                    break;
                }
                throw new SimulationFailure("no rest: "
                        + promises.unrest(PEOPLE).or(promises::owed).orElse("something changes again and again"));
            }
            time.runNext();
        }
        if (rested) {
            onlooker.worldRests(controller, time.now());
        }
        Set<String> unanswered = new LinkedHashSet<>(asked);
        unanswered.removeAll(answered);
        if (!unanswered.isEmpty()) {
            throw new SimulationFailure("never answered: " + unanswered);
        }
        controller.rollouts().forEach(id -> {
            Rollout rollout = controller.state().rollout(id).orElseThrow();
            seen.count("in the end rollout " + rollout.state().getClass().getSimpleName());
            seen.count("cause " + rollout.request().cause());
            controller
                    .state()
                    .rolloutClusters(id)
                    .forEach(cluster -> seen.count(
                            "in the end cluster " + cluster.state().getClass().getSimpleName()));
        });
    }

    private boolean isAtRest() {
        return time.now().isAfter(lastChange.plus(QUIET))
                && uncommittedInputs.isEmpty()
                && committedOperations.isEmpty()
                && partitions.values().stream().allMatch(Collection::isEmpty)
                && promises.unrest(PEOPLE).isEmpty()
                && promises.owed().isEmpty();
    }

    /** How often a patient world looks; when all is quiet it only waits for a window or a date. */
    private Duration pace() {
        return Duration.ofMinutes(time.now().isAfter(lastChange.plus(QUIET)) ? 20 : 1);
    }

    /** Resumes what was paused and approves what awaits it. */
    private void kindOperator() {
        for (RolloutId id : controller.rollouts()) {
            Rollout rollout = controller.state().rollout(id).orElseThrow();
            if (rollout.state().goesForward()) {
                rollout.currentStage().ifPresent(index -> judge(rollout, index));
            }
            if (rollout.state() instanceof RolloutState.Paused) {
                command(Action.Resume, id);
            } else if (rollout.state() instanceof RolloutState.Running
                    && rollout.stages().stream()
                            .anyMatch(stage -> stage.state() instanceof StageState.AwaitingApproval)) {
                command(Action.Approve, id);
            }
        }
        azure.mend();
        time.after(pace().multipliedBy(3), this::kindOperator);
    }

    /** Answers what is waited for, and lets pass what fails. */
    private void judge(Rollout rollout, int index) {
        for (StageGate gate : StageGate.of(rollout, index)) {
            if (gate.isAwaited()) {
                send(judged(Action.Answer, rollout.id(), gate.name(), GateVerdict.Pass, "carol"));
            } else if (gate.fails()) {
                send(judged(Action.Override, rollout.id(), gate.name(), null, "carol"));
            }
        }
    }

    private Command judged(Action action, RolloutId rollout, String gate, @Nullable GateVerdict verdict, String actor) {
        return new Command(
                id(),
                rollout.config(),
                rollout.toString(),
                action,
                null,
                gate,
                verdict,
                actor,
                "seen by hand",
                time.now());
    }

    private void command(Action action, RolloutId rollout) {
        send(new Command(id(), rollout.config(), rollout.toString(), action, "carol", "to go on", time.now()));
    }

    // ---- the controller and Kafka ----

    private void tick() {
        decided++;
        promises.before(null);
        controller.tick(time.now());
        promises.after();
        onlooker.looks(controller, null, time.now());
        commitSoon();
        Duration next = azure.kind ? pace() : dice.chance(0.01) ? dice.seconds(60, 900) : dice.seconds(1, 90);
        time.after(next, this::tick);
        rested = azure.kind && isAtRest();
    }

    private void send(Partition partition, FleetEvent event) {
        seen.count("sent " + event.getClass().getSimpleName());
        do {
            queue(partition).addLast(event);
            Duration lag = azure.kind || dice.chance(0.9) ? dice.seconds(0, 3) : dice.seconds(0, 240);
            time.after(lag, () -> poll(partition));
        } while (isDuplicated());
    }

    private boolean isDuplicated() {
        boolean duplicated = !azure.kind && dice.chance(0.1);
        if (duplicated) {
            seen.count("kafka duplicate");
        }
        return duplicated;
    }

    private Deque<FleetEvent> queue(Partition partition) {
        return Objects.requireNonNull(partitions.get(partition));
    }

    private void poll(Partition partition) {
        FleetEvent event = queue(partition).pollFirst();
        if (event == null) {
            return;
        }
        decided++;
        promises.before(null);
        controller.until(time.now());
        tell(event::toString);
        uncommittedInputs.add(new Input(partition, event));
        promises.before(event);
        controller.event(event, time.now());
        promises.after();
        onlooker.looks(controller, event, time.now());
        commitSoon();
    }

    private void applied(Step step) {
        if (!step.rollouts().isEmpty()
                || !step.clusters().isEmpty()
                || !step.configs().isEmpty()) {
            lastChange = time.now();
        }
        tell(() -> "  " + describe(step));
        uncommittedSteps.add(step);
        countTransitions(step);
        step.rollouts().stream().filter(FleetSimulation::turns).forEach(change -> hurry(change.after()));
        step.rollouts().forEach(this::spoil);
        promises.check(step);
        corrected |= step.rollouts().stream()
                .anyMatch(change ->
                        change.before() == null || change.before().stages().isEmpty());
        if (corrected) {
            corrected = false;
            promises.checkFights();
        }
    }

    private void countTransitions(Step step) {
        for (Change<Rollout> change : step.rollouts()) {
            Rollout before = change.before();
            if (before == null) {
                continue;
            }
            countTransition("rollout", before.state(), change.after().state());
            for (int i = 0; i < before.stages().size(); i++) {
                countTransition(
                        "stage",
                        before.stages().get(i).state(),
                        change.after().stages().get(i).state());
            }
        }
        for (Change<RolloutCluster> change : step.clusters()) {
            if (change.before() != null) {
                String subject = change.after().isTakenBack() ? "cluster going back" : "cluster";
                countTransition(subject, change.before().state(), change.after().state());
            }
        }
    }

    private void countTransition(String subject, Object before, Object after) {
        if (!before.getClass().equals(after.getClass())) {
            seen.count(subject + " " + before.getClass().getSimpleName() + " -> "
                    + after.getClass().getSimpleName());
        }
    }

    private static String describe(Step step) {
        StringBuilder text = new StringBuilder();
        step.rollouts().forEach(change -> {
            Rollout rollout = change.after();
            text.append(rollout.id()).append(' ').append(rollout.state()).append(' ');
            rollout.stages()
                    .forEach(stage -> text.append(stage.state().getClass().getSimpleName())
                            .append(stage.counts())
                            .append(' '));
        });
        step.clusters()
                .forEach(change -> text.append("\n      ")
                        .append(change.after().rollout())
                        .append(' ')
                        .append(change.after().cluster().replaceAll(".*/", ""))
                        .append(change.after().isTakenBack() ? " (rolling back) " : " ")
                        .append(change.before() == null ? null : change.before().state())
                        .append(" -> ")
                        .append(change.after().state()));
        step.withdrawn().forEach(cluster -> text.append("\n      withdrawn ").append(cluster.replaceAll(".*/", "")));
        step.issued().forEach(operation -> text.append("\n      ").append(operation));
        step.removed()
                .forEach(removed -> text.append("\n      removed ")
                        .append(removed.id())
                        .append(removed.rollout() == null ? ", clusters: " : " itself, clusters: ")
                        .append(removed.clusters().size()));
        step.audits()
                .forEach(audit -> text.append("\n      ")
                        .append(audit.code())
                        .append(": ")
                        .append(audit.message()));
        return text.toString();
    }

    /** A transaction takes in some events, or one. */
    private void commitSoon() {
        if (azure.kind || dice.chance(0.6) || !controller.isTransactional()) {
            commit();
        } else if (!commitPlanned) {
            commitPlanned = true;
            time.after(dice.seconds(0, 20), () -> {
                commitPlanned = false;
                commit();
            });
        }
    }

    private void commit() {
        controller.commit();
        promises.committed();
        uncommittedInputs.clear();
        for (Step step : uncommittedSteps) {
            step.withdrawn().forEach(cluster -> {
                committedOperations.remove(cluster);
                worker.committed(cluster, null);
            });
            step.issued().forEach(operation -> {
                committedOperations.put(operation.cluster(), operation);
                worker.committed(operation.cluster(), operation);
            });
            for (AuditRecord audit : step.audits()) {
                answered.add(String.valueOf(audit.requestId()));
                seen.count("audit " + audit.action() + " " + audit.code());
            }
        }
        uncommittedSteps.clear();
    }

    /** The process is fenced, or dies: what it had not committed never was, and its events come again. */
    private void crash() {
        tell(() -> "the controller loses what it has not committed");
        seen.count("crash of the controller" + (uncommittedSteps.isEmpty() ? "" : " that undoes decisions"));
        controller.crash(time.now());
        promises.lost(committedOperations);
        uncommittedSteps.clear();
        for (Input input : uncommittedInputs.reversed()) {
            queue(input.partition()).addFirst(input.event());
            time.after(dice.seconds(0, 30), () -> poll(input.partition()));
        }
        seen.count("kafka replayed events", uncommittedInputs.size());
        uncommittedInputs.clear();
    }

    private void report(Outcome outcome) {
        seen.count("outcome " + outcome.result().getClass().getSimpleName());
        reported.add(outcome);
        send(Partition.OUTCOMES, new FleetEvent.OutcomeReported(outcome));
    }

    /** Something old is read once more, most awkwardly about a cluster that is being written. */
    private void reportAgain() {
        List<Outcome> awkward = reported.stream()
                .filter(outcome -> committedOperations.containsKey(outcome.cluster()))
                .toList();
        if (!reported.isEmpty()) {
            seen.count(awkward.isEmpty() ? "kafka old outcome" : "kafka old outcome while the cluster is written");
            Outcome outcome = dice.pick(awkward.isEmpty() ? reported : awkward);
            send(Partition.OUTCOMES, new FleetEvent.OutcomeReported(outcome));
        }
    }

    // ---- inventory and agents ----

    private void list(String subscription) {
        List<ClusterRecord> listed = azure.of(subscription).stream()
                .map(SimulatedAzure.Cluster::record)
                .toList();
        String feature = azure.registered.getOrDefault(subscription, true) ? "Registered" : "NotRegistered";
        List<String> locked = azure.of(subscription).stream()
                .filter(cluster -> cluster.locked)
                .map(cluster -> cluster.id)
                .toList();
        boolean whole = azure.kind || cutShort.remove(subscription) || dice.chance(0.9);
        if (!whole) {
            seen.count("inventory cut short");
            cutShort.add(subscription);
        }
        Duration lag = azure.kind ? Duration.ofSeconds(1) : dice.seconds(0, 40);
        int half = listed.size() / 2;
        time.after(lag, () -> {
            listed.subList(0, half).forEach(this::listed);
            time.after(lag.dividedBy(4), () -> {
                if (whole) {
                    listed.subList(half, listed.size()).forEach(this::listed);
                    complete(subscription, listed, feature, locked);
                }
                time.after(azure.kind ? listingPace() : dice.seconds(10, 60), () -> list(subscription));
            });
        });
    }

    /** However quiet it is, what the controller knows is never older than it counts on. */
    private Duration listingPace() {
        Duration longest = RolloutEngine.DEFAULT_LAG.dividedBy(2);
        return pace().compareTo(longest) < 0 ? pace() : longest;
    }

    private void listed(ClusterRecord record) {
        if (!record.equals(published.put(record.id(), record))) {
            promises.listed(record.id());
            controller.listed(record.id(), record);
        }
    }

    private void complete(String subscription, List<ClusterRecord> listed, String feature, List<String> locked) {
        Set<String> there = new HashSet<>();
        listed.forEach(record -> there.add(record.id()));
        List<String> gone = new ArrayList<>();
        published.values().forEach(known -> {
            if (known.subscription().equals(subscription) && !there.contains(known.id())) {
                gone.add(known.id());
            }
        });
        gone.forEach(id -> {
            seen.count("inventory lost a cluster");
            published.remove(id);
            controller.listed(id, null);
        });
        boolean mayReadLocks = seed % 3 != 0;
        if (mayReadLocks && !locked.isEmpty()) {
            seen.count("inventory told of a lock");
        }
        SubscriptionRecord record = new SubscriptionRecord(
                subscription,
                listed.size(),
                feature,
                SimulatedAzure.SUBSCRIPTIONS,
                API_VERSIONS.get(seed % 5 == 0 ? 1 : 0),
                mayReadLocks ? locked : null);
        if (!record.equals(publishedSubscriptions.put(subscription, record))) {
            controller.listed(record);
        }
    }

    private void showAll() {
        for (SimulatedAzure.Cluster cluster : azure.clusters()) {
            if (azure.kind || dice.chance(0.8)) {
                promises.shown(cluster.id);
                controller.shown(cluster.id, azure.evidence(cluster));
                show(cluster);
            }
        }
        time.after(azure.kind ? pace() : dice.seconds(15, 90), this::showAll);
    }

    private void show(SimulatedAzure.Cluster cluster) {
        if (kubernetes != null) {
            controller.shown(cluster.id, kubernetes.view(cluster));
        }
    }

    private void disturb(SimulatedKubernetes apis) {
        if (!azure.kind && !azure.clusters().isEmpty()) {
            apis.disturb(sources.pick(List.copyOf(azure.clusters())));
        }
        if (!azure.kind) {
            time.after(sources.untilNext(DISTURBED), () -> disturb(apis));
        }
    }

    // ---- people ----

    private String id() {
        return "request-" + ids++;
    }

    private static <T> List<T> latest(List<T> all) {
        return all.subList(Math.max(0, all.size() - 10), all.size());
    }

    /** A producer that is in doubt sends again what it has sent before, perhaps long ago. */
    private void desireAgain() {
        if (!desired.isEmpty()) {
            seen.count("kafka old desired event");
            send(Partition.DESIRED, dice.pick(latest(desired)));
        }
    }

    private void desire(FleetEvent event) {
        desired.add(event);
        send(Partition.DESIRED, event);
    }

    private void publish(String name) {
        String strategyRef = dice.chance(0.2) ? dice.pick(STRATEGIES) : null;
        String id = id();
        asked.add(id);
        FleetConfig.Spec spec =
                asking(fought ? SimulatedConfigs.fought(dice) : SimulatedConfigs.spec(dice, strategyRef, time.now()));
        desire(new FleetEvent.ConfigPublished(FleetConfig.of(name, spec), "git", id, "alice", null));
    }

    private FleetConfig.Spec asking(FleetConfig.Spec spec) {
        return new FleetConfig.Spec(
                spec.kubeProxy(),
                spec.agents(),
                spec.selector(),
                spec.priority(),
                spec.strategyRef() == null ? asking(spec.strategy()) : spec.strategy(),
                spec.drift(),
                spec.newClusters(),
                spec.strategyRef());
    }

    private Strategy asking(Strategy strategy) {
        return kubernetes == null
                ? strategy
                : SimulatedConfigs.withSource(strategy, sources.oneOf(Gate.Source.values()));
    }

    private void store() {
        String id = id();
        asked.add(id);
        String name = dice.pick(STRATEGIES);
        send(
                Partition.DESIRED,
                dice.chance(0.2)
                        ? new FleetEvent.StrategyDeleted(name, "git", id, "alice", null)
                        : new FleetEvent.StrategyPublished(
                                FleetStrategy.of(name, asking(SimulatedConfigs.strategy(dice, time.now()))),
                                "git",
                                id,
                                "alice",
                                null));
    }

    private void delete(String config) {
        String id = id();
        asked.add(id);
        desire(new FleetEvent.ConfigDeleted(config, "git", id, "alice", null));
    }

    /** Any button, for this or that rollout, with a cluster or without, and sometimes one that was pressed before. */
    private void command() {
        if (!commands.isEmpty() && dice.chance(0.1)) {
            send(dice.pick(latest(commands)));
            return;
        }
        String config = dice.chance(0.6) ? CONFIGS.getFirst() : dice.pick(CONFIGS);
        long latest =
                controller.state().config(config).map(ConfigState::generation).orElse(0L);
        String rollout = switch (dice.below(6)) {
            case 0 -> config + "." + Math.max(1, latest - 1);
            case 1 -> config + "." + (latest + 1);
            case 2, 3 -> latest == 0 ? null : config + "." + latest;
            default -> null;
        };
        List<SimulatedAzure.Cluster> clusters = List.copyOf(azure.clusters());
        Action action = dice.oneOf(
                Action.Pause,
                Action.Resume,
                Action.Resume,
                Action.Abort,
                Action.Approve,
                Action.Approve,
                Action.Approve,
                Action.Reject,
                Action.Retry,
                Action.Retry,
                Action.Retry,
                Action.Skip,
                Action.Skip,
                Action.Promote,
                Action.Promote,
                Action.Rollback,
                Action.Rollback,
                Action.Rerun);
        boolean aboutOne = (action == Action.Retry || action == Action.Skip) && dice.chance(0.7);
        String cluster =
                !aboutOne || clusters.isEmpty() ? null : dice.chance(0.1) ? Fleets.id(999) : dice.pick(clusters).id;
        send(new Command(
                id(), config, rollout, action, cluster, "bob", dice.chance(0.5) ? "because" : null, time.now()));
    }

    private static boolean turns(Change<Rollout> change) {
        Rollout before = change.before();
        if (before == null
                || !before.state().getClass().equals(change.after().state().getClass())) {
            return true;
        }
        for (int i = 0; i < before.stages().size(); i++) {
            if (!before.stages()
                    .get(i)
                    .state()
                    .getClass()
                    .equals(change.after().stages().get(i).state().getClass())) {
                return true;
            }
        }
        return false;
    }

    /** What a stage has changed may break while it bakes. */
    private void spoil(Change<Rollout> change) {
        Rollout rollout = change.after();
        Rollout before = change.before();
        for (int i = 0; before != null && i < before.stages().size(); i++) {
            int stage = i;
            if (rollout.stages().get(i).state() instanceof StageState.Baking
                    && !(before.stages().get(i).state() instanceof StageState.Baking)
                    && !azure.kind
                    && dice.chance(0.4)) {
                controller.state().changed(rollout.id(), Integer.MAX_VALUE).stream()
                        .filter(cluster -> cluster.place().stage() == stage)
                        .forEach(cluster -> azure.breakDown(cluster.cluster()));
            }
        }
    }

    /** What has just turned makes somebody press what interferes most. */
    private void hurry(Rollout rollout) {
        if (!azure.kind && dice.chance(haste)) {
            time.after(dice.seconds(0, 20), () -> interfere(rollout.id()));
        }
    }

    private void interfere(RolloutId id) {
        Rollout rollout = controller.state().rollout(id).orElse(null);
        if (azure.kind || rollout == null) {
            return;
        }
        seen.count("person interferes");
        switch (rollout.state()) {
            case RolloutState.Running _ -> interfereWithStage(rollout);
            case RolloutState.Planned _ -> press(dice.oneOf(Action.Abort, Action.Pause), id, null);
            case RolloutState.Paused _ ->
                press(dice.oneOf(Action.Resume, Action.Rollback, Action.Abort, Action.Retry), id, null);
            case RolloutState.RollingBack _ -> {
                boolean isEarlier = id.generation()
                        < controller.state().config(id.config()).orElseThrow().generation();
                switch (isEarlier && dice.chance(0.5) ? 0 : dice.below(4)) {
                    case 0 -> delete(id.config());
                    case 1 -> publish(id.config());
                    default -> press(dice.oneOf(Action.Pause, Action.Abort), id, null);
                }
            }
            case RolloutState.Ended _ -> {
                long full = controller.state().config(id.config()).orElseThrow().fullGeneration();
                press(
                        dice.oneOf(Action.Rollback, Action.Rollback, Action.Retry, Action.Rerun),
                        dice.chance(0.5) ? id : new RolloutId(id.config(), full),
                        null);
            }
        }
    }

    private void interfereWithStage(Rollout rollout) {
        RolloutId id = rollout.id();
        StageState stage = rollout.currentStage().isPresent()
                ? rollout.stages().get(rollout.currentStage().getAsInt()).state()
                : null;
        switch (stage) {
            case StageState.AwaitingApproval _ -> {
                press(dice.oneOf(Action.Approve, Action.Approve, Action.Reject), id, null);
                if (dice.chance(0.4)) {
                    Command late = pressed(Action.Approve, id, null);
                    time.after(dice.seconds(30, 900), () -> send(late));
                }
            }
            case StageState.Baking _ -> {
                switch (dice.below(4)) {
                    case 0 ->
                        send(judged(
                                Action.Answer, id, SimulatedConfigs.BOARD, dice.oneOf(GateVerdict.values()), "dora"));
                    case 1 ->
                        send(judged(
                                Action.Override,
                                id,
                                dice.oneOf("refusals", SimulatedConfigs.BOARD, "nothing"),
                                null,
                                "dora"));
                    default -> press(Action.Promote, id, null);
                }
            }
            case StageState.Updating _ -> {
                switch (dice.below(6)) {
                    case 0 -> delete(id.config());
                    case 1 -> publish(id.config());
                    case 2, 3 -> press(dice.oneOf(Action.Pause, Action.Abort, Action.Rollback), id, null);
                    default -> {
                        List<RolloutCluster> clusters = controller.state().rolloutClusters(id);
                        List<RolloutCluster> failed = clusters.stream()
                                .filter(cluster -> cluster.state() instanceof ClusterState.Failed)
                                .toList();
                        press(
                                dice.oneOf(Action.Skip, Action.Retry),
                                id,
                                dice.pick(failed.isEmpty() ? clusters : failed).cluster());
                    }
                }
            }
            case StageState.Waiting _, StageState.Done _ -> {}
            case null -> {}
        }
    }

    private void press(Action action, RolloutId rollout, @Nullable String cluster) {
        send(pressed(action, rollout, cluster));
    }

    /** As of now, whenever it arrives. */
    private Command pressed(Action action, RolloutId rollout, @Nullable String cluster) {
        return new Command(
                id(), rollout.config(), rollout.toString(), action, cluster, "dora", "in a hurry", time.now());
    }

    private void send(Command command) {
        commands.add(command);
        asked.add(command.id());
        send(Partition.COMMANDS, new FleetEvent.CommandGiven(command));
    }
}
