package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetsTest {

    private static final ArmRequest PUT = new ArmRequest.PutCluster(FakeArm.CLUSTER, null, FakeArm.json("{}"));

    private static final String SUBSCRIPTION = Partitioning.subscriptionOf(FakeArm.CLUSTER);

    private final VirtualTime time = new VirtualTime();
    private final Budgets budgets = new Budgets(time, 1);

    @ParameterizedTest
    @CsvSource({
        "PUT_CLUSTER, 20, PT1M, CLUSTER",
        "GET_CLUSTER, 60, PT1S, CLUSTER",
        "LIST_CLUSTERS, 500, PT1S, SUBSCRIPTION",
        "OPERATION_STATUS, 200, PT0.5S, REGION",
        "OTHER_AKS, 60, PT1S, REGION",
        "ARM_READS, 250, PT0.04S, SUBSCRIPTION",
        "ARM_WRITES, 200, PT0.1S, SUBSCRIPTION"
    })
    void areAzures(Budget budget, int capacity, Duration refill, Budget.Per per) {
        assertThat(budget.capacity()).isEqualTo(capacity);
        assertThat(budget.refill()).isEqualTo(refill);
        assertThat(budget.per()).isEqualTo(per);
    }

    @Test
    void grantTheCapacityButForTheHeadroomAtOnceAndThenExactlyTheRefill() {
        for (int i = 0; i < 19; i++) {
            assertThat(budgets.reserve(PUT)).isZero();
        }
        assertThat(budgets.lowest(Budget.PUT_CLUSTER)).isCloseTo(0, within(1e-9));
        assertThat(budgets.reserve(PUT)).isEqualTo(Duration.ofMinutes(1));

        time.advance(Duration.ofMinutes(1));

        assertThat(budgets.reserve(PUT)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void leaveTheHeadroomOfTwoPercentAndAtLeastOne() {
        assertThat(Budgets.capacity(Budget.PUT_CLUSTER)).isEqualTo(19);
        assertThat(Budgets.capacity(Budget.ARM_READS)).isEqualTo(245);
        assertThat(Budgets.capacity(Budget.LIST_CLUSTERS)).isEqualTo(490);
    }

    @Test
    void serveCallersInTheOrderInWhichTheyCame() {
        for (int i = 0; i < 19; i++) {
            budgets.reserve(PUT);
        }
        assertThat(budgets.reserve(PUT)).isEqualTo(Duration.ofMinutes(1));
        assertThat(budgets.reserve(PUT)).isEqualTo(Duration.ofMinutes(2));
        budgets.giveBack(PUT);
        assertThat(budgets.reserve(PUT)).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void areApartForEachClusterAndShareWhatIsTheSubscriptions() {
        for (int i = 0; i < 50; i++) {
            budgets.reserve(put(i));
        }
        assertThat(budgets.reserve(put(60))).isZero();
        assertThat(budgets.left(new Budgets.Key(Budget.ARM_WRITES, SUBSCRIPTION)))
                .isCloseTo(196 - 51, within(1e-9));
    }

    @Test
    void operationsOfARegionHaveABucketAndArmsReadsAreTheSubscriptions() {
        budgets.reserve(new ArmRequest.ReadOperation(SUBSCRIPTION, FakeArm.OPERATION_URL));

        assertThat(budgets.left(new Budgets.Key(Budget.OPERATION_STATUS, SUBSCRIPTION + "/westeurope")))
                .isCloseTo(195, within(1e-9));
        assertThat(budgets.left(new Budgets.Key(Budget.ARM_READS, SUBSCRIPTION)))
                .isCloseTo(244, within(1e-9));
    }

    @Test
    void holdACallThatAzureRefusedAsLongAsItAskedFor() {
        budgets.learn(PUT, throttled("Throttled", Duration.ofSeconds(90)));

        assertThat(budgets.held(PUT)).isEqualTo(Duration.ofSeconds(90));
        assertThat(budgets.reserve(PUT)).isEqualTo(Duration.ofSeconds(90));
        assertThat(budgets.held(put(1)))
                .as("the resource provider refuses one cluster")
                .isZero();
        assertThat(budgets.reserve(new ArmRequest.GetCluster(FakeArm.CLUSTER))).isZero();

        time.advance(Duration.ofSeconds(90));
        assertThat(budgets.held(PUT)).isZero();
    }

    @Test
    void holdTheWholeSubscriptionWhereArmItselfRefused() {
        budgets.learn(PUT, throttled("SubscriptionRequestsThrottled", Duration.ofSeconds(10)));

        assertThat(budgets.held(put(1))).isEqualTo(Duration.ofSeconds(10));
        assertThat(budgets.held(new ArmRequest.GetCluster(FakeArm.CLUSTER)))
                .as("reads")
                .isZero();
    }

    @Test
    void refillAtHalfTheRateUntilRetryAfterHasPassed() {
        budgets.learn(PUT, throttled("SubscriptionRequestsThrottled", Duration.ofSeconds(10)));

        assertThat(budgets.reserve(put(1))).isEqualTo(Duration.ofMillis(10_000));
        assertThat(budgets.reserve(put(2))).isEqualTo(Duration.ofMillis(10_200));
        assertThat(budgets.reserve(put(3))).isEqualTo(Duration.ofMillis(10_400));
        time.advance(Duration.ofSeconds(20));
        budgets.reserve(put(4));
        assertThat(budgets.left(new Budgets.Key(Budget.ARM_WRITES, SUBSCRIPTION)))
                .isGreaterThan(90);
    }

    @Test
    void areCorrectedDownwardsByWhatArmSaysToRemain() {
        budgets.reserve(PUT);
        budgets.learn(PUT, new ArmResult.Ok(200, FakeArm.json("{}"), null, null, 20));
        assertThat(budgets.left(new Budgets.Key(Budget.ARM_WRITES, SUBSCRIPTION)))
                .isCloseTo(20, within(1e-9));

        budgets.learn(PUT, new ArmResult.Ok(200, FakeArm.json("{}"), null, null, 150));
        assertThat(budgets.left(new Budgets.Key(Budget.ARM_WRITES, SUBSCRIPTION)))
                .as("never upwards: what is on its way is not counted there yet")
                .isCloseTo(20, within(1e-9));
    }

    @Test
    void refillFasterForASimulatorThatDoes() {
        Budgets fast = new Budgets(time, 60);
        for (int i = 0; i < 19; i++) {
            fast.reserve(PUT);
        }
        assertThat(fast.reserve(PUT)).isEqualTo(Duration.ofSeconds(1));
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
            budgets.reserve(new ArmRequest.GetCluster(FakeArm.CLUSTER + i));
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(budgets.buckets()).isLessThan(Budgets.MAX_BUCKETS);
    }

    @Test
    void areMetricsForEachSubscriptionAndRegion() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        ArmMetrics metrics = new ArmMetrics(request -> FakeArm.error(404, "NotFound"), budgets, registry);
        budgets.reserve(new ArmRequest.ReadOperation(SUBSCRIPTION, FakeArm.OPERATION_URL));
        budgets.reserve(PUT);

        assertThat(metrics.send(PUT)).isNotNull();
        assertThat(registry.get("kpfleet.arm.budget.left")
                        .tag("budget", "operation_status")
                        .tag("subscription", SUBSCRIPTION)
                        .tag("region", "westeurope")
                        .gauge()
                        .value())
                .isCloseTo(195, within(1e-9));
        assertThat(registry.find("kpfleet.arm.budget.left").gauges())
                .as("two of the subscription, one of its region, none of a single cluster")
                .hasSize(3);
    }

    private static ArmRequest put(int cluster) {
        return new ArmRequest.PutCluster(FakeArm.CLUSTER + cluster, null, FakeArm.json("{}"));
    }

    private static ArmResult throttled(String code, Duration retryAfter) {
        return new ArmResult.ArmError(429, ReasonCode.of(code), "", retryAfter);
    }
}
