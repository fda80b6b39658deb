package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import dev.kubeproxyfleet.simulator.arm.ApiCall;
import dev.kubeproxyfleet.simulator.arm.ArmModel;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ExternalPolicy;
import dev.kubeproxyfleet.simulator.arm.Fault;
import dev.kubeproxyfleet.simulator.arm.FaultRule;
import dev.kubeproxyfleet.simulator.arm.JournalEntry;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each answer that ARM can give, and what follows from it: the real procedure, watch and gateway, and a strict model of ARM. */
class AgainstAzureTest {

    private static final KubeProxyConfig IPVS = new KubeProxyConfig(true, KubeProxyMode.IPVS, null);
    private static final Duration OPERATION = Duration.ofSeconds(138);

    private final VirtualScheduler time = new VirtualScheduler();
    private final Fleet fleet = Fleet.of(new FleetSpec(24, 3, 1, 7, 1));
    private final SimulatedCluster cluster = fleet.clusters().getFirst();
    private final List<String> waited = new ArrayList<>();
    private ArmModel arm = model(ArmOptions.DEFAULTS);

    /** Whatever happens, no field is lost and no cluster has two writers. */
    @AfterEach
    void changesNothingElse() {
        assertThat(arm.journal().writesBeyondKubeProxy()).isEmpty();
        assertThat(arm.journal().overlappingWrites()).isEmpty();
    }

    @Test
    void aChangeTakesThreeCallsAndAFewListings() {
        assertThat(run()).contains(new Outcome.Applied(KubeProxyConfig.UNSET, true));

        assertThat(count(kind("GET_CLUSTER"))).isEqualTo(2);
        assertThat(count(kind("PUT_CLUSTER"))).isEqualTo(1);
        assertThat(count(kind("GET_OPERATION"))).isZero();
        assertThat(time.passed()).isBetween(OPERATION, OPERATION.plusSeconds(20));
        assertThat(applied()).isEqualTo(KubeProxyMode.IPVS);
    }

    @ParameterizedTest
    @CsvSource({
        "409, OperationNotAllowed",
        "409, Conflict",
        "409, AKSOperationPreempted",
        "412, PreconditionFailed",
        "429, Throttled",
        "429, TooManyRequests",
        "429, SubscriptionRequestsThrottled",
        "500, InternalServerError",
        "502, BadGateway",
        "503, ServiceUnavailable",
        "401, ExpiredAuthenticationToken",
        "408, RequestTimeout"
    })
    void aRefusalThatPassesIsTriedAgain(int status, String code) {
        arm.inject(new FaultRule(refusal("PUT_CLUSTER", status, code, null), 0, 1, 2));
        arm.inject(new FaultRule(refusal("GET_CLUSTER", status, code, null), 1, 1, 1));

        assertThat(run()).get().isInstanceOf(Outcome.Applied.class);

        assertThat(arm.journal().acceptedWrites()).hasSize(1);
        if (status != 412) {
            assertThat(waited).contains(code);
        }
    }

    @Test
    void nothingIsSentBeforeRetryAfterHasPassed() {
        arm.inject(
                FaultRule.once(refusal("PUT_CLUSTER", 429, "SubscriptionRequestsThrottled", Duration.ofSeconds(40))));

        assertThat(run()).get().isInstanceOf(Outcome.Applied.class);

        List<JournalEntry> writes = arm.journal().of(kind("PUT_CLUSTER"));
        assertThat(Duration.between(writes.get(0).at(), writes.get(1).at())).isGreaterThan(Duration.ofSeconds(40));
    }

    @ParameterizedTest
    @CsvSource({
        "403, AuthorizationFailed",
        "403, RequestDisallowedByPolicy",
        "400, InvalidParameter",
        "409, MissingSubscriptionRegistration",
        "409, ReadOnlyDisabledSubscription"
    })
    void aRefusalForGoodFailsWithArmsOwnCodeAndMessage(int status, String code) {
        arm.inject(FaultRule.once(refusal("PUT_CLUSTER", status, code, null)));

        assertThat(run()).contains(new Outcome.Failed(ReasonCode.of(code), "message of " + code));
        assertThat(arm.journal().of(kind("PUT_CLUSTER"))).hasSize(1);
    }

