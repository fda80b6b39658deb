package dev.kubeproxyfleet.fleet.gate;

import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Stages that are watched for an hour after their change, in virtual time: every bucket of ten seconds is one look. Clusters differ
 * by a factor whose logarithm is normal with standard deviation ln 3, for each signal anew.
 */
final class GateSimulation {

    static final int BUCKET_SECONDS = 10;
    static final int LOOKS = 360;
    private static final int PERIODS = 60;
    private static final int BUCKETS_PER_PERIOD = 6;

    private static final double TOLERANCE = 2;
    /** At most one stage in so many is judged wrongly or too late. */
    private static final int RARELY = 100;

    /** Of signals that are burstier than this more stages fail wrongly: the benchmark says how many. */
    private static final int PROMISED_DISPERSION = 5;

    /** How many times the variance of counts is their mean; 1 is Poisson. */
    static final List<Integer> DISPERSIONS = List.of(1, 2, 5, 20);

    /** A change that does no harm, or none beyond what is tolerated: none of these stages may fail. */
    enum Harmless {
        STEADY("steady"),
        WAVE("daily wave"),
        STORM("storm in the whole region"),
        NOISY("one noisy cluster"),
        MISSING("nodes missing, counters reset"),
        CANARY("canary of one node, storm in the whole region"),
        JOINING("clusters join one by one, storm in the whole region"),
        DOUBLED("the change doubles a signal, which is tolerated");

        final String words;

        Harmless(String words) {
            this.words = words;
        }

        boolean storms() {
            return this == STORM || this == CANARY || this == JOINING;
        }
    }

    /**
     * A change that does harm.
     *
     * @param before events a second and node
     * @param after events a second and node
     * @param changedNodes of 100, the others stay as they are
     * @param withinLooks in which 99 of 100 must fail
     * @param promisedUpTo dispersion up to which that is promised
     */
    enum Harm {
        OUTAGE_OF_CANARY("silent signal, 1/s on a canary of one node", 0, 1, 1, 3, 2),
        OUTAGE("silent signal, 1/s on 3 of 100 nodes", 0, 1, 3, 3, 20),
        CONNTRACK_STORM("conntrack storm, 0.02/s to 20/s on 3 of 100 nodes", 0.02, 20, 3, 3, 20),
        TENFOLD("tenfold, 0.1/s to 1/s on 3 of 100 nodes", 0.1, 1, 3, 6, 2),
        TRIPLED("tripled, 0.1/s to 0.3/s on 3 of 100 nodes", 0.1, 0.3, 3, 90, 1);

        final String words;
        private final double before;
        private final double after;
        private final int changedNodes;
        final int withinLooks;
        final int promisedUpTo;

        Harm(String words, double before, double after, int changedNodes, int withinLooks, int promisedUpTo) {
            this.words = words;
            this.before = before;
            this.after = after;
            this.changedNodes = changedNodes;
            this.withinLooks = withinLooks;
            this.promisedUpTo = promisedUpTo;
        }
    }

    /**
     * @param factor how many times the usual rate it has
     * @param joinsAt look from which its nodes count
     */
    private record Cluster(int nodes, double factor, boolean noisy, int joinsAt) {}

    /** Mean events and node-seconds of one side in one bucket. */
    private record Mean(double events, double nodeSeconds) {}

    private final Random random;
    private final int dispersion;

    private GateSimulation(long seed, int dispersion) {
        this.random = new Random(seed * 31 + dispersion);
        this.dispersion = dispersion;
    }

    // ---- what is promised ----

