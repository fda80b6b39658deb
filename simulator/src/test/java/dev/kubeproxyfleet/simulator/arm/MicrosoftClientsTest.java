package dev.kubeproxyfleet.simulator.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.AccessToken;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.BearerTokenAuthenticationPolicy;
import com.azure.core.management.exception.ManagementError;
import com.azure.core.management.exception.ManagementException;
import com.azure.core.management.polling.PollResult;
import com.azure.core.util.Context;
import com.azure.core.util.polling.LongRunningOperationStatus;
import com.azure.core.util.polling.PollResponse;
import com.azure.core.util.polling.SyncPoller;
import com.azure.resourcemanager.containerservice.fluent.AgentPoolsClient;
import com.azure.resourcemanager.containerservice.fluent.ContainerServiceManagementClient;
import com.azure.resourcemanager.containerservice.fluent.MaintenanceConfigurationsClient;
import com.azure.resourcemanager.containerservice.fluent.ManagedClustersClient;
import com.azure.resourcemanager.containerservice.fluent.models.AgentPoolInner;
import com.azure.resourcemanager.containerservice.fluent.models.MaintenanceConfigurationInner;
import com.azure.resourcemanager.containerservice.fluent.models.ManagedClusterInner;
import com.azure.resourcemanager.containerservice.implementation.ContainerServiceManagementClientBuilder;
import com.azure.resourcemanager.containerservice.models.AgentPoolMode;
import com.azure.resourcemanager.containerservice.models.Code;
import com.azure.resourcemanager.containerservice.models.MaintenanceWindow;
import com.azure.resourcemanager.containerservice.models.ManagedClusterAgentPoolProfile;
import com.azure.resourcemanager.containerservice.models.ManagedClusterIdentity;
import com.azure.resourcemanager.containerservice.models.ResourceIdentityType;
import com.azure.resourcemanager.containerservice.models.Schedule;
import com.azure.resourcemanager.containerservice.models.TagsObject;
import com.azure.resourcemanager.containerservice.models.WeekDay;
import com.azure.resourcemanager.containerservice.models.WeeklySchedule;
import com.azure.resourcemanager.resources.fluent.FeatureClient;
import com.azure.resourcemanager.resources.fluent.ManagementLocksClient;
import com.azure.resourcemanager.resources.fluent.ResourceGroupsClient;
import com.azure.resourcemanager.resources.fluent.ResourceManagementClient;
import com.azure.resourcemanager.resources.fluent.SubscriptionClient;
import com.azure.resourcemanager.resources.fluent.models.LocationInner;
import com.azure.resourcemanager.resources.fluent.models.ManagementLockObjectInner;
import com.azure.resourcemanager.resources.fluent.models.ProviderInner;
import com.azure.resourcemanager.resources.fluent.models.ResourceGroupInner;
import com.azure.resourcemanager.resources.fluent.models.SubscriptionInner;
import com.azure.resourcemanager.resources.implementation.FeatureClientBuilder;
import com.azure.resourcemanager.resources.implementation.ManagementLockClientBuilder;
import com.azure.resourcemanager.resources.implementation.ResourceManagementClientBuilder;
import com.azure.resourcemanager.resources.implementation.SubscriptionClientBuilder;
import com.azure.resourcemanager.resources.models.LockLevel;
import com.azure.resourcemanager.resources.models.ResourceGroupPatchable;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** Microsoft's own typed clients work against the simulator, over HTTPS, with their own paging, polling and error handling. */
class MicrosoftClientsTest {

    private static final Duration OPERATION = Duration.ofMillis(200);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Fleet fleet = Fleet.of(new FleetSpec(24, 3, 2, 7, 1));
    private final SimulatedCluster one = fleet.clusters().getFirst();
    private final String group = one.resourceGroup();
    private ArmSimulator arm;
    private com.azure.core.http.HttpClient transport;

    @BeforeEach
    void start() throws IOException {
        start(ArmOptions.DEFAULTS);
    }

    private void start(ArmOptions options) throws IOException {
        arm = ArmSimulator.start(fleet, options.withPageSize(5).withOperations(OPERATION, 0));
        transport = trusting();
    }

