package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetsTest {

    private static final ArmRequest PUT = new ArmRequest.PutCluster(FakeArm.CLUSTER, null, FakeArm.json("{}"));

    private final VirtualTime time = new VirtualTime();
    private final Budgets budgets = new Budgets(time, 1);

    @ParameterizedTest
    @CsvSource({
        "PUT_CLUSTER, 20, PT1M, CLUSTER",
        "GET_CLUSTER, 60, PT1S, CLUSTER",
        "LIST_CLUSTERS, 500, PT1S, SUBSCRIPTION",
        "OPERATION_STATUS, 200, PT0.5S, SUBSCRIPTION",
        "OTHER_AKS, 60, PT1S, SUBSCRIPTION",
        "ARM_READS, 250, PT0.04S, SUBSCRIPTION",
        "ARM_WRITES, 200, PT0.1S, SUBSCRIPTION"
    })
    void areAzures(Budget budget, int capacity, Duration refill, Budget.Per per) {
        assertThat(budget.capacity()).isEqualTo(capacity);
        assertThat(budget.refill()).isEqualTo(refill);
        assertThat(budget.per()).isEqualTo(per);
    }

    @Test
    void grantTheCapacityAtOnceAndThenExactlyTheRefill() {
        for (int i = 0; i < 20; i++) {
            assertThat(budgets.take(PUT)).isZero();
        }
        assertThat(budgets.take(PUT)).isEqualTo(Duration.ofMinutes(1));
        assertThat(budgets.lowest(Budget.PUT_CLUSTER)).isCloseTo(0, within(1e-9));

        time.advance(Duration.ofMinutes(1));

        assertThat(budgets.take(PUT)).isZero();
        assertThat(budgets.take(PUT)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void areApartForEachCluster() {
        for (int i = 0; i < 20; i++) {
            budgets.take(PUT);
        }
        assertThat(budgets.take(new ArmRequest.PutCluster(FakeArm.CLUSTER + "0", null, FakeArm.json("{}"))))
                .isZero();
    }

    @Test
    void aRefusedCallTakesNothingFromTheOtherBuckets() {
        for (int i = 0; i < 50; i++) {
            budgets.take(PUT);
        }
        assertThat(budgets.lowest(Budget.ARM_WRITES)).isCloseTo(180, within(1e-9));
    }

    @Test
    void holdACallThatAzureRefusedAsLongAsItAskedFor() {
        budgets.learn(PUT, new ArmResult.ArmError(429, "Throttled", "", Duration.ofSeconds(90)));

        assertThat(budgets.take(PUT)).isEqualTo(Duration.ofSeconds(90));
        assertThat(budgets.take(new ArmRequest.GetCluster(FakeArm.CLUSTER))).isZero();

        time.advance(Duration.ofSeconds(90));
        assertThat(budgets.take(PUT)).isZero();
    }

    @Test
    void refillFasterForASimulatorThatDoes() {
        Budgets fast = new Budgets(time, 60);
        for (int i = 0; i < 20; i++) {
            fast.take(PUT);
        }
        assertThat(fast.take(PUT)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void refuseASpeedThatMakesNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Budgets(time, 0))
                .withMessageContaining("kpfleet.azure.time-scale");
    }

    @Test
    void forgetFullBucketsBeyondTheirLimit() {
        for (int i = 0; i <= Budgets.MAX_BUCKETS; i++) {
            budgets.take(new ArmRequest.GetCluster(FakeArm.CLUSTER + i));
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(budgets.buckets()).isLessThan(Budgets.MAX_BUCKETS);
    }
}
