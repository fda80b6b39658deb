package dev.kubeproxyfleet.fleet.chaos;

import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.simulator.network.Weather;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * What happens in a run, drawn from a seed: the same arguments give the same lists. They are gone through beside each other.
 *
 * <p>Times are spans since the one before, so that a machine that is busy takes longer for the same.
 */
record Schedule(List<Step> ofReplicas, List<Step> ofKafka, List<Act> deeds) {

    /** Long enough for others to take over what a frozen process, or one that is cut off, did: sessions last 10 s. */
    static final Duration SHORTEST_ABSENCE = Duration.ofSeconds(12);

    static final Duration LONGEST_ABSENCE = Duration.ofSeconds(25);

    private static final int FIRST_TIMEOUT = 1_000;
    /** One of three is not missed for as long as one likes; this is for the pace of the run. */
    private static final int MAX_SECONDS_BROKER_IS_DEAD = 15;

    /** More than a majority can bear, so it is short. */
    private static final int MAX_SECONDS_WITHOUT_KAFKA = 5;

    private static final Weather.Slow SLOW = new Weather.Slow(Duration.ofMillis(150), 500_000);
    private static final int MAX_SECONDS_BETWEEN_FAULTS = 8;
    private static final int MAX_SECONDS_BETWEEN_DEEDS = 10;

    /** @param after since the fault before was done */
    record Step(Duration after, Fault fault) {}

    /** @param after since the deed before was done */
    record Act(Duration after, Deed deed) {}

    /** What a seed has to do with, beside {@link World#BROKERS} brokers. */
    record Shape(int replicas, int configs) {}

    static Schedule of(long seed, Duration length, Shape shape) {
        Random seeds = new Random(seed);
        Random replicas = new Random(seeds.nextLong());
        Random kafka = new Random(seeds.nextLong());
        Random people = new Random(seeds.nextLong());
        return new Schedule(
                steps(length, replicas, () -> ofReplicas(replicas, shape)),
                steps(length, kafka, () -> ofKafka(kafka, shape)),
                deeds(people, length, shape));
    }

    private static List<Step> steps(Duration length, Random random, Supplier<Fault> faults) {
        List<Step> steps = new ArrayList<>();
        Duration passed = Duration.ZERO;
        while (true) {
            Duration after = upTo(random, MAX_SECONDS_BETWEEN_FAULTS);
            Fault fault = faults.get();
            passed = passed.plus(after).plus(fault.lasts());
            if (passed.compareTo(length) > 0) {
                return steps;
            }
            steps.add(new Step(after, fault));
        }
    }

    private static Fault ofReplicas(Random random, Shape shape) {
        int replica = 1 + random.nextInt(shape.replicas());
        int draw = random.nextInt(100);
        if (draw < 60) {
            return new Fault.KillReplica(replica);
        }
        if (draw < 72) {
            return new Fault.KillEveryReplica(shape.replicas());
        }
        return draw < 92 ? new Fault.FreezeReplica(replica, absence(random)) : new Fault.RollReplicas();
    }

    private static Fault ofKafka(Random random, Shape shape) {
        int replica = 1 + random.nextInt(shape.replicas());
        int broker = 1 + random.nextInt(World.BROKERS);
        int other = 1 + (broker + random.nextInt(World.BROKERS - 1)) % World.BROKERS;
        Weather weather = random.nextBoolean() ? new Weather.Cut() : new Weather.Silent();
        int draw = random.nextInt(100);
        if (draw < 25) {
            return new Fault.KillBroker(broker, upTo(random, MAX_SECONDS_BROKER_IS_DEAD));
        }
        if (draw < 40) {
            return new Fault.KillController(upTo(random, MAX_SECONDS_BROKER_IS_DEAD));
        }
        if (draw < 50) {
            return new Fault.KillEveryBroker(upTo(random, MAX_SECONDS_WITHOUT_KAFKA));
        }
        if (draw < 60) {
            return new Fault.FreezeBroker(broker, absence(random));
        }
        if (draw < 63) {
            return new Fault.RollBrokers();
        }
        if (draw < 71) {
            return new Fault.PartReplica(replica, broker, weather, absence(random));
        }
        if (draw < 83) {
            return new Fault.IsolateReplica(replica, weather, absence(random));
        }
        if (draw < 92) {
            return new Fault.PartBrokers(broker, other, weather, absence(random));
        }
        return draw < 96 ? new Fault.SlowBroker(broker, SLOW, absence(random)) : new Fault.FillDisk(absence(random));
    }

    private static Duration absence(Random random) {
        return SHORTEST_ABSENCE.plus(
                upTo(random, (int) LONGEST_ABSENCE.minus(SHORTEST_ABSENCE).toSeconds()));
    }

    private static List<Act> deeds(Random random, Duration length, Shape shape) {
        List<Act> acts = new ArrayList<>();
        Duration passed = Duration.ZERO;
        for (int timeout = FIRST_TIMEOUT; ; timeout++) {
            // Each config has a publication before anything else is asked of it.
            Act act = acts.size() < shape.configs()
                    ? new Act(Duration.ZERO, new Deed.Publish(acts.size(), timeout, Deed.Way.REST))
                    : new Act(upTo(random, MAX_SECONDS_BETWEEN_DEEDS), deed(random, shape, timeout));
            passed = passed.plus(act.after());
            if (passed.compareTo(length) > 0) {
                return acts;
            }
            acts.add(act);
        }
    }

    private static Deed deed(Random random, Shape shape, int timeout) {
        int config = random.nextInt(shape.configs());
        Deed.Way any = Deed.Way.values()[random.nextInt(Deed.Way.values().length)];
        Deed.Way named = random.nextBoolean() ? Deed.Way.REST : Deed.Way.EVENT;
        int draw = random.nextInt(100);
        if (draw < 30) {
            return new Deed.Publish(config, timeout, any);
        }
        if (draw < 37) {
            return new Deed.PublishAgain(config);
        }
        if (draw < 44) {
            return new Deed.PublishNonsense(config, any);
        }
        Command.Action action = draw < 56
                ? Command.Action.Pause
                : draw < 82 ? Command.Action.Resume : draw < 91 ? Command.Action.Rollback : Command.Action.Abort;
        return new Deed.Steer(config, action, named);
    }

    private static Duration upTo(Random random, int seconds) {
        return Duration.ofMillis(random.nextLong(seconds * 1_000L));
    }
}