    @Test
    void aRightThatIsMissingIsNamed() {
        arm.setRights(cluster.subscription(), List.of("*/read"));

        assertThat(run()).get().isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(new AzureCode("AuthorizationFailed"));
            assertThat(failed.message()).contains("Microsoft.ContainerService/managedClusters/write");
        });
    }

    @Test
    void aSubscriptionWithoutTheFeatureFailsWithTheCodeOfAks() {
        arm.setFeature(cluster.subscription(), false);

        assertThat(run())
                .get()
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed ->
                                assertThat(failed.code()).isEqualTo(ClusterReason.KubeProxyConfigFeatureNotRegistered));
    }

    @Test
    void aLockedClusterIsSkippedWithItsScope() {
        arm.answer(
                "PUT",
                URI.create(InProcessArm.ENDPOINT + "/subscriptions/" + cluster.subscription()
                        + "/providers/Microsoft.Authorization/locks/frozen?api-version=2020-05-01"),
                Map.of("Authorization", "Bearer " + ArmModel.SANDBOX_TOKEN, "Content-Type", "application/json"),
                "{\"properties\": {\"level\": \"ReadOnly\"}}".getBytes(StandardCharsets.UTF_8));

        assertThat(run()).get().isInstanceOfSatisfying(Outcome.Skipped.class, skipped -> {
            assertThat(skipped.code()).isEqualTo(ClusterReason.ScopeLocked);
            assertThat(skipped.message()).contains("/subscriptions/" + cluster.subscription());
        });
    }

    @Test
    void aStoppedClusterIsSkipped() {
        arm.edit(
                cluster.id(),
                document -> document.withObject("/properties/powerState").put("code", "Stopped"));

        assertThat(run())
                .get()
                .isInstanceOfSatisfying(
                        Outcome.Skipped.class,
                        skipped -> assertThat(skipped.code()).isEqualTo(ClusterReason.ClusterStopped));
        assertThat(arm.journal().of(kind("PUT_CLUSTER"))).isEmpty();
    }

    @Test
    void aClusterThatWasDeletedIsGone() {
        arm.remove(cluster.id());

        assertThat(run()).contains(new Outcome.Gone());
    }

    @Test
    void aClusterThatIsDeletedMeanwhileIsGone() {
        time.execute(() -> {
            time.sleep(Duration.ofSeconds(60));
            arm.remove(cluster.id());
        });

        assertThat(run()).contains(new Outcome.Gone());
    }

    @Test
    void anotherOperationIsWaitedForAndNotOverwritten() {
        arm.answer(
                "POST",
                URI.create(InProcessArm.ENDPOINT + cluster.id() + "/start?api-version=2025-09-02-preview"),
                Map.of("Authorization", "Bearer " + ArmModel.SANDBOX_TOKEN),
                new byte[0]);

        assertThat(run()).get().isInstanceOf(Outcome.Applied.class);

        assertThat(waited).startsWith("ClusterBusy");
        assertThat(arm.journal().of(kind("PUT_CLUSTER"))).hasSize(1);
        assertThat(time.passed()).isGreaterThan(OPERATION.multipliedBy(2));
    }

    @Test
    void anOperationThatFailsIsReportedWithArmsError() {
        arm.inject(FaultRule.once(new Fault.FailOperation(null, "NodesNotReady", "two nodes are not ready")));

        assertThat(run()).contains(new Outcome.Failed(new AzureCode("NodesNotReady"), "two nodes are not ready"));
        assertThat(count(kind("GET_OPERATION"))).isEqualTo(1);
    }

    @Test
    void aPreemptedOperationIsTriedAgain() {
        arm.inject(FaultRule.once(new Fault.CancelOperation(null, "AKSOperationPreempted", "another came first")));

        assertThat(run()).get().isInstanceOf(Outcome.Applied.class);
        assertThat(waited).contains("AKSOperationPreempted");
        assertThat(arm.journal().acceptedWrites()).hasSize(2);
    }

    @Test
    void whatIsAcceptedAndNotAppliedIsTriedOnceMore() {
        arm.inject(FaultRule.once(new Fault.SucceedWithoutEffect(null)));

        assertThat(run()).get().isInstanceOf(Outcome.Applied.class);
        assertThat(waited).contains("AcceptedNotApplied");
        assertThat(arm.journal().acceptedWrites()).hasSize(2);
    }

    @Test
    void whatIsAcceptedTwiceAndNotAppliedFailsWithACodeOfItsOwn() {
        arm.inject(new FaultRule(new Fault.SucceedWithoutEffect(null), 0, 1, 2));

        assertThat(run())
                .get()
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo(WorkerReason.AcceptedNotApplied));
        assertThat(arm.journal().acceptedWrites()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriteWithoutAnAnswerIsRepeatedOnlyIfItWasNotTaken(boolean taken) {
        arm.inject(FaultRule.once(new Fault.NoAnswer(kind("PUT_CLUSTER"), null, taken)));

        assertThat(run())
                .get()
                .isInstanceOfSatisfying(
                        Outcome.Applied.class,
                        applied -> assertThat(applied.changed()).isTrue());
        assertThat(arm.journal().acceptedWrites()).hasSize(1);
    }

    @Test
    void anOperationThatNoListShowsIsAskedForItself() {
        arm.inject(FaultRule.once(new Fault.HideFromLists(null)));

        assertThat(run()).get().isInstanceOf(Outcome.Applied.class);
        assertThat(count(kind("GET_OPERATION"))).isGreaterThan(5);
        assertThat(time.passed()).isBetween(OPERATION, OPERATION.plusSeconds(20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOCATION", "BOTH"})
    void theOtherLinkToAnOperationDoesAsWell(String headers) {
        arm = model(ArmOptions.DEFAULTS.withOperationHeaders(ArmOptions.OperationHeaders.valueOf(headers)));
        arm.inject(FaultRule.once(new Fault.HideFromLists(null)));

        assertThat(run()).get().isInstanceOf(Outcome.Applied.class);
        assertThat(time.passed()).isBetween(OPERATION, OPERATION.plusSeconds(20));
    }

    @Test
    void aWriteThatAzurePolicyWantsEvaluatedIsSentAgainWithATokenForExactlyIt() {
        arm.assign(new ExternalPolicy("frozen-quarters", cluster.name(), false, false, null));

        assertThat(run()).contains(new Outcome.Applied(KubeProxyConfig.UNSET, true));

        assertThat(count(kind("PUT_CLUSTER"))).isEqualTo(2);
        assertThat(arm.journal().acceptedWrites()).hasSize(1);
        assertThat(count(kind("ACQUIRE_POLICY_TOKEN"))).isEqualTo(1);
    }

    @Test
    void anEvaluationAgainstTheWriteFailsItWithThePolicyTheAssignmentAndTheReason() {
        arm.assign(new ExternalPolicy("frozen-quarters", null, true, false, null));

        assertThat(run())
                .contains(
                        new Outcome.Failed(
                                WorkerReason.PolicyTokenRefused,
                                "Azure Policy refuses it by policy \"frozen-quarters\" (assignment \"frozen-quarters-assignment\"):"
                                        + " Resource '" + cluster.name()
                                        + "' was disallowed by policy; it gave no policy token: The"
                                        + " policy token was not issued; The evaluation of 'frozen-quarters' denies the request"));
        assertThat(count(kind("PUT_CLUSTER"))).isEqualTo(1);
    }

    @Test
    void aChangeReferenceIsNotMadeUp() {
        arm.assign(new ExternalPolicy("frozen-quarters", null, false, true, null));

        assertThat(run()).get().isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(WorkerReason.PolicyTokenRefused);
            assertThat(failed.message())
                    .endsWith("the reference of an approved change, which this service cannot give");
        });
        assertThat(count(kind("ACQUIRE_POLICY_TOKEN"))).isZero();
    }

    @Test
    void tokensThatAreNotTakenEndTheOperation() {
        arm.assign(new ExternalPolicy("frozen-quarters", null, false, false, Duration.ZERO));

        assertThat(run()).get().isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(WorkerReason.PolicyTokenRefused);
            assertThat(failed.message()).endsWith("it did not take any of the 3 policy tokens that it gave");
        });
        assertThat(count(kind("ACQUIRE_POLICY_TOKEN"))).isEqualTo(PolicyTokens.MAX_TOKENS);
        assertThat(count(kind("PUT_CLUSTER"))).isEqualTo(PolicyTokens.MAX_TOKENS + 1);
    }

    @Test
    void aQuestionForATokenThatFailsForNowIsAskedAgain() {
        arm.assign(new ExternalPolicy("frozen-quarters", null, false, false, null));
        arm.inject(new FaultRule(refusal("ACQUIRE_POLICY_TOKEN", 503, "ServiceUnavailable", null), 0, 1, 2));

        assertThat(run()).get().isInstanceOf(Outcome.Applied.class);
        assertThat(waited).contains("ServiceUnavailable");
    }

    /** In particular, a cloud that knows no such call does not say that the cluster is gone. */
    @ParameterizedTest
    @CsvSource({"403, AuthorizationFailed", "404, NotFound", "409, ScopeLocked", "412, PreconditionFailed"})
    void aQuestionForATokenThatIsRefusedSaysSo(int status, String code) {
        arm.assign(new ExternalPolicy("frozen-quarters", null, false, false, null));
        arm.inject(FaultRule.once(refusal("ACQUIRE_POLICY_TOKEN", status, code, null)));

        assertThat(run()).get().isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(WorkerReason.PolicyTokenRefused);
            assertThat(failed.message())
                    .endsWith("no policy token could be asked for: " + code + ": message of " + code);
        });
    }

    private ArmModel model(ArmOptions options) {
        return new ArmModel(fleet, options.withOperations(OPERATION, 0), time);
    }

    private Optional<Outcome.Result> run() {
        AzureSettings settings = AzureArmGatewayTest.settings(
                Map.of("endpoint", InProcessArm.ENDPOINT, "static-token", ArmModel.SANDBOX_TOKEN));
        Budgets budgets = new Budgets(time, 1);
        BudgetedArm gateway = new BudgetedArm(
                new AzureArmGateway(settings, time, Tracing.OFF, new InProcessArm(arm, time, Duration.ZERO)),
                budgets,
                time);
        Backoff backoff = new Backoff(settings.backoffBase(), settings.backoffMax(), new Random(5));
        OperationWatch watch = new OperationWatch(
                new ClusterListings(gateway, time, listing -> {}),
                gateway,
                budgets,
                time,
                time,
                backoff,
                settings.watchInterval(),
                time);
        OperationProcedure procedure = new OperationProcedure(gateway, budgets, watch, time, time, backoff);
        Instant now = time.instant();
        Operation operation = Operation.of(
                "prod",
                "prod.1",
                1,
                cluster.id(),
                1,
                new Desired.KubeProxy(IPVS),
                now,
                now.plus(Duration.ofMinutes(30)));
        AtomicReference<Optional<Outcome.Result>> result = new AtomicReference<>(Optional.empty());
        time.execute(() -> result.set(procedure.run(
                operation, Fences.open(), waiting -> waited.add(waiting.code().code()))));
        try {
            time.run();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return result.get();
    }

    private long count(ApiCall kind) {
        return arm.journal().of(kind).size();
    }

    private KubeProxyMode applied() {
        return java.util.Objects.requireNonNull(
                arm.applied(cluster.id()).orElseThrow().kubeProxy().mode());
    }

    private static Fault refusal(String kind, int status, String code, @Nullable Duration retryAfter) {
        return new Fault.Refuse(kind(kind), null, status, code, "message of " + code, retryAfter);
    }

    private static ApiCall kind(String name) {
        return ApiCall.valueOf(name);
    }
}
