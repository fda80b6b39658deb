package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({"300, 1", "900, 3"})
    void callsThatFailCostLittleAndHarmNothing(int clusters, int subscriptions) throws InterruptedException {
        RolloutBenchmark.Report report = RolloutBenchmark.run(
                RolloutBenchmark.Scenario.of(clusters, subscriptions, 1).failing(10));

        assertThat(report.applied()).isEqualTo(clusters - 4);
        assertThat(report.ratio()).isLessThanOrEqualTo(1.25);
        assertThat(report.throttled()).isZero();
        assertThat(report.overlapping()).isZero();
    }
}
