package dev.kubeproxyfleet.simulator.arm;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.credential.AccessToken;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.BearerTokenAuthenticationPolicy;
import com.azure.core.util.Context;
import com.azure.resourcemanager.containerservice.fluent.ContainerServiceManagementClient;
import com.azure.resourcemanager.containerservice.fluent.models.AgentPoolInner;
import com.azure.resourcemanager.containerservice.fluent.models.ManagedClusterInner;
import com.azure.resourcemanager.containerservice.implementation.ContainerServiceManagementClientBuilder;
import com.azure.resourcemanager.containerservice.models.AgentPoolMode;
import com.azure.resourcemanager.containerservice.models.AgentPoolType;
import com.azure.resourcemanager.containerservice.models.Code;
import com.azure.resourcemanager.containerservice.models.ManagedClusterAgentPoolProfile;
import com.azure.resourcemanager.containerservice.models.ManagedClusterIdentity;
import com.azure.resourcemanager.containerservice.models.ManagedClusterNodeProvisioningProfile;
import com.azure.resourcemanager.containerservice.models.ManagedClusterOidcIssuerProfile;
import com.azure.resourcemanager.containerservice.models.ManagedClusterWindowsProfile;
import com.azure.resourcemanager.containerservice.models.ManualScaleProfile;
import com.azure.resourcemanager.containerservice.models.NodeProvisioningMode;
import com.azure.resourcemanager.containerservice.models.OSType;
import com.azure.resourcemanager.containerservice.models.PowerState;
import com.azure.resourcemanager.containerservice.models.ResourceIdentityType;
import com.azure.resourcemanager.containerservice.models.ScaleProfile;
import com.azure.resourcemanager.containerservice.models.VirtualMachinesProfile;
import com.azure.resourcemanager.resources.fluent.FeatureClient;
import com.azure.resourcemanager.resources.fluent.ResourceManagementClient;
import com.azure.resourcemanager.resources.fluent.models.GenericResourceExpandedInner;
import com.azure.resourcemanager.resources.fluent.models.ResourceGroupInner;
import com.azure.resourcemanager.resources.implementation.FeatureClientBuilder;
import com.azure.resourcemanager.resources.implementation.ResourceManagementClientBuilder;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Pools of every kind, and what lies beside clusters, through Microsoft's own typed clients over HTTPS. */
class MicrosoftClientsBesideClustersTest {

    private static final Duration OPERATION = Duration.ofMillis(50);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final String AKS = "Microsoft.ContainerService";

    private final Fleet fleet = Fleet.of(new FleetSpec(24, 3, 2, 7, 1));
    private final SimulatedCluster one = fleet.clusters().getFirst();
    private final String group = one.resourceGroup();
    private ArmSimulator arm;
    private com.azure.core.http.HttpClient transport;

    @BeforeEach
    void start() throws IOException {
        arm = ArmSimulator.start(fleet, ArmOptions.DEFAULTS.withOperations(OPERATION, 0));
        transport = new JdkHttpClientBuilder(HttpClient.newBuilder().sslContext(arm.clientContext())).build();
    }

    @AfterEach
    void stop() {
        arm.close();
    }

    @Test
    void aClusterWithPoolsOfEveryKindGoesThroughTheTypedModelAndBack() {
        ManagedClusterInner created = create();

        assertThat(created.servicePrincipalProfile().clientId()).isEqualTo("msi");
        assertThat(created.identityProfile())
                .hasEntrySatisfying(
                        "kubeletidentity",
                        identity -> assertThat(identity.objectId()).isNotEmpty());
        assertThat(created.oidcIssuerProfile().issuerUrl()).startsWith("https://");
        assertThat(created.systemData().createdAt()).isNotNull();
        assertThat(created.resourceUid()).isNotEmpty();
        assertThat(created.windowsProfile().adminPassword()).isNull();
        assertThat(created.networkProfile().loadBalancerProfile().effectiveOutboundIPs())
                .hasSize(1);
        ManagedClusterAgentPoolProfile vms = created.agentPoolProfiles().get(2);
        assertThat(vms.count()).isNull();
        assertThat(vms.virtualMachineNodesStatus()).singleElement().satisfies(nodes -> {
            assertThat(nodes.size()).isEqualTo("Standard_D2s_v5");
            assertThat(nodes.count()).isEqualTo(3);
        });
        assertThat(arm.linuxNodes(created.id()).orElseThrow().total()).isEqualTo(1 + 3 + 2);

        ManagedClusterInner written = containerService()
                .getManagedClusters()
                .createOrUpdate(group, "kinds", created, created.etag(), null, Context.NONE);
        assertThat(written.resourceUid()).isEqualTo(created.resourceUid());
        assertThat(written.oidcIssuerProfile().issuerUrl())
                .isEqualTo(created.oidcIssuerProfile().issuerUrl());
        assertThat(arm.journal().acceptedWrites().getLast().lost()).isEmpty();
        assertThat(arm.journal().acceptedWrites().getLast().changed()).isEmpty();
    }

