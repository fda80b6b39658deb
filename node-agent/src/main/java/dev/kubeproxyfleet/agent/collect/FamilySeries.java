package dev.kubeproxyfleet.agent.collect;

import dev.kubeproxyfleet.schemas.avro.FamilySync;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the lines of one IP family told of its synchronisation so far. */
final class FamilySeries {

    /** Where kube-proxy does not tell families apart. */
    static final String NO_FAMILY = "";

    private static final String NFTABLES = "nftables";

    /** Upper bounds of the buckets of durations, in the order of the page. */
    private static final List<String> BOUNDS = List.of(
            "0.001", "0.002", "0.004", "0.008", "0.016", "0.032", "0.064", "0.128", "0.256", "0.512", "1.024", "2.048",
            "4.096", "8.192", "16.384", "+Inf");

    final String family;
    private final List<Long> buckets = new ArrayList<>(BOUNDS.size());
    private @Nullable Double syncs;
    private @Nullable Double seconds;
    private @Nullable Double iptablesFailures;
    private @Nullable Double nftablesFailures;
    private @Nullable Double last;
    private @Nullable Double queued;

    FamilySeries(String family) {
        this.family = family;
    }

    boolean isOfNoFamily() {
        return family.equals(NO_FAMILY);
    }

    boolean tellsTheLast() {
        return last != null;
    }

    /** Whether the series of this name, behind {@code kubeproxy_sync_proxy_rules_}, tells of synchronisation. */
    static boolean has(String name) {
        return switch (name) {
            case "duration_seconds_bucket",
                    "duration_seconds_count",
                    "duration_seconds_sum",
                    "iptables_restore_failures_total",
                    "iptables_partial_restore_failures_total",
                    "nftables_sync_failures_total",
                    "nftables_cleanup_failures_total",
                    "last_timestamp_seconds",
                    "last_queued_timestamp_seconds" -> true;
            default -> false;
        };
    }

    /** @param name one that {@link #has} */
    void take(String name, PrometheusLine line) {
        double value = line.value();
        switch (name) {
            case "duration_seconds_bucket" -> bucket(line.label("le"), value);
            case "duration_seconds_count" -> syncs = value;
            case "duration_seconds_sum" -> seconds = value;
            case "last_timestamp_seconds" -> last = value;
            case "last_queued_timestamp_seconds" -> queued = value;
            case "nftables_sync_failures_total", "nftables_cleanup_failures_total" ->
                nftablesFailures = plus(nftablesFailures, value);
            default -> iptablesFailures = plus(iptablesFailures, value);
        }
    }

    /** @param mode null if it is not known */
    FamilySync sync(@Nullable String mode) {
        Long synced = moment(last);
        Long asked = moment(queued);
        boolean waits = asked != null && (synced == null || synced < asked);
        return new FamilySync(
                family,
                whole(syncs),
                seconds,
                buckets.size() == BOUNDS.size() ? buckets : List.of(),
                failures(mode),
                synced,
                asked,
                waits ? asked : null);
    }

    /** 0 stands for never. */
    static @Nullable Long moment(@Nullable Double seconds) {
        return seconds == null || seconds <= 0 ? null : Math.round(seconds * 1000);
    }

    static @Nullable Long whole(@Nullable Double value) {
        return value == null ? null : Math.round(value);
    }

    static Double plus(@Nullable Double sum, double value) {
        return sum == null ? value : sum + value;
    }

    /** A bucket that is not the next one is of a histogram that is not known, which then stays without its last one. */
    private void bucket(@Nullable String bound, double count) {
        int next = buckets.size();
        if (next < BOUNDS.size() && BOUNDS.get(next).equals(bound)) {
            buckets.add(Math.round(count));
        }
    }

    /**
     * Of the backend in use: before 1.31 a page in mode nftables counts the failures of iptables too, of which it has none. A
     * counter of families is shown from its first failure on, so that one that is not shown is zero.
     */
    private @Nullable Long failures(@Nullable String mode) {
        if (mode == null) {
            return null;
        }
        Double told = mode.equals(NFTABLES) ? nftablesFailures : iptablesFailures;
        return told == null && !isOfNoFamily() ? Long.valueOf(0) : whole(told);
    }
}
