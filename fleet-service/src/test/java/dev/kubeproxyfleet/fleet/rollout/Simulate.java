package dev.kubeproxyfleet.fleet.rollout;

import java.util.Map;
import java.util.TreeMap;

/** Lives as many lives as asked for: {@code ./kpfleet simulate}. Ends with 1 at the first that breaks a promise. */
public final class Simulate {

    private static final String USAGE = "usage: kpfleet simulate --seeds N [--seed S] [--events E]";

    private Simulate() {}

    public static void main(String[] arguments) {
        long seeds = 1_000;
        long first = 0;
        int events = FleetSimulation.DEFAULT_EVENTS;
        try {
            for (int i = 0; i < arguments.length; i += 2) {
                String value = i + 1 < arguments.length ? arguments[i + 1] : "";
                switch (arguments[i]) {
                    case "--seeds" -> seeds = Long.parseLong(value);
                    case "--seed" -> first = Long.parseLong(value);
                    case "--events" -> events = Integer.parseInt(value);
                    default -> throw new IllegalArgumentException(arguments[i]);
                }
            }
            if (seeds < 1 || events < 1) {
                throw new IllegalArgumentException("numbers of seeds and events are at least 1");
            }
        } catch (IllegalArgumentException e) {
            System.err.println("kpfleet simulate: " + e.getMessage() + "\n" + USAGE);
            System.exit(2);
        }
        System.exit(live(first, seeds, events));
    }

    private static int live(long first, long seeds, int events) {
        Map<String, Integer> seen = new TreeMap<>();
        long start = System.nanoTime();
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                FleetSimulation.run(seed, events).forEach((what, times) -> seen.merge(what, times, Integer::sum));
            } catch (SimulationFailure failure) {
                System.out.println(failure.getMessage());
                return 1;
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        seen.forEach((what, times) -> System.out.printf("%9d  %s%n", times, what));
        System.out.printf(
                "%d seeds from %d, every promise kept after every event; %.1f s, %.0f seeds a second%n",
                seeds, first, seconds, seeds / seconds);
        return 0;
    }
}
