package dev.kubeproxyfleet.simulator.node;

import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.world.IpFamily;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The page {@code /metrics} of a kube-proxy of Kubernetes 1.34, with the series that tell of synchronisation.
 *
 * <p>As there, these have the label {@code ip_family}, and a family is absent until its first value: the time of the last
 * synchronisation and the durations until the first one, failures until the first failure. What fails is counted as a failure of
 * iptables-restore in every mode but nftables, which has failures of its own.
 */
final class KubeProxyMetrics {

    private static final String SYNC = "kubeproxy_sync_proxy_rules_";
    private static final double SYNC_SECONDS = FamilySync.DURATION.toMillis() / 1e3;
    private static final double SMALLEST_BUCKET = 0.001;
    private static final int BUCKETS = 15;

    private static final String PROGRAMMING = "kubeproxy_network_programming_duration_seconds";

    /** From the change of an endpoint until the rules have it; one change for every so many synchronisations. */
    private static final double PROGRAMMING_SECONDS = 0.3;

    private static final int SYNCS_PER_CHANGE = 4;

    /** From one packet that rules of mode iptables count to the next. */
    private static final Duration BETWEEN_PACKETS = Duration.ofSeconds(7);

    /** Bounds of the histogram of network programming ({@code pkg/proxy/metrics}), without the last one. */
    private static final double[] PROGRAMMING_BOUNDS = Stream.of(
                    DoubleStream.of(0.25, 0.5),
                    IntStream.range(1, 60).asDoubleStream(),
                    IntStream.iterate(60, seconds -> seconds < 120, seconds -> seconds + 5)
                            .asDoubleStream(),
                    IntStream.iterate(120, seconds -> seconds <= 300, seconds -> seconds + 30)
                            .asDoubleStream())
            .flatMapToDouble(bounds -> bounds)
            .toArray();

    private static final double[] SYNC_BOUNDS = DoubleStream.iterate(SMALLEST_BUCKET, bound -> bound * 2)
            .limit(BUCKETS)
            .toArray();

    /** Digits that Go writes of a float64 of this size. */
    private static final MathContext DIGITS = new MathContext(16);

    private final StringBuilder page = new StringBuilder(24_576);
    private final KubeProxyProcess process;

    private KubeProxyMetrics(KubeProxyProcess process) {
        this.process = process;
    }

    static String page(KubeProxyProcess process) {
        return new KubeProxyMetrics(process).write();
    }

    private String write() {
        KubeProxyMode mode = process.config().effective().mode();
        if (mode == KubeProxyMode.IPTABLES) {
            packets();
        }
        histogram(
                PROGRAMMING,
                "In Cluster Network Programming Latency in seconds",
                PROGRAMMING_BOUNDS,
                PROGRAMMING_SECONDS,
                family -> family.syncs() / SYNCS_PER_CHANGE);
        histogram(
                SYNC + "duration_seconds",
                "SyncProxyRules latency in seconds",
                SYNC_BOUNDS,
                SYNC_SECONDS,
                FamilySync::syncs);
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
        noLocalEndpoints();
        head(
                "kubernetes_build_info",
                "gauge",
                "[ALPHA] A metric with a constant '1' value labeled by major, minor, git version.");
        String version = process.software().kubernetesVersion();
        page.append("kubernetes_build_info{compiler=\"gc\",git_version=\"v")
                .append(version)
                .append("\",go_version=\"go1.24.6\",major=\"1\",minor=\"")
                .append(version.split("\\.", -1)[1])
                .append("\",platform=\"linux/amd64\"} 1\n");
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

    /**
     * A histogram of what always takes the same time; a family is absent until its first value.
     *
     * @param count how often it has happened
     */
    private void histogram(
            String name, String help, double[] bounds, double seconds, ToLongFunction<FamilySync> count) {
        boolean begun = false;
        for (IpFamily family : IpFamily.values()) {
            long times = count.applyAsLong(process.family(family));
            if (times == 0) {
                continue;
            }
            if (!begun) {
                head(name, "histogram", "[ALPHA] " + help);
                begun = true;
            }
            for (double bound : bounds) {
                bucket(name, family, number(bound), bound < seconds ? 0 : times);
            }
            bucket(name, family, "+Inf", times);
            page.append("%s_sum{ip_family=\"%s\"} %s\n".formatted(name, family, number(times * seconds)));
            page.append("%s_count{ip_family=\"%s\"} %d\n".formatted(name, family, times));
        }
    }

    private void bucket(String name, IpFamily family, String bound, long count) {
        page.append(name)
                .append("_bucket{ip_family=\"")
                .append(family)
                .append("\",le=\"")
                .append(bound)
                .append("\"} ")
                .append(count)
                .append('\n');
    }

    /** kube-proxy's iptables rules count packets; only a process in that mode reads them. */
    private void packets() {
        counter(
                "kubeproxy_iptables_ct_state_invalid_dropped_packets_total",
                "packets dropped by iptables to work around conntrack problems",
                process.software().sendsInvalidPackets());
        counter(
                "kubeproxy_iptables_localhost_nodeports_accepted_packets_total",
                "Number of packets accepted on nodeports of loopback interface",
                process.software().reachesLocalhost());
    }

    /** @param counts whether there is something to count, now and then */
    private void counter(String name, String help, boolean counts) {
        head(name, "counter", "[ALPHA] " + help);
        page.append(name)
                .append(' ')
                .append(counts ? process.age().dividedBy(BETWEEN_PACKETS) : 0)
                .append('\n');
    }

    private void noLocalEndpoints() {
        String name = SYNC + "no_local_endpoints_total";
        head(name, "gauge", "[ALPHA] Number of services with a Local traffic policy and no endpoints");
        for (IpFamily family : IpFamily.values()) {
            for (String policy : List.of("external", "internal")) {
                page.append(name)
                        .append("{ip_family=\"")
                        .append(family)
                        .append("\",traffic_policy=\"")
                        .append(policy)
                        .append("\"} 0\n");
            }
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
