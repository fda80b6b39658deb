package dev.kubeproxyfleet.fleet.chaos;

import dev.kubeproxyfleet.fleet.chaos.Evidence.Timeout;
import dev.kubeproxyfleet.fleet.chaos.Violation.Promise;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.State;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** One run: a world, what a seed does to it, calm, and what the witness says. */
final class ChaosRun implements AutoCloseable {

    /** Without any new record or write for so long, nothing goes on. */
    private static final Duration STANDSTILL = Duration.ofMinutes(3);

    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Above every timeout that a schedule publishes. */
    private static final int LAST_TIMEOUT = 50_000;

    private static final int SHOWN_FAULTS = 3;

    private final Schedule schedule;
    private final PrintStream out;
    private final InstantSource clock;
    private final World world;
    private final People people;
    private final Ledger ledger;
    private final Ruin ruin;
    private final Witness witness;
    private final Set<Violation> violations = new LinkedHashSet<>();
    private final List<Done> done = new ArrayList<>();

    /** Kinds of faults that this machine cannot do, and how many were left out. */
    private final Map<String, Integer> left = new ConcurrentHashMap<>();

    /** A fault that was done, and when it began. */
    private record Done(Instant at, Fault fault) {
        @Override
        public String toString() {
            return at + " " + fault;
        }
    }

    ChaosRun(Schedule schedule, World world, InstantSource clock, PrintStream out) throws InterruptedException {
        this.schedule = schedule;
        this.world = world;
        this.clock = clock;
        this.out = out;
        ruin = new Ruin(world, out);
        if (!ruin.awaitCalm()) {
            ruin.close();
            throw new IllegalStateException("the system did not start; its logs say why");
        }
        people = new People(world, clock);
        ledger = new Ledger(world.brokers.bootstrapServers(), clock);
        witness = new Witness(world.stages(), People.MAX_CONCURRENT);
    }

