package dev.kubeproxyfleet.fleet.gate;

import dev.kubeproxyfleet.schemas.config.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Stages that are watched by one signal, in virtual time: an hour before the change, then an hour with a look every ten seconds.
 * The same seed tells the same story.
 */
public final class GateSimulation {

    static final Duration LOOK = Duration.ofSeconds(10);
    static final int LOOKS = 360;

    /** Variances over means of the counts. */
    static final List<Double> DISPERSIONS = List.of(1.0, 2.0, 5.0, 20.0);

    private static final double FALSE_FAILS = 0.01;
    private static final double FOUND = 0.99;

    static final Limits LIMITS = new Limits(2, Signal.REFUSALS.defaultFloor(), Signal.REFUSALS.defaultMinNodeSeconds());

    private static final int PERIODS = 60;
    private static final int LOOKS_A_PERIOD = 6;
    private static final double LOOK_SECONDS = LOOK.toSeconds();

    private GateSimulation() {}

    /**
     * Clusters that do alike.
     *
     * @param rate events a second and node, on an ordinary day
     * @param receptive how much they feel of a storm
     * @param dispersion of their counts
     * @param joins the look from which on they belong to the stage
     * @param present the share of nodes that tells anything, by look
     */
    record Crowd(int nodes, double rate, double receptive, double dispersion, int joins, IntToDoubleFunction present) {

        static Crowd of(int nodes, double rate, double receptive, double dispersion) {
            return new Crowd(nodes, rate, receptive, dispersion, 0, look -> 1);
        }

        Crowd joining(int look) {
            return new Crowd(nodes, rate, receptive, dispersion, look, present);
        }

        Crowd present(IntToDoubleFunction share) {
            return new Crowd(nodes, rate, receptive, dispersion, joins, share);
        }

        /** How many nodes tell anything. */
        long telling(int look) {
            return Math.round(nodes * present.applyAsDouble(look));
        }
    }

    /** What everyone feels, by look; looks before the change are negative. Rates are multiplied, then a storm is added. */
    record Weather(IntToDoubleFunction factor, IntToDoubleFunction storm) {

        static final Weather CALM = new Weather(look -> 1, look -> 0);

        double rate(Crowd crowd, int look) {
            return crowd.rate() * factor.applyAsDouble(look) + crowd.receptive() * storm.applyAsDouble(look);
        }
    }

    /** What the change does to the rate of changed nodes: it is multiplied, then something is added. */
    record Harm(double factor, double more) {

        static final Harm NONE = new Harm(1, 0);
    }

    record World(List<Crowd> changed, List<Crowd> unchanged, Weather weather, Harm harm) {}

    /**
     * @param failed the look, from 1, at which it failed
     * @param end what it says at the end; a Fail if it failed on the way
     */
    record Course(OptionalInt failed, Verdict end) {}

    static Course watch(World world, Draws draws) {
        Baseline baseline = Baseline.of(
                world.changed().stream()
                        .map(crowd -> past(world.weather(), crowd, draws))
                        .toList(),
                Past.sum(world.unchanged().stream()
                        .map(crowd -> past(world.weather(), crowd, draws))
                        .toList()),
                !world.unchanged().isEmpty());
        Comparison comparison = Comparison.start(baseline, LIMITS.tolerance());
        for (int look = 0; look < LOOKS; look++) {
            Count some = count(world, world.changed(), look, world.harm(), draws);
            Count others = count(world, world.unchanged(), look, Harm.NONE, draws);
            if (some.nodeSeconds() > 0) {
                comparison = comparison.plus(
                        new Sample(some.events(), some.nodeSeconds(), others.events(), others.nodeSeconds()));
                if (comparison.fails(LIMITS)) {
                    return new Course(OptionalInt.of(look + 1), new Verdict.Fail());
                }
            }
        }
        return new Course(OptionalInt.empty(), comparison.conclude(LIMITS));
    }

    private static Past past(Weather weather, Crowd crowd, Draws draws) {
        double nodeSeconds = crowd.nodes() * LOOK_SECONDS * LOOKS_A_PERIOD;
        List<Integer> events = IntStream.range(-PERIODS, 0)
                .mapToObj(period ->
                        draws.count(weather.rate(crowd, period * LOOKS_A_PERIOD) * nodeSeconds, crowd.dispersion()))
                .toList();
        return new Past(PERIODS, events, PERIODS * nodeSeconds);
    }

    private record Count(long events, double nodeSeconds) {}

    private static Count count(World world, List<Crowd> crowds, int look, Harm harm, Draws draws) {
        long events = 0;
        double nodeSeconds = 0;
        for (Crowd crowd : crowds) {
            if (look >= crowd.joins()) {
                double watched = crowd.telling(look) * LOOK_SECONDS;
                double rate = world.weather().rate(crowd, look) * harm.factor() + harm.more();
                events += draws.count(rate * watched, crowd.dispersion());
                nodeSeconds += watched;
            }
        }
        return new Count(events, nodeSeconds);
    }

    // ---- many of them ----

    /** @param failedAt looks at which stages failed, ascending */
    record Tally(int stages, int[] failedAt, int passed, int inconclusive) {

        double failShare() {
            return failedAt.length / (double) stages;
        }

        /** By when this share of all stages had failed; empty if it had not. */
        OptionalInt failedBy(double share) {
            int index = (int) Math.ceil(share * stages) - 1;
            return index < failedAt.length ? OptionalInt.of(failedAt[index]) : OptionalInt.empty();
        }
    }

    static Tally tally(Story story, double dispersion, long firstSeed, int seeds) {
        int[] failedAt = new int[seeds];
        int failed = 0;
        int passed = 0;
        int inconclusive = 0;
        for (int i = 0; i < seeds; i++) {
            Draws draws = new Draws(firstSeed + i);
            Course course = watch(story.begin(draws, dispersion), draws);
            switch (course.end()) {
                case Verdict.Fail _ -> failedAt[failed++] = course.failed().orElse(LOOKS);
                case Verdict.Pass _ -> passed++;
                case Verdict.Inconclusive _ -> inconclusive++;
            }
        }
        int[] ascending = Arrays.copyOf(failedAt, failed);
        Arrays.sort(ascending);
        return new Tally(seeds, ascending, passed, inconclusive);
    }

    /** What the test promises and so many seeds of each story contradict. */
    public static List<String> broken(int seeds) {
        List<String> broken = new ArrayList<>();
        for (Story story : Story.values()) {
            for (double dispersion : DISPERSIONS) {
                Tally tally = tally(story, dispersion, 0, seeds);
                if (!keeps(story, dispersion, tally)) {
                    broken.add(
                            "%s with dispersion %.0f: %d failed, %d passed, %d inconclusive of %d; 99 %% failed by look %s"
                                    .formatted(
                                            story,
                                            dispersion,
                                            tally.failedAt().length,
                                            tally.passed(),
                                            tally.inconclusive(),
                                            seeds,
                                            tally.failedBy(FOUND)));
                }
            }
        }
        return broken;
    }

    private static boolean keeps(Story story, double dispersion, Tally tally) {
        return switch (story.kind()) {
            case HARMLESS -> tally.failShare() <= FALSE_FAILS;
            case HARMFUL ->
                dispersion > story.maxDispersion() || tally.failedBy(FOUND).orElse(Integer.MAX_VALUE) <= story.looks();
            case UNTOLD -> tally.inconclusive() == tally.stages();
        };
    }
}
