package dev.kubeproxyfleet.fleet.azure;

import static dev.kubeproxyfleet.fleet.azure.FakeArm.error;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperationProcedureTest {

    private static final KubeProxyConfig IPVS =
            new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, 900, 120, 300));
    private static final String IPVS_JSON = """
            {"enabled": true, "mode": "IPVS", "ipvsConfig": {"scheduler": "LeastConnection",
             "tcpTimeoutSeconds": 900, "tcpFinTimeoutSeconds": 120, "udpTimeoutSeconds": 300}}""";

    private final VirtualTime time = new VirtualTime();
    private final Fence fence = Fences.open();
    private final List<Outcome.Waiting> waited = new ArrayList<>();

    @Test
    void writesWhatIsMissingAndReportsWhatWasThere() {
        FakeArm arm = new FakeArm("{\"mode\": \"IPTABLES\"}");

        assertThat(run(arm))
                .contains(new Outcome.Applied(new KubeProxyConfig(null, KubeProxyMode.IPTABLES, null), true));

        assertThat(arm.writes()).hasSize(1);
        assertThat(arm.writes().getFirst().eTag()).isEqualTo("v1");
        assertThat(arm.writes().getFirst().body().at("/tags/env").asText()).isEqualTo("prod");
        assertThat(waited).extracting(Outcome.Waiting::code).containsExactly(WorkerReason.Updating);
    }

    @Test
    void leavesAClusterAloneThatMeansTheSame() {
        FakeArm arm = new FakeArm("{\"mode\": \"IPVS\", \"ipvsConfig\": {\"scheduler\": \"LeastConnection\"}}");

        assertThat(run(arm))
                .hasValueSatisfying(result -> assertThat(result)
                        .isInstanceOfSatisfying(
                                Outcome.Applied.class,
                                applied -> assertThat(applied.changed()).isFalse()));

        assertThat(arm.writes()).isEmpty();
    }

    @Test
    void namesAModeThatAzureDoesNotShow() {
        KubeProxyConfig iptables = new KubeProxyConfig(true, KubeProxyMode.IPTABLES, null);
        FakeArm arm = new FakeArm(null);

        assertThat(run(arm, iptables, Duration.ofMinutes(30)))
                .contains(new Outcome.Applied(KubeProxyConfig.UNSET, true));
        assertThat(run(arm, iptables, Duration.ofMinutes(30))).contains(new Outcome.Applied(iptables, false));

        assertThat(arm.writes()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"1.39.4, true", "1.40.0, false"})
    void leavesTheModeToKubeProxyOnlyWhereItChoosesNone(String version, boolean isWritten) {
        FakeArm arm = new FakeArm("{\"mode\": \"NFTABLES\"}");
        arm.properties().put("currentKubernetesVersion", version);

        Optional<Outcome.Result> result = run(arm, new KubeProxyConfig(true, null, null), Duration.ofMinutes(30));

        assertThat(arm.writes()).hasSize(isWritten ? 1 : 0);
        assertThat(result)
                .hasValueSatisfying(found -> assertThat(found)
                        .isInstanceOf(isWritten ? Outcome.Applied.class : Outcome.Skipped.class)
                        .asString()
                        .matches(text -> text.contains("ModeNotNamed") != isWritten));
    }

    @Test
    void sendsTheKernelsDefaultWhereATimeoutIsTakenAway() {
        FakeArm arm = new FakeArm(IPVS_JSON.replace("900", "60"));
        KubeProxyConfig unset = new KubeProxyConfig(
                true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, null, null, null));

        run(arm, unset, Duration.ofMinutes(30));

        assertThat(arm.writes().getFirst().body().at("/properties/networkProfile/kubeProxyConfig/ipvsConfig"))
                .isEqualTo(FakeArm.json("""
                        {"scheduler": "LeastConnection", "tcpTimeoutSeconds": 900,
                         "tcpFinTimeoutSeconds": 120, "udpTimeoutSeconds": 300}"""));
    }

    @Test
    void waitsForAnotherOperationBeforeItWrites() {
        FakeArm arm = new FakeArm(null);
        arm.properties().put("provisioningState", "Upgrading");

        assertThat(run(arm)).get().isInstanceOf(Outcome.Applied.class);

        assertThat(arm.writesWhileBusy).isZero();
        assertThat(waited)
                .extracting(Outcome.Waiting::code)
                .containsExactly(ClusterReason.ClusterBusy, WorkerReason.Updating);
    }

    @Test
    void afterACrashDuringItsWriteWaitsAndWritesNoSecondTime() {
        FakeArm arm = new FakeArm(IPVS_JSON);
        arm.properties().put("provisioningState", "Updating");

        assertThat(run(arm)).get().isInstanceOf(Outcome.Applied.class);

        assertThat(arm.writes()).isEmpty();
        assertThat(arm.awaits).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Failed", "Canceled"})
    void writesAgainWhereTheLastOperationFailedEvenIfTheRightTextIsStored(String state) {
        FakeArm arm = new FakeArm(IPVS_JSON);
        arm.properties().put("provisioningState", state);

        assertThat(run(arm)).get().isInstanceOf(Outcome.Applied.class);

        assertThat(arm.writes()).hasSize(1);
    }

    @Test
    void readsAgainWhenTheClusterHasChangedInBetween() {
        FakeArm arm = new FakeArm(null);
        arm.answers(CallKind.PUT_CLUSTER, error(412, "PreconditionFailed"));

        assertThat(run(arm)).get().isInstanceOf(Outcome.Applied.class);

        assertThat(arm.writes()).hasSize(2);
        assertThat(waited).extracting(Outcome.Waiting::code).containsExactly(WorkerReason.Updating);
    }

    @Test
    void pausesWhenTheClusterKeepsChanging() {
        FakeArm arm = new FakeArm(null);
        for (int i = 0; i < OperationProcedure.MAX_IMMEDIATE_REREADS + 1; i++) {
            arm.answers(CallKind.PUT_CLUSTER, error(412, "PreconditionFailed"));
        }

        assertThat(run(arm)).get().isInstanceOf(Outcome.Applied.class);

        assertThat(waited)
                .extracting(Outcome.Waiting::code)
                .containsExactly(WorkerReason.PreconditionFailed, WorkerReason.Updating);
    }

    @Test
    void withoutAnETagWritesOnlyWhatItHasReadJustBefore() {
        FakeArm arm = new FakeArm(null);
        arm.tellsETag = false;
        Budgets spent = new Budgets(time, 1);
        for (int i = 0; i < Budgets.capacity(Budget.PUT_CLUSTER); i++) {
            spent.reserve(new ArmRequest.PutCluster(FakeArm.CLUSTER, null, FakeArm.json("{}")));
        }
        arm.does(CallKind.GET_CLUSTER, arm::read);
        arm.does(CallKind.GET_CLUSTER, () -> {
            arm.cluster.withObject("/tags").put("env", "changed meanwhile");
            return arm.read();
        });

        assertThat(run(arm, IPVS, Duration.ofMinutes(30), spent)).get().isInstanceOf(Outcome.Applied.class);

        assertThat(arm.writes()).singleElement().satisfies(write -> {
            assertThat(write.eTag()).isNull();
            assertThat(write.body().at("/tags/env").asText()).isEqualTo("changed meanwhile");
        });
    }

    @Test
    void withoutAnETagWritesAlsoWhereArmAnswersSlowly() {
        FakeArm arm = new FakeArm(null);
        arm.tellsETag = false;
        for (int i = 0; i < 100; i++) {
            arm.does(CallKind.GET_CLUSTER, () -> {
                time.advance(OperationProcedure.MAX_AGE_WITHOUT_ETAG.multipliedBy(3));
                return arm.read();
            });
        }

        assertThat(run(arm)).get().isInstanceOf(Outcome.Applied.class);

        assertThat(arm.requests).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "409, OperationNotAllowed",
        "409, Conflict",
        "429, Throttled",
        "429, TooManyRequests",
        "429, SubscriptionRequestsThrottled",
        "500, InternalServerError",
        "503, ServerBusy",
        "0, NetworkError",
        "401, CredentialUnavailable",
        "408, RequestTimeout",
        "400, AKSOperationPreempted"
    })
    void triesAgainAndSaysWhatItWaitsFor(int status, String code) {
        FakeArm arm = new FakeArm(null);
        arm.answers(CallKind.PUT_CLUSTER, error(status, code));

        assertThat(run(arm)).get().isInstanceOf(Outcome.Applied.class);

        assertThat(arm.writes()).hasSize(2);
        assertThat(waited)
                .extracting(Outcome.Waiting::code)
                .containsExactly(ReasonCode.of(code), WorkerReason.Updating);
    }

    @Test
    void triesReadsAgainToo() {
        FakeArm arm = new FakeArm(null);
        arm.answers(CallKind.GET_CLUSTER, error(503, "ServerBusy"), error(0, "NetworkError"));

        assertThat(run(arm)).get().isInstanceOf(Outcome.Applied.class);

        assertThat(waited)
                .extracting(Outcome.Waiting::code)
                .containsExactly(new AzureCode("ServerBusy"), WorkerReason.NetworkError, WorkerReason.Updating);
    }

    @Test
    void sendsNothingBeforeRetryAfterHasPassed() {
        FakeArm arm = new FakeArm(null);
        Duration retryAfter = Duration.ofSeconds(77);
        arm.answers(
                CallKind.PUT_CLUSTER, new ArmResult.ArmError(429, new AzureCode("Throttled"), "slow down", retryAfter));

        run(arm);

        assertThat(time.passed()).isBetween(retryAfter, retryAfter.plusSeconds(3));
    }

    @Test
    void aWriteWithoutAnAnswerThatWasTakenIsNotRepeated() {
        FakeArm arm = new FakeArm(null);
        arm.does(CallKind.PUT_CLUSTER, () -> {
            arm.put(arm.writes().getLast());
            return error(0, "NetworkError");
        });

        assertThat(run(arm)).contains(new Outcome.Applied(KubeProxyConfig.UNSET, true));

        assertThat(arm.writes()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "403, AuthorizationFailed",
        "403, RequestDisallowedByPolicy",
        "400, KubeProxyConfigFeatureNotRegistered",
        "400, KubeProxyConfigValueUnsupported",
        "404, SubscriptionNotFound",
        "404, InvalidResourceType",
        "404, Http404",
        "0, ForeignLink"
    })
    void failsWithArmsOwnCodeAndMessage(int status, String code) {
        FakeArm arm = new FakeArm(null);
        arm.answers(CallKind.PUT_CLUSTER, error(status, code));

        assertThat(run(arm)).contains(new Outcome.Failed(ReasonCode.of(code), "message of " + code));
    }

    @ParameterizedTest
    @CsvSource({"409, ScopeLocked, ScopeLocked", "400, ClusterIsStopped, ClusterStopped"})
    void skipsWhatCannotBeChangedNow(int status, String code, String reported) {
        FakeArm arm = new FakeArm(null);
        arm.answers(CallKind.PUT_CLUSTER, error(status, code));

        assertThat(run(arm)).contains(new Outcome.Skipped(ReasonCode.of(reported), "message of " + code));
    }

    @Test
    void skipsAStoppedCluster() {
        FakeArm arm = new FakeArm(null);
        arm.properties().putObject("powerState").put("code", "Stopped");

        assertThat(run(arm))
                .hasValueSatisfying(result -> assertThat(result)
                        .isInstanceOfSatisfying(
                                Outcome.Skipped.class,
                                skipped -> assertThat(skipped.code()).isEqualTo(ClusterReason.ClusterStopped)));
        assertThat(arm.writes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ResourceNotFound", "ResourceGroupNotFound", "NotFound"})
    void aClusterThatIsNotThereIsGone(String code) {
        FakeArm arm = new FakeArm(null);
        arm.answers(CallKind.GET_CLUSTER, error(404, code));

        assertThat(run(arm)).contains(new Outcome.Gone());
    }

    @Test
    void anOperationThatFailsIsReportedWithItsError() {
        FakeArm arm = new FakeArm(null);
        arm.endsIn = "Failed";
        arm.answers(CallKind.OPERATION_STATUS, failedOperation("NodesNotReady"));

        assertThat(run(arm)).contains(new Outcome.Failed(new AzureCode("NodesNotReady"), "why"));
    }

    @Test
    void theErrorOfAFailedOperationIsAskedForAgainWhenArmIsBusy() {
        FakeArm arm = new FakeArm(null);
        arm.endsIn = "Failed";
        arm.answers(CallKind.OPERATION_STATUS, error(429, "TooManyRequests"), failedOperation("NodesNotReady"));

        assertThat(run(arm)).contains(new Outcome.Failed(new AzureCode("NodesNotReady"), "why"));
    }

    @Test
    void aFailedOperationWhoseErrorIsLostFailsAllTheSame() {
        FakeArm arm = new FakeArm(null);
        arm.endsIn = "Failed";
        arm.answers(CallKind.OPERATION_STATUS, error(404, "NotFound"));

        assertThat(run(arm))
                .hasValueSatisfying(result -> assertThat(result)
                        .isInstanceOfSatisfying(
                                Outcome.Failed.class,
                                failed -> assertThat(failed.code()).isEqualTo(WorkerReason.ProvisioningFailed)));
    }

    @Test
    void aPreemptedOperationIsTriedAgain() {
        FakeArm arm = new FakeArm(null);
        arm.endsIn = "Failed";
        arm.whileWaiting = () -> arm.endsIn = arm.awaits == 1 ? "Failed" : "Succeeded";
        arm.answers(CallKind.OPERATION_STATUS, failedOperation("AKSOperationPreempted"));

        assertThat(run(arm)).get().isInstanceOf(Outcome.Applied.class);

        assertThat(arm.writes()).hasSize(2);
    }

    @Test
    void whatArmAcceptsButDoesNotApplyIsTriedOnceMoreAndThenFails() {
        FakeArm arm = new FakeArm(null);
        arm.appliesWrites = false;

        assertThat(run(arm))
                .hasValueSatisfying(result -> assertThat(result)
                        .isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
                            assertThat(failed.code()).isEqualTo(WorkerReason.AcceptedNotApplied);
                            assertThat(failed.message())
                                    .contains("IPVS LeastConnection")
                                    .contains("IPTABLES");
                        }));

        assertThat(arm.writes()).hasSize(2);
        assertThat(waited).extracting(Outcome.Waiting::code).contains(WorkerReason.AcceptedNotApplied);
    }

    @Test
    void givesUpAtTheDeadlineAndSaysWhatItWaitedFor() {
        FakeArm arm = new FakeArm(null);
        for (int i = 0; i < 100; i++) {
            arm.answers(CallKind.GET_CLUSTER, error(503, "ServerBusy"));
        }

        assertThat(run(arm))
                .hasValueSatisfying(result -> assertThat(result)
                        .isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
                            assertThat(failed.code()).isEqualTo(WorkerReason.DeadlineExceeded);
                            assertThat(failed.message()).contains("ServerBusy");
                        }));
        assertThat(time.passed()).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void anArmOperationThatOutlivesTheDeadlineIsReported() {
        FakeArm arm = new FakeArm(null);
        arm.endsIn = "Updating";
        arm.whileWaiting = () -> time.advance(Duration.ofMinutes(31));

        assertThat(run(arm))
                .hasValueSatisfying(result -> assertThat(result)
                        .isInstanceOfSatisfying(
                                Outcome.Failed.class,
                                failed -> assertThat(failed.code()).isEqualTo(WorkerReason.DeadlineExceeded)));
    }

    @Test
    void writesNothingAfterTheDeadlineButSeesWhatIsRightAlready() {
        assertThat(run(new FakeArm(IPVS_JSON), IPVS, Duration.ZERO)).get().isInstanceOf(Outcome.Applied.class);

        FakeArm wrong = new FakeArm(null);
        assertThat(run(wrong, IPVS, Duration.ZERO)).get().isInstanceOf(Outcome.Failed.class);
        assertThat(wrong.writes()).isEmpty();
    }

    @Test
    void leavesAConfigurationAloneThatItCannotRead() {
        FakeArm arm = new FakeArm("{\"mode\": \"EBPF\"}");

        assertThat(run(arm))
                .hasValueSatisfying(result -> assertThat(result)
                        .isInstanceOfSatisfying(
                                Outcome.Failed.class,
                                failed ->
                                        assertThat(failed.code()).isEqualTo(ClusterReason.KubeProxyConfigUnreadable)));
        assertThat(arm.writes()).isEmpty();
    }

    @Test
    void reportsAWaitOnceHoweverOftenItIsRepeated() {
        FakeArm arm = new FakeArm(null);
        for (int i = 0; i < 5; i++) {
            arm.answers(CallKind.PUT_CLUSTER, error(409, "OperationNotAllowed"));
        }

        run(arm);

        assertThat(waited)
                .extracting(Outcome.Waiting::code)
                .containsExactly(new AzureCode("OperationNotAllowed"), WorkerReason.Updating);
    }

    @Test
    void withdrawnBeforeItsWriteItEndsWithoutAReport() {
        FakeArm arm = new FakeArm(null);
        arm.does(CallKind.GET_CLUSTER, () -> {
            fence.cancel();
            return new ArmResult.Ok(200, arm.cluster.deepCopy(), "v1", null);
        });

        assertThat(run(arm)).isEmpty();
        assertThat(arm.writes()).isEmpty();
    }

    @Test
    void withdrawnAfterItsWriteItSeesItThroughAndReports() {
        FakeArm arm = new FakeArm(null);
        arm.whileWaiting = fence::cancel;

        assertThat(run(arm)).get().isInstanceOf(Outcome.Applied.class);
    }

    @Test
    void withdrawnAfterItsWriteItDoesNotWriteAgain() {
        FakeArm arm = new FakeArm(null);
        arm.appliesWrites = false;
        arm.whileWaiting = fence::cancel;

        assertThat(run(arm)).hasValueSatisfying(result -> assertThat(result).isInstanceOf(Outcome.Failed.class));
        assertThat(arm.writes()).hasSize(1);
    }

    @Test
    void stoppedItReportsNothingSinceAnotherProcessGoesOn() {
        FakeArm arm = new FakeArm(null);
        arm.whileWaiting = fence::stop;

        assertThat(run(arm)).isEmpty();
    }

    private static ArmResult failedOperation(String code) {
        return new ArmResult.Ok(
                200,
                FakeArm.json("{\"status\": \"Failed\", \"error\": {\"code\": \"" + code + "\", \"message\": \"why\"}}"),
                null,
                null);
    }

    private Optional<Outcome.Result> run(FakeArm arm) {
        return run(arm, IPVS, Duration.ofMinutes(30));
    }

    private Optional<Outcome.Result> run(FakeArm arm, KubeProxyConfig desired, Duration deadline) {
        return run(arm, desired, deadline, new Budgets(time, 1));
    }

    private Optional<Outcome.Result> run(FakeArm arm, KubeProxyConfig desired, Duration deadline, Budgets budgets) {
        OperationProcedure procedure = new OperationProcedure(
                new BudgetedArm(arm, budgets, time),
                budgets,
                arm,
                time,
                time,
                new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1), new Random(7)));
        return procedure.run(
                Operation.of(
                        "prod-ipvs",
                        "prod-ipvs.1",
                        1,
                        FakeArm.CLUSTER,
                        1,
                        new Desired.KubeProxy(desired),
                        VirtualTime.START,
                        VirtualTime.START.plus(deadline)),
                fence,
                waited::add);
    }
}