    private ManagedClusterInner create() {
        return containerService()
                .getManagedClusters()
                .createOrUpdate(
                        group,
                        "kinds",
                        new ManagedClusterInner()
                                .withLocation("westeurope")
                                .withDnsPrefix("kinds")
                                .withIdentity(
                                        new ManagedClusterIdentity().withType(ResourceIdentityType.SYSTEM_ASSIGNED))
                                .withOidcIssuerProfile(new ManagedClusterOidcIssuerProfile().withEnabled(true))
                                .withNodeProvisioningProfile(
                                        new ManagedClusterNodeProvisioningProfile().withMode(NodeProvisioningMode.AUTO))
                                .withWindowsProfile(new ManagedClusterWindowsProfile()
                                        .withAdminUsername("azureuser")
                                        .withAdminPassword("Passw0rd!Passw0rd"))
                                .withAgentPoolProfiles(List.of(
                                        new ManagedClusterAgentPoolProfile()
                                                .withName("system")
                                                .withMode(AgentPoolMode.SYSTEM)
                                                .withCount(1),
                                        new ManagedClusterAgentPoolProfile()
                                                .withName("win1")
                                                .withMode(AgentPoolMode.USER)
                                                .withOsType(OSType.WINDOWS)
                                                .withCount(2),
                                        new ManagedClusterAgentPoolProfile()
                                                .withName("vms")
                                                .withMode(AgentPoolMode.USER)
                                                .withType(AgentPoolType.VIRTUAL_MACHINES)
                                                .withVirtualMachinesProfile(sizes(3)))));
    }

    private static VirtualMachinesProfile sizes(int count) {
        return new VirtualMachinesProfile()
                .withScale(new ScaleProfile()
                        .withManual(List.of(new ManualScaleProfile()
                                .withSize("Standard_D2s_v5")
                                .withCount(count))));
    }

    @Test
    void aPoolIsStoppedUpgradedAndScaledByCallsOfItsOwn() {
        var pools = containerService().getAgentPools();
        AgentPoolInner made = pools.createOrUpdate(
                group,
                one.name(),
                "vms",
                new AgentPoolInner()
                        .withTypePropertiesType(AgentPoolType.VIRTUAL_MACHINES)
                        .withVirtualMachinesProfile(sizes(2)));
        assertThat(made.virtualMachineNodesStatus().getFirst().count()).isEqualTo(2);

        AgentPoolInner scaled =
                pools.createOrUpdate(group, one.name(), "vms", made.withVirtualMachinesProfile(sizes(4)));
        assertThat(scaled.virtualMachineNodesStatus().getFirst().count()).isEqualTo(4);

        AgentPoolInner upgraded = pools.upgradeNodeImageVersion(group, one.name(), "vms");
        assertThat(upgraded.nodeImageVersion()).isNotEqualTo(scaled.nodeImageVersion());

        AgentPoolInner stopped = pools.createOrUpdate(
                group, one.name(), "vms", upgraded.withPowerState(new PowerState().withCode(Code.STOPPED)));
        assertThat(stopped.powerState().code()).isEqualTo(Code.STOPPED);
        assertThat(arm.linuxNodes(one.id()).orElseThrow().byPool()).containsEntry("vms", 0);
    }

    @Test
    void versionsUpgradesActionsAndCertificatesAreThere() {
        ContainerServiceManagementClient client = containerService();

        assertThat(client.getManagedClusters()
                        .listKubernetesVersions("westeurope")
                        .values())
                .anySatisfy(version -> assertThat(version.isDefault()).isTrue());
        assertThat(client.getManagedClusters()
                        .getUpgradeProfile(group, one.name())
                        .controlPlaneProfile()
                        .kubernetesVersion())
                .isEqualTo(one.document()
                        .at("/properties/currentKubernetesVersion")
                        .asText());
        assertThat(client.getOperations().list().stream())
                .anySatisfy(action -> assertThat(action.name()).isEqualTo(AKS + "/managedClusters/write"));
        client.getManagedClusters().rotateClusterCertificates(group, one.name());
        assertThat(client.getManagedClusters()
                        .getByResourceGroup(group, one.name())
                        .provisioningState())
                .isEqualTo("Succeeded");
    }

    @Test
    void resourcesAndGroupsAreFiltered() {
        ResourceManagementClient resources = new ResourceManagementClientBuilder()
                .pipeline(pipeline())
                .endpoint(arm.endpoint().toString())
                .subscriptionId(one.subscription())
                .buildClient();
        resources
                .getResourceGroups()
                .createOrUpdate(
                        "mine",
                        new ResourceGroupInner().withLocation("westeurope").withTags(Map.of("owner", "me")));

        assertThat(resources
                        .getResources()
                        .list(
                                "resourceType eq '" + AKS + "/managedClusters' and name eq '" + one.name() + "'",
                                null,
                                null,
                                Context.NONE)
                        .stream()
                        .map(GenericResourceExpandedInner::name))
                .containsExactly(one.name());
        assertThat(
                        resources
                                .getResourceGroups()
                                .list("tagName eq 'owner' and tagValue eq 'me'", null, Context.NONE)
                                .stream())
                .singleElement()
                .satisfies(found -> assertThat(found.name()).isEqualTo("mine"));
    }

    @Test
    void aFeatureIsRegisteredByItsNewerAddress() {
        arm.setFeature(one.subscription(), false);
        FeatureClient features = new FeatureClientBuilder()
                .pipeline(pipeline())
                .endpoint(arm.endpoint().toString())
                .subscriptionId(one.subscription())
                .buildClient();
        var registrations = features.getSubscriptionFeatureRegistrations();

        assertThat(registrations
                        .createOrUpdate(AKS, Subscription.FEATURE)
                        .properties()
                        .state()
                        .toString())
                .isEqualTo("Registering");
        assertThat(registrations.listBySubscription(AKS).stream()).hasSize(1);
        registrations.delete(AKS, Subscription.FEATURE);
        assertThat(registrations
                        .get(AKS, Subscription.FEATURE)
                        .properties()
                        .state()
                        .toString())
                .isEqualTo("NotRegistered");
    }

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
}
