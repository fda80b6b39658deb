package dev.kubeproxyfleet.fleet.rollout;

import org.junit.jupiter.api.Test;

class FleetSimulationTest {
    @Test
    void lives() {
        long start = System.nanoTime();
        java.util.Map<String, Integer> seen = new java.util.TreeMap<>();
        int failed = 0;
        java.util.Map<String, String> messages = new java.util.TreeMap<>();
        int n = Integer.getInteger("seeds", 1000);
        for (long seed = 0; seed < n; seed++) {
            try {
                FleetSimulation.run(seed, FleetSimulation.DEFAULT_EVENTS)
                        .forEach((k, v) -> seen.merge(k, v, Integer::sum));
            } catch (SimulationFailure e) {
                failed++;
                String m = e.getCause() instanceof SimulationFailure
                        ? e.getMessage().lines().findFirst().orElse("")
                        : String.valueOf(e.getCause());
                messages.putIfAbsent(
                        m.replaceAll("seed \\d+: ", "")
                                .replaceAll("[a-z]+\\.\\d+", "X")
                                .replaceAll("[0-9].*", "#"),
                        e.getMessage());
            }
        }
        System.out.println(seen);
        System.out.println(failed + " of " + n + " failed, in ms " + (System.nanoTime() - start) / 1_000_000);
        messages.forEach((k, v) -> System.out.println("#### " + k.substring(0, Math.min(150, k.length())) + "\n"
                + v.substring(0, Math.min(9000, v.length()))));
    }
}
