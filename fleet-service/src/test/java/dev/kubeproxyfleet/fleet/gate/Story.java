package dev.kubeproxyfleet.fleet.gate;

import dev.kubeproxyfleet.fleet.gate.GateSimulation.Crowd;
import dev.kubeproxyfleet.fleet.gate.GateSimulation.Harm;
import dev.kubeproxyfleet.fleet.gate.GateSimulation.Weather;
import dev.kubeproxyfleet.fleet.gate.GateSimulation.World;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What may happen to a stage while it is watched. */
enum Story {
    /** An ordinary day. */
    STEADY(Kind.HARMLESS) {
        @Override
        World begin(Draws draws, double dispersion) {
            return harmless(draws, dispersion, Weather.CALM);
        }
    },
    /** Load goes up and down with the hour, for everyone. */
    DAILY_WAVE(Kind.HARMLESS) {
        @Override
        World begin(Draws draws, double dispersion) {
            int phase = draws.between(0, LOOKS_A_DAY);
            return harmless(
                    draws,
                    dispersion,
                    new Weather(look -> 1 + 0.9 * Math.sin(2 * Math.PI * (look + phase) / LOOKS_A_DAY), look -> 0));
        }
    },
    /** Something happens to a whole region after the change. */
    STORM(Kind.HARMLESS) {
        @Override
        World begin(Draws draws, double dispersion) {
            return harmless(draws, dispersion, storm(draws));
        }
    },
    /** One cluster is far noisier than the others, and is as often in the stage as not. */
    NOISY_CLUSTER(Kind.HARMLESS) {
        @Override
        World begin(Draws draws, double dispersion) {
            World world = harmless(draws, dispersion, Weather.CALM);
            Crowd noisy = Crowd.of(5, 10 * rate(draws), 10, 5 * dispersion);
            return draws.happens(0.5)
                    ? new World(plus(world.changed(), noisy), world.unchanged(), world.weather(), world.harm())
                    : new World(world.changed(), plus(world.unchanged(), noisy), world.weather(), world.harm());
        }
    },
    /** Nodes fall silent or restart, on either side, in the storm that may be the reason. */
    MISSING_NODES(Kind.HARMLESS) {
        @Override
        World begin(Draws draws, double dispersion) {
            World world = harmless(draws, dispersion, storm(draws));
            return new World(
                    missing(draws, world.changed()), missing(draws, world.unchanged()), world.weather(), world.harm());
        }
    },
    /** The stage is one cluster with one node. */
    ONE_NODE(Kind.HARMLESS) {
        @Override
        World begin(Draws draws, double dispersion) {
            double rate = rate(draws);
            return new World(
                    List.of(cluster(draws, 1, rate, dispersion)),
                    others(draws, rate, dispersion),
                    storm(draws),
                    Harm.NONE);
        }
    },
    /** Clusters are changed one after the other, in a storm. */
    JOINING(Kind.HARMLESS) {
        @Override
        World begin(Draws draws, double dispersion) {
            double rate = rate(draws);
            List<Crowd> joining = IntStream.range(0, 6)
                    .mapToObj(i -> cluster(draws, draws.between(1, 10), rate, dispersion)
                            .joining(30 * i))
                    .toList();
            return new World(joining, others(draws, rate, dispersion), storm(draws), Harm.NONE);
        }
    },
    /** The rate doubles, which is just tolerated. */
    TOLERATED(Kind.HARMLESS) {
        @Override
        World begin(Draws draws, double dispersion) {
            return new World(
                    List.of(Crowd.of(50, 2, 1, dispersion)),
                    List.of(Crowd.of(50, 2, 1, dispersion)),
                    Weather.CALM,
                    new Harm(GateSimulation.LIMITS.tolerance(), 0));
        }
    },
    /** As in a storm, but with nothing to compare with. */
    STORM_ALONE(Kind.UNTOLD) {
        @Override
        World begin(Draws draws, double dispersion) {
            return new World(
                    List.of(Crowd.of(3, 0.02, 1, dispersion)),
                    List.of(),
                    new Weather(look -> 1, look -> look < 0 ? 0 : 5),
                    Harm.NONE);
        }
    },
    /** No changed node tells anything. */
    SILENCE(Kind.UNTOLD) {
        @Override
        World begin(Draws draws, double dispersion) {
            return new World(
                    List.of(Crowd.of(3, 0.02, 1, dispersion).present(look -> 0)),
                    List.of(Crowd.of(97, 0.02, 1, dispersion)),
                    Weather.CALM,
                    new Harm(1, 1));
        }
    },
    /** A signal that nobody had rises on every changed node. */
    OUTAGE(3, 20) {
        @Override
        World begin(Draws draws, double dispersion) {
            return new World(
                    List.of(Crowd.of(3, 0, 1, dispersion)),
                    List.of(Crowd.of(97, 0, 1, dispersion)),
                    Weather.CALM,
                    new Harm(1, 1));
        }
    },
    /** Connections are lost on every changed node. */
    CONNTRACK_STORM(3, 20) {
        @Override
        World begin(Draws draws, double dispersion) {
            return new World(
                    List.of(Crowd.of(3, 0.02, 1, dispersion)),
                    List.of(Crowd.of(97, 0.02, 1, dispersion)),
                    Weather.CALM,
                    new Harm(1, 20));
        }
    },
    /** An ordinary rate becomes ten times as high. */
    TENFOLD(6, 20) {
        @Override
        World begin(Draws draws, double dispersion) {
            return new World(
                    List.of(Crowd.of(5, 0.5, 1, dispersion)),
                    List.of(Crowd.of(95, 0.5, 1, dispersion)),
                    Weather.CALM,
                    new Harm(10, 0));
        }
    },
    /** A low rate becomes three times as high, on 3 of 100 nodes. */
    THREEFOLD(90, 1) {
        @Override
        World begin(Draws draws, double dispersion) {
            return new World(
                    List.of(Crowd.of(3, 0.1, 1, dispersion)),
                    List.of(Crowd.of(97, 0.1, 1, dispersion)),
                    Weather.CALM,
                    new Harm(3, 0));
        }
    };