    /** The first promise that these seeds break, if any. */
    static Optional<String> brokenPromise(int seeds) {
        for (int dispersion : DISPERSIONS) {
            for (Harmless scenario : Harmless.values()) {
                int failed = falseFails(scenario, dispersion, seeds);
                if (dispersion <= PROMISED_DISPERSION && failed * RARELY > seeds) {
                    return Optional.of("%d of %d harmless stages failed: %s, dispersion %d"
                            .formatted(failed, seeds, scenario.words, dispersion));
                }
            }
            for (Harm harm : Harm.values()) {
                int late = late(harm, dispersion, seeds);
                if (dispersion <= harm.promisedUpTo && late * RARELY > seeds) {
                    return Optional.of("%d of %d harmful changes were not found in time: %s, dispersion %d"
                            .formatted(late, seeds, harm.words, dispersion));
                }
            }
        }
        return IntStream.range(0, seeds)
                .mapToObj(GateSimulation::brokenWord)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** What a stage must say of which less is known than the test needs. */
    private static Optional<String> brokenWord(int seed) {
        Verdict withoutControls = stormWithoutControls(seed);
        if (!withoutControls.equals(new Verdict.Inconclusive(GateReason.NoControls))) {
            return Optional.of("without controls seed %d says %s".formatted(seed, withoutControls));
        }
        Verdict silent = silence(seed);
        return silent.equals(new Verdict.Inconclusive(GateReason.TooFewNodeSeconds))
                ? Optional.empty()
                : Optional.of("of silence seed %d says %s".formatted(seed, silent));
    }

    /** Stages that fail in the scenario. */
    static int falseFails(Harmless scenario, int dispersion, int seeds) {
        return (int) IntStream.range(0, seeds)
                .parallel()
                .filter(seed -> new GateSimulation(seed, dispersion).fails(scenario))
                .count();
    }

    /** Looks until each stage failed, in order; one that never does counts as one look beyond the last. */
    static List<Integer> looksUntilFound(Harm harm, int dispersion, int seeds) {
        return IntStream.range(0, seeds)
                .parallel()
                .map(seed -> new GateSimulation(seed, dispersion).find(harm).orElse(LOOKS + 1))
                .sorted()
                .boxed()
                .toList();
    }

    private static int late(Harm harm, int dispersion, int seeds) {
        return (int) looksUntilFound(harm, dispersion, seeds).stream()
                .filter(looks -> looks > harm.withinLooks)
                .count();
    }

    // ---- one stage ----

    /** A stage has all signals, each with its own usual rate; the first that fails fails it. */
    private boolean fails(Harmless scenario) {
        int stormFrom = random.nextInt(LOOKS / 2);
        int stormLooks = 6 + random.nextInt(LOOKS / 2);
        boolean noisyOneIsChanged = random.nextBoolean();
        for (Signal signal : Signal.values()) {
            double rate = Math.pow(10, -5 + 5.5 * random.nextDouble());
            int joining = scenario == Harmless.JOINING ? LOOKS : 1;
            List<Cluster> changed = scenario == Harmless.CANARY
                    ? List.of(new Cluster(1, factor(), false, 0))
                    : clusters(1 + random.nextInt(10), scenario == Harmless.NOISY && noisyOneIsChanged, joining);
            List<Cluster> unchanged =
                    clusters(4 + random.nextInt(47), scenario == Harmless.NOISY && !noisyOneIsChanged, 1);
            double phase = 2 * Math.PI * random.nextDouble();
            Comparison comparison = Comparison.start(
                    Baseline.of(past(changed, rate, scenario, phase), past(unchanged, rate, scenario, phase), true),
                    TOLERANCE);
            for (int look = 0; look < LOOKS; look++) {
                double storm =
                        scenario.storms() && look >= stormFrom && look < stormFrom + stormLooks ? 20 * rate + 1 : 0;
                Mean some = mean(changed, rate, storm, scenario, phase, look);
                Mean others = mean(unchanged, rate, storm, scenario, phase, look);
                double harm = scenario == Harmless.DOUBLED ? TOLERANCE : 1;
                if (some.nodeSeconds() > 0) {
                    comparison = comparison.plus(new Sample(
                            count(harm * some.events()),
                            some.nodeSeconds(),
                            count(others.events()),
                            others.nodeSeconds()));
                }
                if (comparison.fails(limits(signal))) {
                    return true;
                }
            }
        }
        return false;
    }

    private OptionalInt find(Harm harm) {
        Comparison comparison = Comparison.start(
                Baseline.of(
                        evenPast(harm.changedNodes, harm.before), evenPast(100 - harm.changedNodes, harm.before), true),
                TOLERANCE);
        for (int look = 1; look <= LOOKS; look++) {
            comparison = comparison.plus(sample(harm.changedNodes, harm.after, 100 - harm.changedNodes, harm.before));
            if (comparison.fails(limits(Signal.CONNTRACK_FAILURES))) {
                return OptionalInt.of(look);
            }
        }
        return OptionalInt.empty();
    }

    private static Verdict stormWithoutControls(int seed) {
        GateSimulation simulation = new GateSimulation(seed, 1);
        Comparison comparison =
                Comparison.start(Baseline.of(simulation.evenPast(3, 0.02), Past.UNKNOWN, false), TOLERANCE);
        for (int look = 0; look < LOOKS; look++) {
            comparison = comparison.plus(simulation.sample(3, 20, 0, 0));
            if (comparison.fails(limits(Signal.CONNTRACK_FAILURES))) {
                return new Verdict.Fail();
            }
        }
        return comparison.conclude(limits(Signal.CONNTRACK_FAILURES));
    }

    /** Of nodes that have told next to nothing since the change. */
    private static Verdict silence(int seed) {
        GateSimulation simulation = new GateSimulation(seed, 1);
        return Comparison.start(
                        Baseline.of(simulation.evenPast(3, 0.02), simulation.evenPast(97, 0.02), true), TOLERANCE)
                .plus(new Sample(0, BUCKET_SECONDS, simulation.count(0.02 * 9_700), 97 * 3_600))
                .conclude(limits(Signal.CONNTRACK_FAILURES));
    }

    private static Limits limits(Signal signal) {
        return new Limits(TOLERANCE, signal.defaultFloor(), signal.defaultMinNodeSeconds());
    }

    // ---- the world ----

    private List<Cluster> clusters(int number, boolean noisyOne, int joining) {
        List<Cluster> clusters = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            clusters.add(new Cluster(3 + random.nextInt(18), factor(), noisyOne && i == 0, random.nextInt(joining)));
        }
        return clusters;
    }