    /** Does it all, prints what happens, and returns what was broken. */
    List<Violation> run() throws InterruptedException, IOException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Void>> tracks = List.of(
                    CompletableFuture.runAsync(() -> doAll(schedule.ofReplicas()), threads),
                    CompletableFuture.runAsync(() -> doAll(schedule.ofKafka()), threads),
                    CompletableFuture.runAsync(this::actAll, threads));
            while (!tracks.stream().allMatch(CompletableFuture::isDone)) {
                report(witness.ofWrites(world.writes()));
                ruin.pass(LOOK);
            }
            tracks.forEach(CompletableFuture::join);
        }
        out.println(clock.instant() + " calm");
        if (!ruin.awaitCalm()) {
            report(List.of(new Violation(Promise.COMES_BACK, clock.instant(), "not everything works again")));
        }
        Map<String, Timeout> wanted = publishLast();
        boolean _ = goesOnUntil(
                () -> wanted.entrySet().stream().allMatch(each -> hasSucceeded(each.getKey(), each.getValue())));
        boolean _ = goesOnUntil(ledger::isAnswered);
        boolean _ = goesOnUntil(() -> areShown(wanted));
        report(witness.of(ledger.evidence(world.writes(), people.acknowledged(), world.shown(wanted, people))));
        sum();
        return List.copyOf(violations);
    }

    private void doAll(List<Schedule.Step> steps) {
        for (Schedule.Step step : steps) {
            try {
                ruin.pass(step.after());
                if (!world.canDo(step.fault())) {
                    left.merge(step.fault().getClass().getSimpleName(), 1, Integer::sum);
                    continue;
                }
                if (!ruin.awaitUp(step.fault())) {
                    report(List.of(new Violation(
                            Promise.COMES_BACK,
                            clock.instant(),
                            "not ready for a long time, before: " + step.fault())));
                }
                begin(step.fault());
                ruin.apply(step.fault());
            } catch (Exception e) {
                throw new IllegalStateException("cannot do: " + step.fault(), e);
            }
        }
    }

    private synchronized void begin(Fault fault) {
        Done begun = new Done(clock.instant(), fault);
        done.add(begun);
        out.println(begun);
    }

    private void actAll() {
        for (Schedule.Act act : schedule.deeds()) {
            try {
                ruin.pass(act.after());
                out.println(clock.instant() + "   " + act.deed());
                people.act(act.deed());
            } catch (InterruptedException | IOException e) {
                throw new IllegalStateException("cannot do: " + act.deed(), e);
            }
        }
    }

    /** Says what is new of it. */
    private synchronized void report(List<Violation> found) {
        for (Violation violation : found) {
            if (violations.add(violation)) {
                Instant at = Optional.ofNullable(violation.at()).orElse(clock.instant());
                List<Done> before =
                        done.stream().filter(each -> !each.at().isAfter(at)).toList();
                out.println("BROKEN " + violation + "\n  after "
                        + before.subList(Math.max(0, before.size() - SHOWN_FAULTS), before.size()));
            }
        }
    }

    /** The last word on each config, which every rollout before it gives way to. */
    private Map<String, Timeout> publishLast() throws InterruptedException {
        Map<String, Timeout> wanted = new TreeMap<>();
        for (String config : world.configs.keySet()) {
            int timeout = LAST_TIMEOUT + wanted.size();
            wanted.put(config, new Timeout(timeout));
            if (!ruin.await(() -> people.publish(config, timeout))) {
                report(List.of(new Violation(
                        Promise.COMES_BACK, clock.instant(), "no replica takes a configuration of " + config)));
            }
        }
        return wanted;
    }

    private boolean hasSucceeded(String config, Timeout wanted) {
        return ledger.latest(config)
                .filter(rollout ->
                        rollout.state() == State.Succeeded && rollout.timeout().equals(wanted))
                .isPresent();
    }

    private boolean areShown(Map<String, Timeout> wanted) throws InterruptedException {
        try {
            return world.shown(wanted, people).stream()
                    .allMatch(shown -> shown.azure().equals(shown.wanted())
                            && shown.nodes().equals(Set.of(shown.wanted())));
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits as long as something goes on; false once nothing does. */
    private boolean goesOnUntil(Ruin.Condition condition) throws InterruptedException {
        long records = ledger.records();
        long at = System.nanoTime();
        while (!condition.holds()) {
            if (ledger.records() != records) {
                records = ledger.records();
                at = System.nanoTime();
            } else if (System.nanoTime() - at > STANDSTILL.toNanos()) {
                return false;
            }
            ruin.pass(LOOK);
        }
        return true;
    }

    private synchronized void sum() {
        Map<String, Integer> kinds = new TreeMap<>();
        int brokers = 0;
        int replicas = 0;
        for (Done each : done) {
            kinds.merge(each.fault().getClass().getSimpleName(), 1, Integer::sum);
            switch (each.fault()) {
                case Fault.KillReplica _, Fault.KillEveryReplica _ ->
                    replicas += each.fault().kills();
                case Fault.KillBroker _, Fault.KillController _, Fault.KillEveryBroker _ ->
                    brokers += each.fault().kills();
                default -> {
                    // It kills nothing.
                }
            }
        }
        left.forEach(
                (kind, times) -> out.println("left out, because this machine cannot do it: " + times + " " + kind));
        long writes = world.writes().stream().filter(Evidence.Write::accepted).count();
        out.println(kinds.entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey())
                .collect(Collectors.joining(", ")));
        out.println(replicas + " replicas and " + brokers + " brokers killed; "
                + people.acknowledged().size()
                + " requests and records taken, " + people.notTaken() + " not; " + writes
                + " writes by Azure's journal; "
                + violations.size() + " promises broken");
    }

    @Override
    public void close() throws InterruptedException {
        ruin.close();
        people.close();
        ledger.close();
    }
}