    private com.azure.core.http.HttpClient trusting() {
        return new JdkHttpClientBuilder(HttpClient.newBuilder().sslContext(arm.clientContext())).build();
    }

    @AfterEach
    void stop() {
        arm.close();
    }

    // ---- clusters

    @Test
    void clustersAreListedPageByPage() {
        long inSubscription = fleet.clusters().stream()
                .filter(cluster -> cluster.subscription().equals(one.subscription()))
                .count();

        assertThat(clusters().list().stream().map(ManagedClusterInner::name))
                .hasSize((int) inSubscription)
                .doesNotHaveDuplicates();
        assertThat(clusters().listByResourceGroup(group).stream())
                .isNotEmpty()
                .allSatisfy(cluster -> assertThat(cluster.id()).contains("/resourcegroups/" + group + "/"));
    }

    @Test
    void aClusterIsReadIntoTheTypedModel() {
        ManagedClusterInner cluster = clusters().getByResourceGroup(group, one.name());

        assertThat(cluster.location()).isEqualTo(one.location());
        assertThat(cluster.provisioningState()).isEqualTo("Succeeded");
        assertThat(cluster.powerState().code()).isEqualTo(Code.RUNNING);
        assertThat(cluster.etag()).isNotEmpty();
        assertThat(cluster.agentPoolProfiles().getFirst().mode()).isEqualTo(AgentPoolMode.SYSTEM);
    }

    @Test
    void aClusterIsCreatedTaggedStoppedStartedAndDeleted() {
        ManagedClusterInner created = clusters()
                .createOrUpdate(
                        group,
                        "made-here",
                        new ManagedClusterInner()
                                .withLocation("West Europe")
                                .withDnsPrefix("made")
                                .withIdentity(
                                        new ManagedClusterIdentity().withType(ResourceIdentityType.SYSTEM_ASSIGNED))
                                .withAgentPoolProfiles(List.of(new ManagedClusterAgentPoolProfile()
                                        .withName("system")
                                        .withMode(AgentPoolMode.SYSTEM)
                                        .withCount(3)
                                        .withVmSize("Standard_D4ds_v5"))));
        assertThat(created.provisioningState()).isEqualTo("Succeeded");
        assertThat(created.location()).isEqualTo("westeurope");
        assertThat(created.currentKubernetesVersion()).matches("1\\.\\d+\\.\\d+");
        assertThat(created.identity().principalId()).isNotEmpty();

        ManagedClusterInner tagged =
                clusters().updateTags(group, "made-here", new TagsObject().withTags(Map.of("team", "search")));
        assertThat(tagged.tags()).containsExactly(Map.entry("team", "search"));

        clusters().stop(group, "made-here");
        assertThat(power("made-here")).isEqualTo(Code.STOPPED);
        clusters().start(group, "made-here");
        assertThat(power("made-here")).isEqualTo(Code.RUNNING);

        clusters().delete(group, "made-here");
        assertThatThrownBy(() -> clusters().getByResourceGroup(group, "made-here"))
                .isInstanceOfSatisfying(
                        ManagementException.class, e -> assertThat(code(e)).isEqualTo("ResourceNotFound"));
        clusters().delete(group, "made-here");
    }

    @Test
    void readingAndWritingBackUpdatesAndHonoursTheETag() {
        ManagedClusterInner cluster = clusters().getByResourceGroup(group, one.name());
        String eTag = cluster.etag();

        ManagedClusterInner updated = clusters()
                .createOrUpdate(group, one.name(), cluster.withDisableLocalAccounts(false), eTag, null, Context.NONE);
        assertThat(updated.provisioningState()).isEqualTo("Succeeded");
        assertThat(updated.disableLocalAccounts()).isFalse();

        assertThatThrownBy(() -> clusters().createOrUpdate(group, one.name(), cluster, eTag, null, Context.NONE))
                .isInstanceOfSatisfying(ManagementException.class, e -> {
                    assertThat(e.getResponse().getStatusCode()).isEqualTo(412);
                    assertThat(code(e)).isEqualTo("PreconditionFailed");
                });
        assertThatThrownBy(() -> clusters().createOrUpdate(group, one.name(), cluster, null, "*", Context.NONE))
                .isInstanceOf(ManagementException.class);
    }

