package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.FeatureStatus;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import dev.kubeproxyfleet.simulator.arm.ApiCall;
import dev.kubeproxyfleet.simulator.arm.ArmModel;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ExternalPolicy;
import dev.kubeproxyfleet.simulator.arm.Fault;
import dev.kubeproxyfleet.simulator.arm.FaultRule;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person asks of Azure besides a rollout: the preview feature, and new clusters. */
class FeatureRegistrationsTest {

    private static final KubeProxyConfig IPVS = new KubeProxyConfig(
            true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, 900, null, null));
    private static final String CLUSTER = """
            {"location": "westeurope", "identity": {"type": "SystemAssigned"}, "properties": {"dnsPrefix": "new",
             "networkProfile": {"networkPlugin": "azure"}, "agentPoolProfiles": [
               {"name": "system", "mode": "System", "count": 3, "vmSize": "Standard_D4ds_v5"}]}}""";

    private final VirtualScheduler time = new VirtualScheduler();
    private final Fleet fleet = Fleet.of(new FleetSpec(4, 3, 1, 7, 1));
    private final String subscription = fleet.subscriptions().getFirst().id();
    private final ArmModel arm = new ArmModel(fleet, ArmOptions.DEFAULTS, time);
    private final ArmGateway gateway = new AzureArmGateway(
            AzureArmGatewayTest.settings(
                    Map.of("endpoint", InProcessArm.ENDPOINT, "static-token", ArmModel.SANDBOX_TOKEN)),
            time,
            Tracing.OFF,
            new InProcessArm(arm, time, Duration.ZERO));
    private final Budgets budgets = new Budgets(time, 1);
    private final BudgetedArm budgeted = new BudgetedArm(gateway, budgets, time);
    private final List<AuditRecord> audit = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final FeatureRegistrations features =
            new FeatureRegistrations(budgeted, audit::add, told::add, time, time, Duration.ofSeconds(10), time);
    private final ClusterCreation creation = creation(Set.of());

    @Test
    void registersTheFeatureThenTheProviderAgainAndAuditsBoth() throws InterruptedException {
        arm.setFeature(subscription, false);
        List<FeatureStatus> seen = new ArrayList<>();
        time.execute(() -> {
            features.register(subscription, "alice", "IPVS");
            for (int i = 0; i < 8; i++) {
                time.sleep(Duration.ofMinutes(1));
                seen.add(features.status(subscription));
            }
        });
        time.run();

        assertThat(seen)
                .extracting(FeatureStatus::feature)
                .startsWith("Registering")
                .endsWith("Registered");
        assertThat(seen)
                .extracting(status ->
                        java.util.Objects.requireNonNull(status.registration()).phase())
                .startsWith(FeatureStatus.Phase.Feature)
                .contains(FeatureStatus.Phase.Provider)
                .endsWith(FeatureStatus.Phase.Done);
        assertThat(audit)
                .extracting(AuditRecord::code)
                .containsExactly(AnswerReason.RegistrationStarted, AnswerReason.FeatureRegistered);
        assertThat(audit).allSatisfy(record -> {
            assertThat(record.actor()).isEqualTo("alice");
            assertThat(record.reason()).isEqualTo("IPVS");
        });
        assertThat(told).containsExactly(subscription);
    }

    @Test
    void askedTwiceItRegistersOnce() throws InterruptedException {
        arm.setFeature(subscription, false);
        time.execute(() -> {
            features.register(subscription, "alice", null);
            features.register(subscription, "bob", null);
        });
        time.run();

        assertThat(arm.journal().of(ApiCall.REGISTER_FEATURE)).hasSize(1);
        assertThat(audit).hasSize(2);
    }

    @Test
    void whatAzureRefusesIsSaidWithItsCode() throws InterruptedException {
        arm.setRights(subscription, List.of("*/read"));
        time.execute(() -> features.register(subscription, "alice", null));
        time.run();

        assertThat(audit.getLast().verdict()).isEqualTo(AuditRecord.Verdict.Refused);
        assertThat(audit.getLast().code()).isEqualTo(new AzureCode("AuthorizationFailed"));
        assertThat(audit.getLast().message()).contains("Microsoft.Features/providers/features/register/action");
    }

    @Test
    void aHiccupOfAzureIsNoReasonToGiveUp() throws InterruptedException {
        arm.setFeature(subscription, false);
        arm.inject(FaultRule.each(2, new Fault.Refuse(null, null, 503, "ServiceUnavailable", "later", null)));
        time.execute(() -> features.register(subscription, "alice", null));
        time.run();

        assertThat(audit.getLast().code()).isEqualTo(AnswerReason.FeatureRegistered);
    }

    @Test
    void createsAClusterWithItsConfigurationInTheFirstRequest() throws InterruptedException {
        String id = id("New-1");

        assertThat(create(id, CLUSTER)).isEqualTo(new ClusterCreation.Result.Begun("Creating"));

        assertThat(arm.document(id).orElseThrow().at("/properties/networkProfile/kubeProxyConfig"))
                .isEqualTo(FakeArm.json("""
                        {"enabled": true, "mode": "IPVS",
                         "ipvsConfig": {"scheduler": "LeastConnection", "tcpTimeoutSeconds": 900}}"""));
        assertThat(arm.document(id).orElseThrow().path("name").asText()).isEqualTo("New-1");
        assertThat(arm.journal().acceptedWrites()).hasSize(1);
    }

    @Test
    void asksForAPolicyTokenWhereAzurePolicyWantsOne() throws InterruptedException {
        arm.assign(new ExternalPolicy("frozen-quarters", "new-1", false, false, null));

        assertThat(create(id("new-1"), CLUSTER)).isEqualTo(new ClusterCreation.Result.Begun("Creating"));
        assertThat(arm.journal().of(ApiCall.ACQUIRE_POLICY_TOKEN)).hasSize(1);
    }

    @Test
    void carriesWhyThereIsNoPolicyToken() throws InterruptedException {
        arm.assign(new ExternalPolicy("frozen-quarters", "new-1", true, false, null));

        assertThat(create(id("new-1"), CLUSTER))
                .isInstanceOfSatisfying(ClusterCreation.Result.Refused.class, refused -> {
                    assertThat(refused.error().code()).isEqualTo(WorkerReason.PolicyTokenRefused);
                    assertThat(refused.error().message()).contains("denies the request");
                });
        assertThat(arm.journal().acceptedWrites()).isEmpty();
    }

    @Test
    void leavesAClusterAloneThatExists() throws InterruptedException {
        String existing = fleet.clusters().getFirst().armId().replace("resourcegroups", "resourceGroups");

        assertThat(create(existing, CLUSTER)).isInstanceOf(ClusterCreation.Result.Exists.class);
        assertThat(arm.journal().acceptedWrites()).isEmpty();
    }

    @Test
    void carriesAzuresRefusal() throws InterruptedException {
        assertThat(create(id("new-1"), CLUSTER.replace("\"dnsPrefix\": \"new\",", "")))
                .isInstanceOfSatisfying(
                        ClusterCreation.Result.Refused.class,
                        refused -> assertThat(refused.error().code()).isEqualTo(new AzureCode("InvalidParameter")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prod-1 | {} | /id",
                "ID | {\"properties\": 7} | /cluster/properties",
                "ID | {\"properties\": {\"networkProfile\": {\"kubeProxyConfig\": {\"mode\": \"IPTABLES\"}}}}"
                        + " | /cluster/properties/networkProfile/kubeProxyConfig"
            })
    void sendsNothingThatMakesNoSense(String id, String cluster, String path) throws InterruptedException {
        assertThat(create(id.equals("ID") ? id("new-1") : id, cluster))
                .isInstanceOfSatisfying(
                        ClusterCreation.Result.Invalid.class,
                        invalid -> assertThat(invalid.path()).isEqualTo(path));
        assertThat(arm.journal().entries()).isEmpty();
    }

    @Test
    void asksABusyAzureAgainAsLongAsItIsToldTo() throws InterruptedException {
        arm.inject(new FaultRule(refusal(503, "ServiceUnavailable"), 0, 1, 2));
        arm.inject(FaultRule.once(refusal(429, "TooManyRequests")));

        assertThat(create(id("new-1"), CLUSTER, Duration.ofMinutes(5)))
                .isEqualTo(new ClusterCreation.Result.Begun("Creating"));
        assertThat(arm.journal().acceptedWrites()).hasSize(1);
    }

    @Test
    void aRequestThatWasTakenWithoutAnAnswerIsFoundAndNotRepeated() throws InterruptedException {
        arm.inject(FaultRule.once(new Fault.NoAnswer(ApiCall.PUT_CLUSTER, null, true)));

        assertThat(create(id("new-1"), CLUSTER, Duration.ofMinutes(5)))
                .isEqualTo(new ClusterCreation.Result.Begun("Creating"));
        assertThat(arm.journal().acceptedWrites()).hasSize(1);
    }

    @Test
    void thoseWhoLookAgainWithinSecondsCostNoCalls() throws InterruptedException {
        List<FeatureStatus> seen = new ArrayList<>();
        time.execute(() -> {
            seen.add(features.status(subscription));
            seen.add(features.status(subscription));
        });
        time.run();
        assertThat(arm.journal().entries()).hasSize(2);

        arm.setFeature(subscription, false);
        time.execute(() -> {
            seen.add(features.status(subscription));
            time.sleep(FeatureRegistrations.MAX_AGE);
            seen.add(features.status(subscription));
        });
        time.run();

        assertThat(seen)
                .extracting(FeatureStatus::feature)
                .containsExactly("Registered", "Registered", "Registered", "NotRegistered");
        assertThat(arm.journal().entries()).hasSize(4);
    }

    @Test
    void givesUpOnAnAzureThatStaysBusy() throws InterruptedException {
        arm.inject(FaultRule.each(1, refusal(429, "TooManyRequests")));

        assertThat(create(id("new-1"), CLUSTER, Duration.ofMinutes(5)))
                .isInstanceOfSatisfying(
                        ClusterCreation.Result.Refused.class,
                        refused -> assertThat(refused.error().code()).isEqualTo(RequestReason.TooManyRequests));
        assertThat(time.passed()).isLessThan(Duration.ofMinutes(10));
    }

    @Test
    void aClusterThatWasThereBeforeIsNotTakenForTheOneThatIsCreated() throws InterruptedException {
        String existing = fleet.clusters().getFirst().armId().replace("resourcegroups", "resourceGroups");
        arm.inject(FaultRule.once(refusal(503, "ServiceUnavailable")));

        assertThat(create(existing, CLUSTER, Duration.ofMinutes(5))).isInstanceOf(ClusterCreation.Result.Exists.class);
        assertThat(arm.journal().acceptedWrites()).isEmpty();
    }

    @Test
    void aRefusalAfterAServerErrorIsARefusalWhereNothingWasTaken() throws InterruptedException {
        arm.inject(new FaultRule(refusal(403, "AuthorizationFailed"), 1, 1, 1));
        arm.inject(FaultRule.once(refusal(503, "ServiceUnavailable")));

        assertThat(create(id("new-1"), CLUSTER, Duration.ofMinutes(5)))
                .isInstanceOfSatisfying(
                        ClusterCreation.Result.Refused.class,
                        refused -> assertThat(refused.error().code()).isEqualTo(new AzureCode("AuthorizationFailed")));
    }

    @Test
    void nobodyKnowsWhatCameOfARequestWhoseLastAnswerIsAServerError() throws InterruptedException {
        arm.inject(FaultRule.each(1, refusal(503, "ServiceUnavailable")));

        assertThat(create(id("new-1"), CLUSTER, Duration.ofMinutes(1)))
                .isInstanceOf(ClusterCreation.Result.Unknown.class);
    }

    @Test
    void aBudgetThatIsHeldForLongerThanThePatienceIsNotWaitedFor() throws InterruptedException {
        String id = id("new-1");
        budgets.learn(
                new ArmRequest.CreateCluster(id, FakeArm.json("{}")),
                new ArmResult.ArmError(429, RequestReason.TooManyRequests, "later", Duration.ofMinutes(30)));

        assertThat(create(id, CLUSTER, Duration.ofMinutes(2)))
                .isInstanceOfSatisfying(
                        ClusterCreation.Result.Refused.class,
                        refused -> assertThat(refused.error().code()).isEqualTo(WorkerReason.LocalBudget));
        assertThat(time.passed()).isZero();
        assertThat(arm.journal().entries()).isEmpty();
    }

    @Test
    void nothingIsCreatedInASubscriptionThatIsNotTheFleets() throws InterruptedException {
        ClusterCreation elsewhere = creation(Set.of("11111111-1111-1111-1111-111111111111"));

        assertThat(create(elsewhere, id("new-1"), CLUSTER, Duration.ZERO))
                .isInstanceOfSatisfying(
                        ClusterCreation.Result.Refused.class,
                        refused -> assertThat(refused.error().code()).isEqualTo(ClusterReason.SubscriptionNotInFleet));
        assertThat(arm.journal().entries()).isEmpty();
    }

    @Test
    void createsInASubscriptionThatIsTheFleetsHoweverItsIdIsWritten() throws InterruptedException {
        assertThat(create(
                        creation(Set.of(subscription)),
                        id("new-1").replace(subscription, subscription.toUpperCase(Locale.ROOT)),
                        CLUSTER,
                        Duration.ZERO))
                .isInstanceOf(ClusterCreation.Result.Begun.class);
    }

    private ClusterCreation creation(Set<String> configured) {
        return new ClusterCreation(budgeted, new FleetSubscriptions(configured, budgeted, time), time, time);
    }

    private static Fault refusal(int status, String code) {
        return new Fault.Refuse(ApiCall.PUT_CLUSTER, null, status, code, "later", null);
    }

    private ClusterCreation.Result create(String id, String cluster) throws InterruptedException {
        return create(id, cluster, Duration.ZERO);
    }

    private ClusterCreation.Result create(String id, String cluster, Duration patience) throws InterruptedException {
        return create(creation, id, cluster, patience);
    }

    private ClusterCreation.Result create(ClusterCreation creator, String id, String cluster, Duration patience)
            throws InterruptedException {
        List<ClusterCreation.Result> results = new ArrayList<>();
        time.execute(() -> {
            try {
                results.add(creator.create(id, Json.MAPPER.readTree(cluster), IPVS, patience));
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new IllegalArgumentException(e);
            }
        });
        time.run();
        return results.getFirst();
    }

    private String id(String name) {
        return "/subscriptions/" + subscription + "/resourceGroups/"
                + fleet.clusters().getFirst().resourceGroup()
                + "/providers/Microsoft.ContainerService/managedClusters/" + name;
    }
}
