package dev.kubeproxyfleet.fleet.gate;

import java.util.OptionalInt;

/** How often good stages fail, and how soon bad ones do: {@code ./kpfleet bench gate}. */
public final class GateBenchmark {

    private static final int SEEDS = 10_000;

    private GateBenchmark() {}

    public static void main(String[] arguments) {
        int seeds = SEEDS;
        try {
            if (arguments.length > 0) {
                if (arguments.length != 2 || !arguments[0].equals("--seeds")) {
                    throw new IllegalArgumentException(arguments[0]);
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
        print(seeds);
    }

    private static void print(int seeds) {
        long start = System.nanoTime();
        System.out.printf("%d seeds of each story, %d looks%n%n", seeds, GateSimulation.LOOKS);
        System.out.printf(
                "%-16s %10s %9s %9s %13s %9s %9s%n",
                "story", "dispersion", "fail", "pass", "inconclusive", "median", "99 %");
        for (Story story : Story.values()) {
            for (double dispersion : GateSimulation.DISPERSIONS) {
                GateSimulation.Tally tally = GateSimulation.tally(story, dispersion, seeds);
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