    /** The form in which AKS refuses is not always the one of its reference; the clients read both. */
    @ParameterizedTest
    @EnumSource(ArmOptions.ErrorForm.class)
    void aRefusalsCodeIsFound(ArmOptions.ErrorForm form) throws IOException {
        stop();
        start(ArmOptions.DEFAULTS.withErrorForm(form));

        clusters().stop(group, one.name());

        assertThatThrownBy(() -> clusters().stop(group, one.name()))
                .isInstanceOfSatisfying(ManagementException.class, e -> {
                    assertThat(e.getResponse().getStatusCode()).isEqualTo(409);
                    assertThat(code(e)).isEqualTo("OperationNotAllowed");
                });
    }

    @Test
    void aFailedOperationsCodeIsFound() {
        arm.inject(new Fault.FailOperation(ApiCall.STOP_CLUSTER, null, "NodesNotReady", "two nodes are not ready"));
        SyncPoller<PollResult<Void>, Void> poller = clusters().beginStop(group, one.name());

        PollResponse<PollResult<Void>> end = poller.waitForCompletion();

        assertThat(end.getStatus()).isEqualTo(LongRunningOperationStatus.FAILED);
        assertThat(end.getValue().getError().getResponseBody()).contains("NodesNotReady");
        assertThat(clusters().getByResourceGroup(group, one.name()).provisioningState())
                .isEqualTo("Failed");
        assertThat(power(one.name())).isEqualTo(Code.RUNNING);
    }

    @Test
    void whatRunsCanBeAborted() throws IOException {
        stop();
        ManualClock clock = new ManualClock();
        Duration anHour = Duration.ofHours(1);
        arm = ArmSimulator.start(fleet, ArmOptions.DEFAULTS.withOperations(anHour, 0), clock);
        transport = trusting();
        SyncPoller<PollResult<Void>, Void> stopping = clusters().beginStop(group, one.name());
        SyncPoller<PollResult<Void>, Void> aborting = clusters().beginAbortLatestOperation(group, one.name());

        clock.advance(anHour);

        assertThat(aborting.waitForCompletion().getStatus())
                .isEqualTo(LongRunningOperationStatus.SUCCESSFULLY_COMPLETED);
        assertThat(stopping.waitForCompletion().getStatus()).isEqualTo(LongRunningOperationStatus.USER_CANCELLED);
        assertThat(clusters().getByResourceGroup(group, one.name()).provisioningState())
                .isEqualTo("Canceled");
        assertThat(power(one.name())).isEqualTo(Code.RUNNING);
    }

    @ParameterizedTest
    @EnumSource(ArmOptions.OperationHeaders.class)
    void eachWayToAnnounceAnOperationCanBeFollowed(ArmOptions.OperationHeaders headers) throws IOException {
        stop();
        start(ArmOptions.DEFAULTS.withOperationHeaders(headers));

        clusters().stop(group, one.name());
        assertThat(power(one.name())).isEqualTo(Code.STOPPED);
        clusters().delete(group, one.name());
        assertThat(arm.document(one.id())).isEmpty();
    }

    @Test
    void credentialsAreKubeconfigs() {
        byte[] kubeconfig = clusters()
                .listClusterUserCredentials(group, one.name())
                .kubeconfigs()
                .getFirst()
                .value();
        assertThat(new String(kubeconfig, StandardCharsets.UTF_8))
                .contains(one.document().at("/properties/fqdn").asText());
        assertThatThrownBy(() -> clusters().listClusterAdminCredentials(group, one.name()))
                .as("local accounts are disabled in prod")
                .isInstanceOf(ManagementException.class);
    }

    // ---- below a cluster

