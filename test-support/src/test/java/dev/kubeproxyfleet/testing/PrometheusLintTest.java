package dev.kubeproxyfleet.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrometheusLintTest {

    @Test
    void findsWhatPromtoolFinds() {
        assertThat(PrometheusLint.faults("""
                # TYPE ours_calls counter
                # HELP ours_calls OpenMetrics leaves the suffix out.
                ours_calls_total{kind="get"} 1.0
                # HELP ours_wait_ms How long.
                # TYPE ours_wait_ms gauge
                ours_wait_ms 3.0
                # HELP ours_running
                # TYPE ours_running gauge
                ours_running 0.0
                # HELP ours_good_total Good ones.
                # TYPE ours_good_total counter
                ours_good_total 0.0
                their_calls 1.0
                """, "ours_"))
                .containsExactly(
                        "ours_calls_total has no help text",
                        "ours_calls_total ends in _total and is no counter",
                        "ours_running has no help text",
                        "ours_wait_ms has another unit than the base unit");
    }
}
