package dev.kubeproxyfleet.agent.collect;

import dev.kubeproxyfleet.schemas.avro.FamilySync;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sync health out of kube-proxy's metrics, in Prometheus' text format.
 *
 * <p>Source: kubernetes {@code pkg/proxy/metrics}. Since 1.34 the series carry the label {@code ip_family}, and a family has none
 * before its first synchronisation; before that there is one series for the whole process, which is 0 until then.
 *
 * @param processStartMillis when kube-proxy started, by the node's clock; null if it does not tell
 * @param families one entry for each family, or a single one of family {@code ""}; in order of appearance
 * @param complete false if the page is not as known: it has more families than are kept, or tells of synchronisations and not of
 *     the last one
 */
record KubeProxyMetrics(@Nullable Long processStartMillis, List<FamilySync> families, boolean complete) {

    /** There are two; more would be a format that is not understood. */
    static final int MAX_FAMILIES = 4;

    /** Where kube-proxy does not tell families apart. */
    static final String NO_FAMILY = "";

    private static final String PREFIX = "kubeproxy_sync_proxy_rules_";
    private static final String PROCESS_START = "process_start_time_seconds";
    private static final String FAMILY_LABEL = "ip_family=\"";
    private static final int MAX_FAMILY_LENGTH = 16;
    private static final double MILLIS = 1000;

    KubeProxyMetrics {
        families = List.copyOf(families);
    }

    static KubeProxyMetrics parse(String text) {
        List<Series> families = new ArrayList<>(2);
        boolean complete = true;
        Double processStart = null;
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            if (text.startsWith(PREFIX, start)) {
                complete &= take(text.substring(start + PREFIX.length(), end), families);
            } else if (text.startsWith(PROCESS_START, start)) {
                double value = value(text.substring(start, end));
                processStart = Double.isNaN(value) ? processStart : Double.valueOf(value);
            }
            start = end + 1;
        }
        // Beside families that are told, what is not of one says nothing of any.
        if (families.stream().anyMatch(it -> !it.isOfNoFamily())) {
            families.removeIf(Series::isOfNoFamily);
        }
        return new KubeProxyMetrics(
                moment(processStart),
                families.stream().map(Series::sync).toList(),
                complete && families.stream().noneMatch(it -> it.isOfNoFamily() && it.last == null));
    }

    /**
     * With what was seen before: kube-proxy tells only when it was asked last, so that one that is stuck and is asked all the
     * time would never seem to wait for long.
     */
    KubeProxyMetrics following(@Nullable KubeProxyMetrics before) {
        if (before == null || !Objects.equals(before.processStartMillis, processStartMillis)) {
            return this;
        }
        return new KubeProxyMetrics(
                processStartMillis,
                families.stream().map(family -> following(before, family)).toList(),
                complete);
    }

    private static FamilySync following(KubeProxyMetrics before, FamilySync now) {
        Long since = now.getWaitingSinceMillis();
        if (since != null) {
            for (FamilySync known : before.families) {
                Long earlier = known.getWaitingSinceMillis();
                if (earlier != null
                        && earlier < since
                        && known.getFamily().equals(now.getFamily())
                        && Objects.equals(known.getLastMillis(), now.getLastMillis())) {
                    return FamilySync.newBuilder(now)
                            .setWaitingSinceMillis(earlier)
                            .build();
                }
            }
        }
        return now;
    }

    /** Returns false if there is no room for the family of this line. */
    private static boolean take(String line, List<Series> families) {
        String name = name(line);
        if (!Series.has(name)) {
            return true;
        }
        double value = value(line);
        if (Double.isNaN(value)) {
            return true;
        }
        String family = family(line);
        for (Series known : families) {
            if (known.family.equals(family)) {
                known.take(name, value);
                return true;
            }
        }
        if (families.size() == MAX_FAMILIES) {
            return false;
        }
        Series made = new Series(family);
        made.take(name, value);
        families.add(made);
        return true;
    }

    private static String name(String line) {
        int end = 0;
        while (end < line.length() && line.charAt(end) != '{' && line.charAt(end) != ' ') {
            end++;
        }
        return line.substring(0, end);
    }

    private static String family(String line) {
        int label = line.indexOf(FAMILY_LABEL);
        int start = label + FAMILY_LABEL.length();
        int end = label < 0 ? -1 : line.indexOf('"', start);
        return end < 0 ? NO_FAMILY : line.substring(start, Math.min(end, start + MAX_FAMILY_LENGTH));
    }

    private static double value(String line) {
        try {
            return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
        } catch (NumberFormatException unknown) {
            return Double.NaN;
        }
    }

    /** 0 stands for never. */
    private static @Nullable Long moment(@Nullable Double seconds) {
        return seconds == null || seconds <= 0 ? null : Math.round(seconds * MILLIS);
    }

    /** What the lines of one family told so far. */
    private static final class Series {

        final String family;
        private @Nullable Double syncs;
        private @Nullable Double seconds;
        private @Nullable Double failures;
        private @Nullable Double last;
        private @Nullable Double queued;

        Series(String family) {
            this.family = family;
        }

        boolean isOfNoFamily() {
            return family.equals(NO_FAMILY);
        }

        static boolean has(String name) {
            return switch (name) {
                case "duration_seconds_count",
                        "duration_seconds_sum",
                        "iptables_restore_failures_total",
                        "nftables_sync_failures_total",
                        "last_timestamp_seconds",
                        "last_queued_timestamp_seconds" -> true;
                // One of the many series that say nothing of sync health.
                default -> false;
            };
        }

        void take(String name, double value) {
            switch (name) {
                case "duration_seconds_count" -> syncs = value;
                case "duration_seconds_sum" -> seconds = value;
                case "last_timestamp_seconds" -> last = value;
                case "last_queued_timestamp_seconds" -> queued = value;
                default -> failures = failures == null ? value : Double.valueOf(failures + value);
            }
        }

        FamilySync sync() {
            Long synced = moment(last);
            Long asked = moment(queued);
            boolean waits = asked != null && (synced == null || synced < asked);
            return new FamilySync(
                    family, whole(syncs), seconds, List.of(), whole(failures), synced, asked, waits ? asked : null);
        }

        private static @Nullable Long whole(@Nullable Double value) {
            return value == null ? null : Math.round(value);
        }
    }
}
