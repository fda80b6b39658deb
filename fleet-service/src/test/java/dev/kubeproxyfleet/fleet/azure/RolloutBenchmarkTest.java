package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the benchmark promises, held by every build. */
class RolloutBenchmarkTest {

    @Test
    void aThousandClustersTakeHardlyLongerThanAzuresBudgetsAllowAndAreNeverThrottled() throws InterruptedException {
        RolloutBenchmark.Report report = RolloutBenchmark.run(RolloutBenchmark.Scenario.of(1_000, 1, 1));

        assertThat(report.ratio()).isLessThanOrEqualTo(1.10);
        assertThat(report.throttled()).isZero();
        assertThat(report.callsPerCluster()).isLessThanOrEqualTo(3.5);
        assertThat(report.failed())
                .as("Cilium, Automatic and Azure network policy")
                .isEqualTo(3);
        assertThat(report.lostFields()).isZero();
        assertThat(report.overlapping()).isZero();
    }

    @Test
    void callsThatFailCostLittleAndHarmNothing() throws InterruptedException {
        RolloutBenchmark.Report report =
                RolloutBenchmark.run(RolloutBenchmark.Scenario.of(300, 1, 1).failing(10));

        assertThat(report.applied()).isEqualTo(300 - 4);
        assertThat(report.ratio()).isLessThanOrEqualTo(1.25);
        assertThat(report.throttled()).isZero();
        assertThat(report.overlapping()).isZero();
    }
}
