package dev.kubeproxyfleet.fleet.rollout;

import java.util.Map;
import java.util.TreeMap;

/** How often what happened in a life: a promise about what never happens proves nothing. */
final class Seen {

    private final Map<String, Integer> times = new TreeMap<>();

    void count(String what) {
        count(what, 1);
    }

    void count(String what, int more) {
        times.merge(what, more, Integer::sum);
    }

    Map<String, Integer> times() {
        return times;
    }
}