    @Test
    void agentPoolsComeGrowAndGo() {
        AgentPoolsClient pools = containerService().getAgentPools();
        int before = (int) pools.list(group, one.name()).stream().count();

        AgentPoolInner made = pools.createOrUpdate(
                group,
                one.name(),
                "more",
                new AgentPoolInner().withMode(AgentPoolMode.USER).withCount(2).withVmSize("Standard_D4ds_v5"));
        assertThat(made.provisioningState()).isEqualTo("Succeeded");
        assertThat(made.currentOrchestratorVersion())
                .isEqualTo(one.document()
                        .at("/properties/currentKubernetesVersion")
                        .asText());
        assertThat(pools.createOrUpdate(group, one.name(), "more", made.withCount(4))
                        .count())
                .isEqualTo(4);
        assertThat(pools.list(group, one.name()).stream()).hasSize(before + 1);

        pools.delete(group, one.name(), "more");
        assertThat(pools.list(group, one.name()).stream()).hasSize(before);
        assertThatThrownBy(() -> pools.delete(group, one.name(), "system")).isInstanceOf(ManagementException.class);
        assertThatThrownBy(() -> pools.get(group, "no-such-cluster", "system"))
                .isInstanceOfSatisfying(
                        ManagementException.class, e -> assertThat(code(e)).isEqualTo("ParentResourceNotFound"));
    }

    @Test
    void maintenanceConfigurationsAreWrittenReadListedAndDeleted() {
        MaintenanceConfigurationsClient windows = containerService().getMaintenanceConfigurations();
        MaintenanceConfigurationInner written = windows.createOrUpdate(
                group,
                one.name(),
                "aksManagedNodeOSUpgradeSchedule",
                new MaintenanceConfigurationInner()
                        .withMaintenanceWindow(new MaintenanceWindow()
                                .withSchedule(new Schedule()
                                        .withWeekly(new WeeklySchedule()
                                                .withIntervalWeeks(1)
                                                .withDayOfWeek(WeekDay.SATURDAY)))
                                .withDurationHours(6)
                                .withUtcOffset("+02:00")
                                .withStartDate(LocalDate.of(2026, 1, 3))
                                .withStartTime("22:00")));

        assertThat(written.maintenanceWindow().durationHours()).isEqualTo(6);
        assertThat(windows.listByManagedCluster(group, one.name()).stream().map(MaintenanceConfigurationInner::name))
                .contains("aksManagedNodeOSUpgradeSchedule");
        assertThat(windows.get(group, one.name(), "aksManagedNodeOSUpgradeSchedule")
                        .maintenanceWindow()
                        .schedule()
                        .weekly()
                        .dayOfWeek())
                .isEqualTo(WeekDay.SATURDAY);
        windows.delete(group, one.name(), "aksManagedNodeOSUpgradeSchedule");
        assertThatThrownBy(() -> windows.get(group, one.name(), "aksManagedNodeOSUpgradeSchedule"))
                .isInstanceOf(ManagementException.class);
    }

    // ---- what clusters are in

    @Test
    void subscriptionsTenantsAndLocationsAreListed() {
        SubscriptionClient client = new SubscriptionClientBuilder()
                .pipeline(pipeline())
                .endpoint(arm.endpoint().toString())
                .buildClient();

        assertThat(client.getSubscriptions().list().stream().map(SubscriptionInner::subscriptionId))
                .containsExactlyElementsOf(
                        fleet.subscriptions().stream().map(s -> s.id()).toList());
        assertThat(client.getSubscriptions().get(one.subscription()).displayName())
                .isEqualTo("fleet-01");
        assertThat(client.getSubscriptions().listLocations(one.subscription()).stream()
                        .map(LocationInner::displayName))
                .contains("West Europe");
        assertThat(client.getTenants().list().stream().map(tenant -> tenant.tenantId()))
                .containsExactly(fleet.subscriptions().getFirst().tenantId());
    }

    @Test
    void aResourceGroupIsMadeFoundTaggedAndDeletedWithItsClusters() {
        ResourceGroupsClient groups = resources().getResourceGroups();
        assertThat(groups.checkExistence("RG-New")).isFalse();

        assertThat(groups.createOrUpdate("RG-New", new ResourceGroupInner().withLocation("westeurope"))
                        .properties()
                        .provisioningState())
                .isEqualTo("Succeeded");
        assertThat(groups.checkExistence("rg-new")).isTrue();
        assertThat(groups.get("rg-new").id()).endsWith("/resourceGroups/RG-New");
        assertThat(groups.update("RG-New", new ResourceGroupPatchable().withTags(Map.of("a", "b")))
                        .tags())
                .containsEntry("a", "b");
        assertThat(groups.list().stream().map(ResourceGroupInner::name)).contains("RG-New", group);

        groups.delete(group);
        assertThat(groups.checkExistence(group)).isFalse();
        assertThat(arm.document(one.id())).isEmpty();
    }