    private double factor() {
        return Math.exp(Math.log(3) * random.nextGaussian());
    }

    private Past past(List<Cluster> clusters, double rate, Harmless scenario, double phase) {
        List<Integer> events = new ArrayList<>();
        double nodeSeconds = 0;
        for (int period = -PERIODS; period < 0; period++) {
            Mean mean = mean(clusters, rate, 0, scenario, phase, period * BUCKETS_PER_PERIOD);
            events.add(Math.toIntExact(count(mean.events() * BUCKETS_PER_PERIOD)));
            nodeSeconds += mean.nodeSeconds() * BUCKETS_PER_PERIOD;
        }
        return new Past(PERIODS, events, nodeSeconds);
    }

    private Past evenPast(int nodes, double rate) {
        double nodeSeconds = nodes * BUCKET_SECONDS * BUCKETS_PER_PERIOD;
        return new Past(
                PERIODS,
                IntStream.range(0, PERIODS)
                        .mapToObj(_ -> Math.toIntExact(count(rate * nodeSeconds)))
                        .toList(),
                nodeSeconds * PERIODS);
    }

    private Sample sample(int changedNodes, double changedRate, int unchangedNodes, double unchangedRate) {
        double changed = changedNodes * BUCKET_SECONDS;
        double unchanged = unchangedNodes * BUCKET_SECONDS;
        return new Sample(count(changedRate * changed), changed, count(unchangedRate * unchanged), unchanged);
    }

    /** Before the change, which is at look 0, all clusters are watched. */
    private Mean mean(List<Cluster> clusters, double rate, double storm, Harmless scenario, double phase, int look) {
        double wave = scenario == Harmless.WAVE
                ? 1 + 0.8 * Math.sin(phase + 2 * Math.PI * look * BUCKET_SECONDS / 86_400)
                : 1;
        double burst = random.nextDouble() < 0.2 ? 10 : 1;
        double events = 0;
        double nodeSeconds = 0;
        for (Cluster cluster : clusters) {
            if (look < 0 || look >= cluster.joinsAt()) {
                double watched = cluster.nodes() * BUCKET_SECONDS * (scenario == Harmless.MISSING ? present() : 1);
                nodeSeconds += watched;
                events += watched * cluster.factor() * (rate * wave + storm) * (cluster.noisy() ? burst : 1);
            }
        }
        return new Mean(events, nodeSeconds);
    }

    /** The share of a cluster's node-seconds that tells anything. */
    private double present() {
        double dice = random.nextDouble();
        return dice < 0.1 ? 0 : dice < 0.4 ? random.nextDouble() : 1;
    }

    // ---- chance ----

    /** Poisson, or negative binomial as Poisson over Gamma: then sums over clusters and buckets are as dispersed as each. */
    private long count(double mean) {
        if (mean <= 0) {
            return 0;
        }
        return dispersion == 1 ? poisson(mean) : poisson(gamma(mean / (dispersion - 1)) * (dispersion - 1));
    }

    private long poisson(double mean) {
        if (mean > 50) {
            return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        double limit = Math.exp(-mean);
        long count = -1;
        for (double product = 1; product > limit; product *= random.nextDouble()) {
            count++;
        }
        return Math.max(0, count);
    }

    /** Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, 2000. */
    private double gamma(double shape) {
        if (shape < 1) {
            return gamma(shape + 1) * Math.pow(random.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double normal = random.nextGaussian();
            double cube = Math.pow(1 + c * normal, 3);
            if (cube > 0 && Math.log(random.nextDouble()) < normal * normal / 2 + d - d * cube + d * Math.log(cube)) {
                return d * cube;
            }
        }
    }
}