    enum Kind {
        /** Hardly ever a Fail. */
        HARMLESS,
        /** A Fail, and soon. */
        HARMFUL,
        /** Never a Fail: one cannot tell. */
        UNTOLD
    }

    private static final int LOOKS_A_DAY = 24 * 360;
    private static final double SPREAD = Math.log(3);
    private static final int OTHERS = 20;

    private final Kind kind;
    private final int looks;
    private final double maxDispersion;

    Story(Kind kind) {
        this(kind, GateSimulation.LOOKS, Double.POSITIVE_INFINITY);
    }

    Story(int looks, double maxDispersion) {
        this(Kind.HARMFUL, looks, maxDispersion);
    }

    Story(Kind kind, int looks, double maxDispersion) {
        this.kind = kind;
        this.looks = looks;
        this.maxDispersion = maxDispersion;
    }

    Kind kind() {
        return kind;
    }

    /** Within how many looks harm is to be seen. */
    int looks() {
        return looks;
    }

    /** Up to which dispersion it is to be seen within {@link #looks}. */
    double maxDispersion() {
        return maxDispersion;
    }

    abstract World begin(Draws draws, double dispersion);

    private static World harmless(Draws draws, double dispersion, Weather weather) {
        double rate = rate(draws);
        return new World(
                List.of(cluster(draws, draws.between(2, 30), rate, dispersion)),
                others(draws, rate, dispersion),
                weather,
                Harm.NONE);
    }

    private static double rate(Draws draws) {
        return draws.happens(0.25) ? 0 : draws.logUniform(0.001, 3);
    }

    private static Crowd cluster(Draws draws, int nodes, double rate, double dispersion) {
        double factor = draws.factor(SPREAD);
        return Crowd.of(nodes, rate * factor, factor, dispersion);
    }

    private static List<Crowd> others(Draws draws, double rate, double dispersion) {
        double factor = IntStream.range(0, OTHERS)
                .mapToDouble(_ -> draws.factor(SPREAD))
                .average()
                .orElseThrow();
        return List.of(Crowd.of(5 * OTHERS, rate * factor, factor, dispersion));
    }

    private static Weather storm(Draws draws) {
        int from = draws.between(0, 200);
        int until = from + draws.between(6, 160);
        double factor = draws.logUniform(2, 50);
        double more = draws.logUniform(0.01, 5);
        return new Weather(
                look -> look >= from && look < until ? factor : 1, look -> look >= from && look < until ? more : 0);
    }

    private static List<Crowd> missing(Draws draws, List<Crowd> crowds) {
        return crowds.stream()
                .map(crowd -> {
                    int from = draws.between(0, 250);
                    int until = from + draws.between(3, 100);
                    double left = draws.between(0, 10) / 10.0;
                    return crowd.present(look -> look >= from && look < until ? left : 1);
                })
                .toList();
    }

    private static List<Crowd> plus(List<Crowd> crowds, Crowd more) {
        return Stream.concat(crowds.stream(), Stream.of(more)).toList();
    }
}
