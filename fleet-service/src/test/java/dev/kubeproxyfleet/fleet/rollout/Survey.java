package dev.kubeproxyfleet.fleet.rollout;

import java.util.*;

public final class Survey {
    public static void main(String[] a) {
        long first = Long.parseLong(a[0]), n = Long.parseLong(a[1]);
        int events = a.length > 2 ? Integer.parseInt(a[2]) : FleetSimulation.DEFAULT_EVENTS;
        long start = System.nanoTime();
        Map<String, Integer> seen = new TreeMap<>();
        int failed = 0;
        long firstFailed = -1;
        Map<String, String> messages = new TreeMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        for (long seed = first; seed < first + n; seed++) {
            try {
                FleetSimulation.run(seed, events).forEach((k, v) -> seen.merge(k, v, Integer::sum));
            } catch (SimulationFailure e) {
                failed++;
                if (firstFailed < 0) firstFailed = seed - first + 1;
                String m = e.getCause() instanceof SimulationFailure
                        ? e.getMessage().lines().findFirst().orElse("")
                        : String.valueOf(e.getCause())
                                + e.getCause().getStackTrace()[0]
                                + e.getCause().getStackTrace()[1];
                String k = m.replaceAll("seed \\d+: ", "")
                        .replaceAll("[a-z]+\\.\\d+", "X")
                        .replaceAll("/subscr[^ ]*", "C")
                        .replaceAll("[0-9].*", "#");
                k = k.substring(0, Math.min(120, k.length()));
                messages.putIfAbsent(k, e.getMessage());
                counts.merge(k, 1, Integer::sum);
            }
        }
        if (a.length > 3) {
            System.out.println("failed " + failed + " of " + n + ", first after " + firstFailed + " seeds: " + counts);
            return;
        }
        System.out.println(seen);
        messages.forEach((k, v) -> System.out.println(
                "#### " + counts.get(k) + " " + k + "\n" + v.substring(0, Math.min(14000, v.length()))));
        System.out.println(failed + " of " + n + " failed, in ms " + (System.nanoTime() - start) / 1_000_000);
    }
}
