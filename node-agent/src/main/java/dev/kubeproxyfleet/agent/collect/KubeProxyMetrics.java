package dev.kubeproxyfleet.agent.collect;

import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import org.jspecify.annotations.Nullable;

/**
 * Sync health out of kube-proxy's metrics, in Prometheus' text format.
 *
 * <p>Source: kubernetes {@code pkg/proxy/metrics}. Since 1.34 the series carry the label {@code ip_family}: counters of both
 * families are added, of moments the later one counts.
 */
final class KubeProxyMetrics {

    private static final String PREFIX = "kubeproxy_sync_proxy_rules_";
    private static final double MILLIS = 1000;

    private KubeProxyMetrics() {}

    static KubeProxySync parse(String text) {
        Double syncs = null;
        Double seconds = null;
        Double failures = null;
        Double last = null;
        Double queued = null;
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            if (text.startsWith(PREFIX, start)) {
                String line = text.substring(start + PREFIX.length(), end);
                double value = value(line);
                if (!Double.isNaN(value)) {
                    switch (name(line)) {
                        case "duration_seconds_count" -> syncs = sum(syncs, value);
                        case "duration_seconds_sum" -> seconds = sum(seconds, value);
                        case "iptables_restore_failures_total", "nftables_sync_failures_total" ->
                            failures = sum(failures, value);
                        case "last_timestamp_seconds" -> last = later(last, value);
                        case "last_queued_timestamp_seconds" -> queued = later(queued, value);
                        default -> {
                            // One of the many series that say nothing of sync health.
                        }
                    }
                }
            }
            start = end + 1;
        }
        return new KubeProxySync(whole(syncs), seconds, whole(failures), moment(last), moment(queued));
    }

    private static String name(String line) {
        int end = 0;
        while (end < line.length() && line.charAt(end) != '{' && line.charAt(end) != ' ') {
            end++;
        }
        return line.substring(0, end);
    }

    private static double value(String line) {
        try {
            return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
        } catch (NumberFormatException unknown) {
            return Double.NaN;
        }
    }

    private static double sum(@Nullable Double sum, double value) {
        return sum == null ? value : sum + value;
    }

    private static double later(@Nullable Double moment, double value) {
        return moment == null ? value : Math.max(moment, value);
    }

    private static @Nullable Long whole(@Nullable Double value) {
        return value == null ? null : Math.round(value);
    }

    /** 0 stands for never. */
    private static @Nullable Long moment(@Nullable Double seconds) {
        return seconds == null || seconds <= 0 ? null : Math.round(seconds * MILLIS);
    }
}
