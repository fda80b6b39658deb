package dev.kubeproxyfleet.fleet.gate;

import java.util.OptionalInt;

/** How often good stages fail, and how soon bad ones do: {@code ./kpfleet bench gate}. */
public final class GateBenchmark {

    private static final int SEEDS = 10_000;

    private GateBenchmark() {}

    public static void main(String[] arguments) {
        int seeds = SEEDS;
        long first = 0;
        try {
            for (int i = 0; i < arguments.length; i += 2) {
                String value = i + 1 < arguments.length ? arguments[i + 1] : "";
                switch (arguments[i]) {
                    case "--seeds" -> seeds = Integer.parseInt(value);
                    case "--seed" -> first = Long.parseLong(value);
                    default -> throw new IllegalArgumentException(arguments[i]);
                }
            }
            if (seeds < 1) {
                throw new IllegalArgumentException("the number of seeds is at least 1");
            }
        } catch (IllegalArgumentException e) {
            System.err.println(
                    "kpfleet bench gate: " + e.getMessage() + "\nusage: kpfleet bench gate [--seeds N] [--seed S]");
            System.exit(2);
        }
        print(first, seeds);
    }

    private static void print(long first, int seeds) {
        long start = System.nanoTime();
        System.out.printf("%d seeds of each story from %d, %d looks%n%n", seeds, first, GateSimulation.LOOKS);
        System.out.printf(
                "%-16s %10s %9s %9s %13s %9s %9s%n",
                "story", "dispersion", "fail", "pass", "inconclusive", "median", "99 %");
        for (Story story : Story.values()) {
            for (double dispersion : GateSimulation.DISPERSIONS) {
                GateSimulation.Tally tally = GateSimulation.tally(story, dispersion, first, seeds);
                System.out.printf(
                        "%-16s %10.0f %7.2f %% %7.2f %% %11.2f %% %9s %9s%n",
                        story,
                        dispersion,
                        100 * tally.failShare(),
                        100.0 * tally.passed() / seeds,
                        100.0 * tally.inconclusive() / seeds,
                        time(tally.failedBy(0.5)),
                        time(tally.failedBy(0.99)));
            }
        }
        System.out.printf("%n%.0f s%n", (System.nanoTime() - start) / 1e9);
    }

    private static String time(OptionalInt looks) {
        return looks.isPresent() ? looks.getAsInt() * GateSimulation.LOOK.toSeconds() + " s" : "-";
    }
}
