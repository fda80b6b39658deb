package dev.kubeproxyfleet.fleet.gate;

import dev.kubeproxyfleet.fleet.gate.GateSimulation.Harm;
import dev.kubeproxyfleet.fleet.gate.GateSimulation.Harmless;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How often the statistics of gates are wrong, and how fast they are: stages in virtual time, as many of each kind and dispersion as
 * asked for. Run it by {@code kpfleet bench gate [--seeds N]}.
 */
public final class GateBenchmark {

    private static final int SEEDS = 10_000;

    private GateBenchmark() {}

    public static void main(String[] arguments) {
        int seeds = SEEDS;
        try {
            if (arguments.length > 0) {
                if (arguments.length != 2 || !arguments[0].equals("--seeds")) {
                    throw new IllegalArgumentException(String.join(" ", arguments));
                }
                seeds = Integer.parseInt(arguments[1]);
                if (seeds < 1) {
                    throw new IllegalArgumentException("the number of seeds is at least 1");
                }
            }
        } catch (IllegalArgumentException e) {
            System.err.println("kpfleet bench gate: " + e.getMessage() + "\nusage: kpfleet bench gate [--seeds N]");
            System.exit(2);
        }
        falseFails(seeds);
        timesToDetection(seeds);
    }

    private static void falseFails(int seeds) {
        System.out.printf(
                "%,d stages of each kind, five signals each, 360 looks; stages that fail though they should not%n",
                seeds);
        line("", dispersions());
        for (Harmless scenario : Harmless.values()) {
            line(
                    scenario.words,
                    GateSimulation.DISPERSIONS.stream()
                            .map(dispersion -> String.format(
                                    Locale.ROOT,
                                    "%.2f %%",
                                    100.0 * GateSimulation.falseFails(scenario, dispersion, seeds) / seeds))
                            .toList());
        }
    }

    private static void timesToDetection(int seeds) {
        System.out.printf(
                "%nseconds until a harmful change fails the stage: half of them, 99 of 100 (- not within the hour)%n");
        line("", dispersions());
        for (Harm harm : Harm.values()) {
            line(
                    harm.words,
                    GateSimulation.DISPERSIONS.stream()
                            .map(dispersion -> {
                                List<Integer> looks = GateSimulation.looksUntilFound(harm, dispersion, seeds);
                                return seconds(looks, 0.5) + " " + seconds(looks, 0.99);
                            })
                            .toList());
        }
    }

    private static List<String> dispersions() {
        return GateSimulation.DISPERSIONS.stream()
                .map(dispersion -> dispersion == 1 ? "Poisson" : "φ " + dispersion)
                .toList();
    }

    private static String seconds(List<Integer> looks, double share) {
        int at = looks.get((int) Math.ceil(share * looks.size()) - 1);
        return at > GateSimulation.LOOKS ? "-" : String.valueOf(at * GateSimulation.BUCKET_SECONDS);
    }

    private static void line(String name, List<String> columns) {
        System.out.println(columns.stream()
                .map(column -> String.format(Locale.ROOT, "%12s", column))
                .collect(Collectors.joining("", String.format(Locale.ROOT, "%-54s", name), "")));
    }
}
