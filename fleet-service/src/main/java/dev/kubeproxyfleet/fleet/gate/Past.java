package dev.kubeproxyfleet.fleet.gate;

import java.util.ArrayList;
import java.util.List;

/**
 * What some nodes counted of one signal before a change.
 *
 * @param periods how many periods of equal length were watched, up to the change
 * @param events of each period, the oldest first; empty if there were none at all
 * @param nodeSeconds how long nodes were watched, in sum
 */
public record Past(int periods, List<Integer> events, double nodeSeconds) {

    /** Of fewer one cannot tell how bursty a signal is. */
    public static final int MIN_PERIODS = 30;

    public static final Past UNKNOWN = new Past(0, List.of(), 0);

    public Past {
        events = List.copyOf(events);
    }

    /**
     * Of several clusters together, over the periods that all of them were watched. Those that were watched for too short a time
     * are left out, unless all were.
     */
    public static Past sum(List<Past> clusters) {
        List<Past> known = clusters.stream().filter(Past::isLongEnough).toList();
        List<Past> summed = known.isEmpty() ? clusters : known;
        int periods = summed.stream().mapToInt(Past::periods).min().orElse(0);
        double nodeSeconds = summed.stream()
                .filter(past -> past.periods > 0)
                .mapToDouble(past -> past.nodeSeconds * periods / past.periods)
                .sum();
        List<Integer> events = new ArrayList<>();
        for (int back = periods; back > 0; back--) {
            int sum = 0;
            for (Past past : summed) {
                sum += past.back(back);
            }
            events.add(sum);
        }
        return new Past(periods, events, nodeSeconds);
    }

    boolean isLongEnough() {
        return periods >= MIN_PERIODS && nodeSeconds > 0;
    }

    /** The latest periods of it. */
    Past latest(int some) {
        return some == periods
                ? this
                : new Past(
                        some,
                        events.subList(Math.max(0, events.size() - some), events.size()),
                        nodeSeconds * some / periods);
    }

    long total() {
        return events.stream().mapToLong(Integer::longValue).sum();
    }

    /** Events of the period that ended {@code back} periods ago, from 1. */
    int back(int back) {
        int index = events.size() - back;
        return index < 0 ? 0 : events.get(index);
    }
}
