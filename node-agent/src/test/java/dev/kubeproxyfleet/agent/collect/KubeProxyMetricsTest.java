package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
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
                        """))
                .isEqualTo(new KubeProxySync(41L, 1.5, 3L, 1_794_902_400_500L, 1_794_902_400_200L));
    }

    @Test
    void addsBothAddressFamiliesAndTakesTheLaterMoment() {
        assertThat(KubeProxyMetrics.parse("""
                        kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv4"} 1
                        kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv6"} 2
                        kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv4"} 10
                        kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv6"} 20
                        kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv4"} 100
                        kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv6"} 0
                        """)).isEqualTo(new KubeProxySync(30L, 3.0, null, 100_000L, null));
    }

    @Test
    void takesWhatItCannotReadForUnknown() {
        assertThat(KubeProxyMetrics.parse("kubeproxy_sync_proxy_rules_duration_seconds_count many\n<html>"))
                .isEqualTo(new KubeProxySync(null, null, null, null, null));
    }
}
