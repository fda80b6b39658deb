package dev.kubeproxyfleet.simulator.node;

import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.world.IpFamily;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The page {@code /metrics} of a kube-proxy of Kubernetes 1.34, with the series that tell of synchronisation.
 *
 * <p>As there, these have the label {@code ip_family}, and a family is absent until its first value: the time of the last
 * synchronisation and the durations until the first one, failures until the first failure.
 */
final class KubeProxyMetrics {

    private static final String SYNC = "kubeproxy_sync_proxy_rules_";
    private static final double SYNC_SECONDS = FamilySync.DURATION.toMillis() / 1e3;
    private static final double SMALLEST_BUCKET = 0.001;
    private static final int BUCKETS = 15;

    /** Digits that Go writes of a float64 of this size. */
    private static final MathContext DIGITS = new MathContext(16);

    private final StringBuilder page = new StringBuilder(8_192);
    private final KubeProxyProcess process;

    private KubeProxyMetrics(KubeProxyProcess process) {
        this.process = process;
    }

    static String page(KubeProxyProcess process) {
        return new KubeProxyMetrics(process).write();
    }

    private String write() {
        durations();
        KubeProxyMode mode = process.config().effective().mode();
        failures(
                mode == KubeProxyMode.NFTABLES
                        ? SYNC + "nftables_sync_failures_total"
                        : SYNC + "iptables_restore_failures_total",
                mode == KubeProxyMode.NFTABLES
                        ? "Cumulative proxy nftables sync failures"
                        : "Cumulative proxy iptables restore failures");
        moments(
                SYNC + "last_queued_timestamp_seconds",
                "The last time a sync of proxy rules was queued",
                FamilySync::queued);
        moments(
                SYNC + "last_timestamp_seconds",
                "The last time proxy rules were successfully synced",
                family -> family.last().orElse(null));
        head(
                "kubernetes_build_info",
                "gauge",
                "[ALPHA] A metric with a constant '1' value labeled by major, minor, git version.");
        page.append(
                        "kubernetes_build_info{compiler=\"gc\",git_version=\"v1.34.1\",go_version=\"go1.24.6\",major=\"1\",")
                .append("minor=\"34\",platform=\"linux/amd64\"} 1\n");
        head("process_start_time_seconds", "gauge", "Start time of the process since unix epoch in seconds.");
        page.append("process_start_time_seconds ")
                .append(seconds(process.startedAt()))
                .append('\n');
        return page.toString();
    }

    private void head(String name, String type, String help) {
        page.append("# HELP ").append(name).append(' ').append(help).append('\n');
        page.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void durations() {
        String name = SYNC + "duration_seconds";
        boolean begun = false;
        for (IpFamily family : IpFamily.values()) {
            long syncs = process.family(family).syncs();
            if (syncs == 0) {
                continue;
            }
            if (!begun) {
                head(name, "histogram", "[ALPHA] SyncProxyRules latency in seconds");
                begun = true;
            }
            double bound = SMALLEST_BUCKET;
            for (int i = 0; i < BUCKETS; i++, bound *= 2) {
                page.append("%s_bucket{ip_family=\"%s\",le=\"%s\"} %d\n"
                        .formatted(name, family, number(bound), bound < SYNC_SECONDS ? 0 : syncs));
            }
            page.append("%s_bucket{ip_family=\"%s\",le=\"+Inf\"} %d\n".formatted(name, family, syncs));
            page.append("%s_sum{ip_family=\"%s\"} %s\n".formatted(name, family, number(syncs * SYNC_SECONDS)));
            page.append("%s_count{ip_family=\"%s\"} %d\n".formatted(name, family, syncs));
        }
    }

    private void failures(String name, String help) {
        series(name, "counter", help, family -> family.failures() == 0 ? null : Long.toString(family.failures()));
    }

    private void moments(String name, String help, Function<FamilySync, @Nullable Instant> moment) {
        series(name, "gauge", help, family -> {
            Instant at = moment.apply(family);
            return at == null ? null : seconds(at);
        });
    }

    /** @param value null leaves the family out */
    private void series(String name, String type, String help, Function<FamilySync, @Nullable String> value) {
        boolean begun = false;
        for (IpFamily family : IpFamily.values()) {
            String shown = value.apply(process.family(family));
            if (shown == null) {
                continue;
            }
            if (!begun) {
                head(name, type, "[ALPHA] " + help);
                begun = true;
            }
            page.append("%s{ip_family=\"%s\"} %s\n".formatted(name, family, shown));
        }
    }

    /** Seconds since 1970, in the form of Go's {@code %g}, such as {@code 1.79589776548e+09}. */
    private static String seconds(Instant at) {
        Duration since = Duration.between(Instant.EPOCH, at);
        BigDecimal exact = new BigDecimal(since.getSeconds()).add(BigDecimal.valueOf(since.getNano(), 9));
        BigDecimal short16 = exact.round(DIGITS).stripTrailingZeros();
        int exponent = short16.precision() - short16.scale() - 1;
        return "%se%+03d".formatted(short16.movePointLeft(exponent).toPlainString(), exponent);
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value)
                .round(new MathContext(6))
                .stripTrailingZeros()
                .toPlainString()
                .toLowerCase(Locale.ROOT);
    }
}
