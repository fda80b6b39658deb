package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.simulator.arm.ApiCall;
import dev.kubeproxyfleet.simulator.arm.ArmModel;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.Fault;
import dev.kubeproxyfleet.simulator.arm.FaultRule;
import dev.kubeproxyfleet.simulator.arm.JournalEntry;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * How fast the worker changes a fleet, in virtual time: the real work list, procedure, budgets, watch and gateway against the
 * model of ARM with Azure's budgets. {@code ./kpfleet bench rollout}.
 */
public final class RolloutBenchmark {

    private static final Duration DEADLINE = Duration.ofHours(12);
    /** A whole scenario takes minutes. */
    private static final Duration TOLD_EVERY = Duration.ofSeconds(10);

    private static final Duration UPLINK = Duration.ofMillis(40);
    private static final Duration LATENCY = Duration.ofMillis(120);
    private static final double LATENCY_SPREAD = 0.4;
    /** What the Azure SDK's pollers do where ARM sends no Retry-After. */
    private static final Duration PEER_POLL = Duration.ofSeconds(30);

    private static final KubeProxyConfig IPVS = new KubeProxyConfig(
            true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, null, null, null));

    /** How the end of ARM's work is noticed. */
    enum Waiting {
        BY_LIST,
        PER_OPERATION
    }

    /**
     * @param operation median duration of ARM's work on a cluster
     * @param spread of its logarithm; 0 makes all equal
     * @param failEvery each such call is answered with 503; 0 for none
     */
    record Scenario(
            int clusters,
            int subscriptions,
            int regions,
            Duration operation,
            double spread,
            int failEvery,
            Waiting waiting,
            long seed) {

        static Scenario of(int clusters, int subscriptions, int regions) {
            return new Scenario(
                    clusters, subscriptions, regions, Duration.ofSeconds(138), 0, 0, Waiting.BY_LIST, 20_261_124);
        }

        Scenario failing(int every) {
            return new Scenario(clusters, subscriptions, regions, operation, spread, every, waiting, seed);
        }

        Scenario waiting(Waiting how) {
            return new Scenario(clusters, subscriptions, regions, operation, spread, failEvery, how, seed);
        }

        Scenario spread(double newSpread) {
            return new Scenario(clusters, subscriptions, regions, operation, newSpread, failEvery, waiting, seed);
        }
    }

    /**
     * @param makespan until the last outcome is known
     * @param lowerBound the same if every write went out as soon as ARM's budget for writes allows, and its end were known at
     *     once; a write that ARM answers with an error costs its budget too
     * @param calls all but LIST
     */
    record Report(
            Scenario scenario,
            Duration makespan,
            Duration lowerBound,
            long throttled,
            long calls,
            long lists,
            int applied,
            int skipped,
            int failed,
            int lostFields,
            int overlapping,
            Duration real) {

        double ratio() {
            return (double) makespan.toMillis() / lowerBound.toMillis();
        }

        double callsPerCluster() {
            return (double) calls / scenario.clusters();
        }
    }

    /** Counts what ARM sees, and the bound that follows from the operations it began. */
    private static final class Tally {
        private static final int WRITES = 200;
        private static final double WRITES_PER_SECOND = 10;

        private final Map<String, Integer> writes = new HashMap<>();
        private final Map<String, Instant> busyUntil = new HashMap<>();
        private Duration lowerBound = Duration.ZERO;
        private long throttled;
        private long calls;
        private long lists;
        private int lost;
        private int overlapping;

        void count(JournalEntry entry) {
            if (entry.kind() == ApiCall.LIST_CLUSTERS) {
                lists++;
            } else {
                calls++;
            }
            throttled += entry.status() == 429 ? 1 : 0;
            lost += entry.lost().isEmpty() && entry.changed().isEmpty() ? 0 : 1;
            String cluster = entry.cluster();
            if (entry.kind() != ApiCall.PUT_CLUSTER || cluster == null) {
                return;
            }
            int nth = writes.merge(Partitioning.subscriptionOf(cluster), 1, Integer::sum);
            Instant ends = entry.operationEndsAt();
            if (ends == null) {
                return;
            }
            Instant busy = busyUntil.put(cluster, ends);
            overlapping += busy != null && entry.at().isBefore(busy) ? 1 : 0;
            double earliest = Math.max(0, nth - WRITES) / WRITES_PER_SECOND;
            Duration end = Duration.ofMillis((long) (earliest * 1_000)).plus(Duration.between(entry.at(), ends));
            lowerBound = end.compareTo(lowerBound) > 0 ? end : lowerBound;
        }
    }

    private RolloutBenchmark() {}

    static Report run(Scenario scenario) throws InterruptedException {
        return run(scenario, (_, _) -> {});
    }

    /** Learns how far a scenario has come, now and then. */
    private interface Progress {
        void tell(int ended, Duration passed);
    }

    private static Report run(Scenario scenario, Progress progress) throws InterruptedException {
        long begun = System.nanoTime();
        VirtualScheduler time = new VirtualScheduler();
        Fleet fleet = Fleet.of(new FleetSpec(
                scenario.clusters(), 3, scenario.subscriptions(), scenario.regions(), scenario.seed(), 1));
        ArmModel arm = new ArmModel(
                fleet,
                ArmOptions.DEFAULTS
                        .withOperations(scenario.operation(), scenario.spread())
                        .withLatency(LATENCY, LATENCY_SPREAD),
                time);
        if (scenario.failEvery() > 0) {
            arm.inject(FaultRule.each(
                    scenario.failEvery(),
                    new Fault.Refuse(null, null, 503, "ServiceUnavailable", "The service is busy.", null)));
        }
        Tally tally = new Tally();
        arm.journal().observe(tally::count);

        AzureSettings settings = AzureArmGatewayTest.settings(
                Map.of("endpoint", InProcessArm.ENDPOINT, "static-token", ArmModel.SANDBOX_TOKEN));
        Budgets budgets = new Budgets(time, 1);
        BudgetedArm gateway = new BudgetedArm(
                new AzureArmGateway(settings, time, Tracing.OFF, new InProcessArm(arm, time, UPLINK)), budgets, time);
        Backoff backoff = new Backoff(settings.backoffBase(), settings.backoffMax(), new Random(scenario.seed()));
        LongRunning longRunning = switch (scenario.waiting()) {
            case BY_LIST ->
                new OperationWatch(
                        new ClusterListings(gateway, time, listing -> {}),
                        gateway,
                        budgets,
                        time,
                        time,
                        backoff,
                        settings.watchInterval(),
                        time);
            case PER_OPERATION -> new PeerPolling(gateway, time, time);
        };
        OperationProcedure procedure = new OperationProcedure(gateway, budgets, longRunning, time, time, backoff);
        Outcomes outcomes = new Outcomes(procedure, time, progress);
        WorkList work = new WorkList(outcomes, settings.maxConcurrentOperations(), () -> true);
        outcomes.work = work;
        Instant start = time.instant();
        for (SimulatedCluster cluster : fleet.clusters()) {
            Operation operation = Operation.of(
                    "bench", "bench.1", 1, cluster.id(), 1, new Desired.KubeProxy(IPVS), start, start.plus(DEADLINE));
            work.accept(0, cluster.id(), operation);
        }
        time.run();
        return new Report(
                scenario,
                Duration.between(start, outcomes.last),
                tally.lowerBound,
                tally.throttled,
                tally.calls,
                tally.lists,
                outcomes.applied,
                outcomes.skipped,
                outcomes.failed,
                tally.lost,
                tally.overlapping,
                Duration.ofNanos(System.nanoTime() - begun));
    }

    /** Runs what the work list starts, and counts what becomes of it. */
    private static final class Outcomes implements WorkList.Effects {
        private final OperationProcedure procedure;
        private final VirtualScheduler time;
        private final Progress progress;
        private Instant last = VirtualTime.START;
        private int applied;
        private int skipped;
        private int failed;

        @SuppressWarnings("NullAway.Init") // the list and its effects know each other
        private WorkList work;

        Outcomes(OperationProcedure procedure, VirtualScheduler time, Progress progress) {
            this.procedure = procedure;
            this.time = time;
            this.progress = progress;
        }

        @Override
        public void start(Operation operation, Fence fence) {
            time.execute(() -> {
                Optional<Outcome.Result> result = procedure.run(operation, fence, waiting -> {});
                last = time.instant();
                switch (result.orElseThrow()) {
                    case Outcome.Applied _, Outcome.Delivered _ -> applied++;
                    case Outcome.Skipped _ -> skipped++;
                    case Outcome.Failed _, Outcome.Gone _, Outcome.Waiting _ -> failed++;
                }
                progress.tell(applied + skipped + failed, time.passed());
                work.finished(
                        operation.cluster(),
                        fence,
                        new Outcome(
                                operation.config(),
                                operation.rollout(),
                                operation.generation(),
                                operation.cluster(),
                                operation.attempt(),
                                result.orElseThrow(),
                                last));
            });
        }

        @Override
        public void queued(Operation operation) {
            // It starts when another one has ended.
        }

        @Override
        public void repeat(Outcome outcome) {
            throw new IllegalStateException("nothing is asked twice here: " + outcome);
        }
    }

    /** What tools without a LIST stream do: ask for each operation by itself, within the same budgets. */
    private record PeerPolling(BudgetedArm arm, Pause pause, java.time.InstantSource clock) implements LongRunning {
        @Override
        public void await(
                String cluster,
                @org.jspecify.annotations.Nullable String operationUrl,
                java.util.concurrent.CompletionStage<?> over,
                Instant deadline) {
            if (operationUrl == null) {
                pause.sleep(PEER_POLL);
                return;
            }
            while (clock.instant().isBefore(deadline)) {
                pause.sleep(PEER_POLL);
                ArmResult result =
                        arm.send(new ArmRequest.ReadOperation(Partitioning.subscriptionOf(cluster), operationUrl));
                if (result instanceof ArmResult.Ok ok
                        && !ok.body().path("status").asText().equals("InProgress")) {
                    return;
                }
            }
        }
    }

    /** Prints one line a scenario: as the worker does it, as a peer would, and with every tenth call failing. */
    public static void main(String[] arguments) throws InterruptedException {
        Map<String, Integer> options = new HashMap<>(Map.of("--clusters", 1_000, "--subscriptions", 1, "--regions", 1));
        for (int i = 0; i < arguments.length; i += 2) {
            try {
                if (!options.containsKey(arguments[i]) || i + 1 == arguments.length) {
                    throw new NumberFormatException(arguments[i]);
                }
                options.put(arguments[i], Integer.parseInt(arguments[i + 1]));
            } catch (NumberFormatException e) {
                System.err.println(
                        "usage: kpfleet bench rollout [--clusters <n>] [--subscriptions <n>] [--regions <1-5>]");
                System.exit(2);
            }
        }
        Logger.getLogger("").setLevel(Level.OFF);
        Scenario scenario = Scenario.of(
                options.getOrDefault("--clusters", 0),
                options.getOrDefault("--subscriptions", 0),
                options.getOrDefault("--regions", 0));
        System.out.printf(
                "%d clusters, %d subscriptions, %d regions; operations of %d s; Azure's budgets; virtual time%n",
                scenario.clusters(),
                scenario.subscriptions(),
                scenario.regions(),
                scenario.operation().toSeconds());
        System.out.printf(
                "%-34s %9s %9s %6s %5s %10s %10s %8s %7s %6s %5s %8s%n",
                "",
                "makespan",
                "bound",
                "ratio",
                "429s",
                "calls/cl.",
                "LISTs",
                "applied",
                "skipped",
                "failed",
                "harm",
                "real");
        print("waiting by LIST", scenario);
        print("waiting by LIST, durations vary", scenario.spread(0.35));
        print("every 10th call fails", scenario.failing(10));
        print("peer: one poll per operation", scenario.waiting(Waiting.PER_OPERATION));
    }

    private static void print(String what, Scenario scenario) throws InterruptedException {
        Report report = run(scenario, new Progress() {
            private long told = System.nanoTime();

            @Override
            public void tell(int ended, Duration passed) {
                long now = System.nanoTime();
                if (now - told >= TOLD_EVERY.toNanos()) {
                    told = now;
                    System.err.printf("  … %d clusters after %d s%n", ended, passed.toSeconds());
                }
            }
        });
        System.out.printf(
                "%-34s %7.1f s %7.1f s %6.3f %5d %10.2f %10d %8d %7d %6d %5d %6.1f s%n",
                what,
                report.makespan().toMillis() / 1e3,
                report.lowerBound().toMillis() / 1e3,
                report.ratio(),
                report.throttled(),
                report.callsPerCluster(),
                report.lists(),
                report.applied(),
                report.skipped(),
                report.failed(),
                report.lostFields() + report.overlapping(),
                report.real().toMillis() / 1e3);
    }
}