    @Test
    void providersAndFeaturesAreReadAndRegistered() {
        arm.setFeature(one.subscription(), false);
        FeatureClient features = new FeatureClientBuilder()
                .pipeline(pipeline())
                .endpoint(arm.endpoint().toString())
                .subscriptionId(one.subscription())
                .buildClient();

        ProviderInner provider = resources().getProviders().get("Microsoft.ContainerService");
        assertThat(provider.registrationState()).isEqualTo("Registered");
        assertThat(provider.resourceTypes().getFirst().apiVersions()).contains("2025-09-01");
        assertThat(provider.resourceTypes().getFirst().locations()).contains("West Europe");
        assertThat(resources().getProviders().list().stream().map(ProviderInner::namespace))
                .contains("Microsoft.ContainerService", "Microsoft.Features");
        assertThat(features.getFeatures()
                        .register("Microsoft.ContainerService", "KubeProxyConfigurationPreview")
                        .properties()
                        .state())
                .isEqualTo("Registering");
        assertThat(features.getFeatures().list("Microsoft.ContainerService").stream())
                .hasSize(1);
        assertThat(features.getFeatures().listAll().stream()).hasSize(1);
        assertThat(resources()
                        .getProviders()
                        .register("Microsoft.ContainerService")
                        .registrationState())
                .isEqualTo("Registering");
    }

    @Test
    void aLockKeepsWritesOut() {
        ManagementLocksClient locks = new ManagementLockClientBuilder()
                .pipeline(pipeline())
                .endpoint(arm.endpoint().toString())
                .subscriptionId(one.subscription())
                .buildClient()
                .getManagementLocks();
        locks.createOrUpdateAtResourceGroupLevel(
                group, "frozen", new ManagementLockObjectInner().withLevel(LockLevel.READ_ONLY));

        assertThat(locks.listByResourceGroup(group).stream()).hasSize(1);
        assertThatThrownBy(() -> clusters().stop(group, one.name()))
                .isInstanceOfSatisfying(
                        ManagementException.class, e -> assertThat(code(e)).isEqualTo("ScopeLocked"));
        assertThatThrownBy(() -> resources().getResourceGroups().delete(group)).isInstanceOf(ManagementException.class);
        locks.delete(group, "frozen");
        clusters().stop(group, one.name());
    }

    // ---- helpers

    private HttpPipeline pipeline() {
        return new HttpPipelineBuilder()
                .httpClient(transport)
                .policies(new BearerTokenAuthenticationPolicy(
                        request -> Mono.just(new AccessToken(
                                ArmSimulator.SANDBOX_TOKEN, OffsetDateTime.parse("2100-01-01T00:00:00Z"))),
                        arm.endpoint() + "/.default"))
                .build();
    }

    private ContainerServiceManagementClient containerService() {
        return new ContainerServiceManagementClientBuilder()
                .pipeline(pipeline())
                .endpoint(arm.endpoint().toString())
                .subscriptionId(one.subscription())
                .defaultPollInterval(POLL)
                .buildClient();
    }

    private ManagedClustersClient clusters() {
        return containerService().getManagedClusters();
    }

    private ResourceManagementClient resources() {
        return new ResourceManagementClientBuilder()
                .pipeline(pipeline())
                .endpoint(arm.endpoint().toString())
                .subscriptionId(one.subscription())
                .defaultPollInterval(POLL)
                .buildClient();
    }

    private Code power(String cluster) {
        return clusters().getByResourceGroup(group, cluster).powerState().code();
    }

    private static String code(ManagementException e) {
        ManagementError error = e.getValue();
        assertThat(error).as(e.getMessage()).isNotNull();
        return error.getCode();
    }
}
