package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.kubeproxyfleet.schemas.avro.FamilySync;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KubeProxyMetricsTest {

    @Test
    void readsSyncHealth() {
        assertThat(KubeProxyMetrics.parse("""
                        # HELP kubeproxy_sync_proxy_rules_duration_seconds [ALPHA] SyncProxyRules latency in seconds
                        # TYPE kubeproxy_sync_proxy_rules_duration_seconds histogram
                        kubeproxy_sync_proxy_rules_duration_seconds_bucket{le="0.001"} 0
                        kubeproxy_sync_proxy_rules_duration_seconds_bucket{le="+Inf"} 41
                        kubeproxy_sync_proxy_rules_duration_seconds_sum 1.5
                        kubeproxy_sync_proxy_rules_duration_seconds_count 41
                        kubeproxy_sync_proxy_rules_iptables_restore_failures_total 3
                        kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds 1.7949024002e+09
                        kubeproxy_sync_proxy_rules_last_timestamp_seconds 1.7949024005e+09
                        process_cpu_seconds_total 12.5
                        process_start_time_seconds 1.79490230001e+09
                        """, "iptables"))
                .isEqualTo(new KubeProxyMetrics(
                        1_794_902_300_010L,
                        List.of(new FamilySync(
                                "", 41L, 1.5, List.of(), 3L, 1_794_902_400_500L, 1_794_902_400_200L, null)),
                        true,
                        null,
                        KubeProxyMetrics.Totals.UNKNOWN));
    }

    @Test
    void keepsTheFamiliesApart() {
        assertThat(KubeProxyMetrics.parse("""
                        kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv4"} 1
                        kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv6"} 2
                        kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv4"} 10
                        kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv6"} 20
                        kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv4"} 100
                        kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv6"} 0
                        kubeproxy_sync_proxy_rules_iptables_restore_failures_total{ip_family="IPv6"} 2
                        kubeproxy_sync_proxy_rules_nftables_sync_failures_total{ip_family="IPv6"} 1
                        """, "iptables"))
                .isEqualTo(new KubeProxyMetrics(
                        null,
                        List.of(
                                new FamilySync("IPv4", 10L, 1.0, List.of(), 0L, 100_000L, null, null),
                                new FamilySync("IPv6", 20L, 2.0, List.of(), 2L, null, null, null)),
                        true,
                        null,
                        KubeProxyMetrics.Totals.UNKNOWN));
    }

    @Test
    void countsTheFailuresOfTheBackendInUse() {
        String page = """
                kubeproxy_sync_proxy_rules_iptables_restore_failures_total 1
                kubeproxy_sync_proxy_rules_iptables_partial_restore_failures_total 2
                kubeproxy_sync_proxy_rules_nftables_sync_failures_total 4
                kubeproxy_sync_proxy_rules_nftables_cleanup_failures_total 8
                """;

        assertThat(failures(page, "iptables")).isEqualTo(3);
        assertThat(failures(page, "ipvs")).isEqualTo(3);
        assertThat(failures(page, "nftables")).isEqualTo(12);
        assertThat(failures(page, null)).isNull();
    }

    @Test
    void aHistogramWithOtherBoundsIsNotTold() {
        assertThat(KubeProxyMetrics.parse("""
                        kubeproxy_sync_proxy_rules_duration_seconds_bucket{le="0.001"} 0
                        kubeproxy_sync_proxy_rules_duration_seconds_bucket{le="0.005"} 7
                        kubeproxy_sync_proxy_rules_duration_seconds_bucket{le="+Inf"} 7
                        """, "iptables").families().getFirst().getSyncDurationBuckets())
                .isEmpty();
    }

    private static @Nullable Long failures(String page, @Nullable String mode) {
        return KubeProxyMetrics.parse(page, mode).families().getFirst().getFailuresTotal();
    }

    @Test
    void whatIsOfNoFamilySaysNothingBesideFamilies() {
        assertThat(KubeProxyMetrics.parse("""
                        kubeproxy_sync_proxy_rules_iptables_restore_failures_total 2
                        kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv4"} 100
                        """, "iptables").families())
                .extracting(FamilySync::getFamily)
                .containsExactly("IPv4");
    }

    @Test
    void keepsNoMoreFamiliesThanThereCanBe() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            text.append("kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family=\"f%d\"} 100\n".formatted(i));
        }

        KubeProxyMetrics metrics = KubeProxyMetrics.parse(text.toString(), "iptables");

        assertThat(metrics.families()).hasSize(KubeProxyMetrics.MAX_FAMILIES);
        assertThat(metrics.complete()).isFalse();
    }

    @Test
    void takesWhatItCannotReadForUnknown() {
        assertThat(KubeProxyMetrics.parse("kubeproxy_sync_proxy_rules_duration_seconds_count many\n<html>", "iptables"))
                .isEqualTo(new KubeProxyMetrics(null, List.of(), true, null, KubeProxyMetrics.Totals.UNKNOWN));
    }

    @Test
    void aPageThatCountsSynchronisationsAndTellsNotTheLastIsNotUnderstood() {
        assertThat(KubeProxyMetrics.parse("kubeproxy_sync_proxy_rules_duration_seconds_count 7", "iptables")
                        .complete())
                .isFalse();
        assertThat(KubeProxyMetrics.parse(
                                "kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family=\"IPv4\"} 7", "ipvs")
                        .complete())
                .isTrue();
    }

    @Test
    void remembersSinceWhenAStuckFamilyIsWaitedForHoweverOftenItIsAsked() {
        KubeProxyMetrics first = asked(500, 510);
        KubeProxyMetrics second = asked(500, 600).following(first);

        assertThat(second.families())
                .extracting(FamilySync::getWaitingSinceMillis)
                .containsExactly(510_000L);
        assertThat(second.families())
                .extracting(FamilySync::getLastQueuedMillis)
                .containsExactly(600_000L);
        assertThat(asked(500, 700).following(second).families())
                .extracting(FamilySync::getWaitingSinceMillis)
                .containsExactly(510_000L);
    }

    @Test
    void waitsAnewAfterASynchronisation() {
        KubeProxyMetrics first = asked(500, 510);

        assertThat(asked(511, 512).following(first).families())
                .extracting(FamilySync::getWaitingSinceMillis)
                .containsExactly(512_000L);
        assertThat(asked(513, 512).following(first).families())
                .extracting(FamilySync::getWaitingSinceMillis)
                .containsOnlyNulls();
    }

    @Test
    void anotherProcessHasNotWaitedYet() {
        KubeProxyMetrics first = KubeProxyMetrics.parse(page(1, 0, 510), "iptables");

        assertThat(KubeProxyMetrics.parse(page(590, 0, 600), "iptables")
                        .following(first)
                        .families())
                .extracting(FamilySync::getWaitingSinceMillis)
                .containsExactly(600_000L);
    }

    /** Of a page of 26 kB, most of it lines that say nothing of synchronisation. */
    @Test
    void readingAPageAllocatesLittle() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        String page;
        try (InputStream in = KubeProxyMetricsTest.class.getResourceAsStream("/kube-proxy/1.20.2/ipvs-lc/metrics")) {
            page = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
        KubeProxyMetrics metrics = KubeProxyMetrics.parse(page, "iptables");

        long before = threads.getCurrentThreadAllocatedBytes();
        KubeProxyMetrics again = KubeProxyMetrics.parse(page, "iptables");
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(again).isEqualTo(metrics);
        assertThat(allocated).isLessThan(26_000);
    }

    private static KubeProxyMetrics asked(int last, int queued) {
        return KubeProxyMetrics.parse(page(1, last, queued), "iptables");
    }

    private static String page(int start, int last, int queued) {
        return """
                process_start_time_seconds %d
                kubeproxy_sync_proxy_rules_last_timestamp_seconds %d
                kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds %d
                """.formatted(start, last, queued);
    }
}
