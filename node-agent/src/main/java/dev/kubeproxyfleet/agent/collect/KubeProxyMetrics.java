package dev.kubeproxyfleet.agent.collect;

import dev.kubeproxyfleet.schemas.avro.FamilySync;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sync health out of kube-proxy's metrics, in Prometheus' text format.
 *
 * <p>Source: kubernetes {@code pkg/proxy/metrics}. Since 1.34 the series carry the label {@code ip_family}, and a family has
 * none before its first synchronisation; before that there is one series for the whole process, which is 0 until then.
 *
 * @param processStartMillis when kube-proxy started, by the node's clock; null if it does not tell
 * @param families one entry for each family, or a single one of family {@code ""}; in order of appearance
 * @param complete false if the page is not as known: it has more families than are kept, or tells of synchronisations and not of
 *     the last one
 * @param version such as {@code v1.34.2}; null if it does not tell
 * @param totals of the process
 */
record KubeProxyMetrics(
        @Nullable Long processStartMillis,
        List<FamilySync> families,
        boolean complete,
        @Nullable String version,
        Totals totals) {

    /** There are two; more would be a format that is not understood. */
    static final int MAX_FAMILIES = 4;

    /** Kubernetes' own have at most some 30 characters. */
    static final int MAX_VERSION_LENGTH = 64;

    private static final String SYNC_RULES = "kubeproxy_sync_proxy_rules_";
    private static final String NO_LOCAL_ENDPOINTS = SYNC_RULES + "no_local_endpoints_total";
    private static final String PROGRAMMING = "kubeproxy_network_programming_duration_seconds_";
    private static final String PROGRAMMING_COUNT = PROGRAMMING + "count";
    private static final String PROGRAMMING_SUM = PROGRAMMING + "sum";
    private static final String CT_STATE_INVALID = "kubeproxy_iptables_ct_state_invalid_dropped_packets_total";
    private static final String LOCALHOST_NODE_PORTS = "kubeproxy_iptables_localhost_nodeports_accepted_packets_total";
    private static final String BUILD = "kubernetes_build_info";
    private static final String PROCESS_START = "process_start_time_seconds";

    /** Beginnings of the names of all series that say something. The many buckets of programming are not among them. */
    private static final List<String> BEGINNINGS = List.of(
            SYNC_RULES,
            PROGRAMMING_COUNT,
            PROGRAMMING_SUM,
            CT_STATE_INVALID,
            LOCALHOST_NODE_PORTS,
            BUILD,
            PROCESS_START);

    private static final int MAX_FAMILY_LENGTH = 16;

    /**
     * Figures of the whole process, named as in {@link dev.kubeproxyfleet.schemas.avro.KubeProxySync}; null is what this version
     * or mode does not tell.
     */
    record Totals(
            @Nullable Long networkProgrammingCount,
            @Nullable Double networkProgrammingSeconds,
            @Nullable Integer noLocalEndpointsInternal,
            @Nullable Integer noLocalEndpointsExternal,
            @Nullable Long ctStateInvalidDrops,
            @Nullable Long localhostNodePortsAccepted) {

        static final Totals UNKNOWN = new Totals(null, null, null, null, null, null);
    }

    KubeProxyMetrics {
        families = List.copyOf(families);
    }

    /** @param mode the one that kube-proxy runs, as its {@code /proxyMode} tells it; null if it does not */
    static KubeProxyMetrics parse(String text, @Nullable String mode) {
        Page page = new Page();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            if (saysSomething(text, start)) {
                page.take(PrometheusLine.of(text, start, end));
            }
            start = end + 1;
        }
        return page.metrics(mode);
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
                complete,
                version,
                totals);
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

    private static boolean saysSomething(String text, int start) {
        for (String beginning : BEGINNINGS) {
            if (text.startsWith(beginning, start)) {
                return true;
            }
        }
        return false;
    }

    /** What the lines told so far. */
    private static final class Page {

        private final List<FamilySeries> families = new ArrayList<>(2);
        private boolean complete = true;
        private @Nullable String version;
        private @Nullable Double processStart;
        private @Nullable Double programmings;
        private @Nullable Double programmingSeconds;
        private @Nullable Double noLocalInternal;
        private @Nullable Double noLocalExternal;
        private @Nullable Double invalidDrops;
        private @Nullable Double localhostAccepted;

        void take(PrometheusLine line) {
            double value = line.value();
            if (Double.isNaN(value)) {
                return;
            }
            switch (line.name()) {
                case PROCESS_START -> processStart = value;
                case BUILD -> version = line.label("git_version");
                case PROGRAMMING_COUNT -> programmings = FamilySeries.plus(programmings, value);
                case PROGRAMMING_SUM -> programmingSeconds = FamilySeries.plus(programmingSeconds, value);
                case CT_STATE_INVALID -> invalidDrops = FamilySeries.plus(invalidDrops, value);
                case LOCALHOST_NODE_PORTS -> localhostAccepted = FamilySeries.plus(localhostAccepted, value);
                case NO_LOCAL_ENDPOINTS -> noLocalEndpoints(line);
                default -> sync(line);
            }
        }

        KubeProxyMetrics metrics(@Nullable String mode) {
            // Beside families that are told, what is not of one says nothing of any.
            if (families.stream().anyMatch(it -> !it.isOfNoFamily())) {
                families.removeIf(FamilySeries::isOfNoFamily);
            }
            return new KubeProxyMetrics(
                    FamilySeries.moment(processStart),
                    families.stream().map(it -> it.sync(mode)).toList(),
                    complete && families.stream().noneMatch(it -> it.isOfNoFamily() && !it.tellsTheLast()),
                    version == null || version.length() > MAX_VERSION_LENGTH ? null : version,
                    new Totals(
                            FamilySeries.whole(programmings),
                            programmingSeconds,
                            services(noLocalInternal),
                            services(noLocalExternal),
                            FamilySeries.whole(invalidDrops),
                            FamilySeries.whole(localhostAccepted)));
        }

        private void noLocalEndpoints(PrometheusLine line) {
            String policy = line.label("traffic_policy");
            if ("internal".equals(policy)) {
                noLocalInternal = larger(noLocalInternal, line.value());
            } else if ("external".equals(policy)) {
                noLocalExternal = larger(noLocalExternal, line.value());
            }
        }

        private void sync(PrometheusLine line) {
            if (!line.name().startsWith(SYNC_RULES)) {
                return;
            }
            String name = line.name().substring(SYNC_RULES.length());
            if (!FamilySeries.has(name)) {
                return;
            }
            String label = line.label("ip_family");
            String family = label == null
                    ? FamilySeries.NO_FAMILY
                    : label.substring(0, Math.min(label.length(), MAX_FAMILY_LENGTH));
            for (FamilySeries known : families) {
                if (known.family.equals(family)) {
                    known.take(name, line);
                    return;
                }
            }
            if (families.size() == MAX_FAMILIES) {
                complete = false;
                return;
            }
            FamilySeries made = new FamilySeries(family);
            made.take(name, line);
            families.add(made);
        }

        private static Double larger(@Nullable Double known, double value) {
            return known == null ? value : Math.max(known, value);
        }

        private static @Nullable Integer services(@Nullable Double value) {
            return value == null ? null : Math.toIntExact(Math.clamp(Math.round(value), 0, Integer.MAX_VALUE));
        }
    }
}
