package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import com.azure.resourcemanager.containerservice.fluent.ContainerServiceManagementClient;
import com.azure.resourcemanager.containerservice.fluent.models.ManagedClusterInner;
import com.azure.resourcemanager.containerservice.implementation.ContainerServiceManagementClientBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.simulator.arm.ArmModel;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What keeps the service from using Microsoft's clients, and their model of a managed cluster. Where one of these fails with a newer
 * version, ADR 13 can be thought over.
 */
class AzureSdkTest {

    private final VirtualTime time = new VirtualTime();
    private final Fleet fleet = Fleet.of(new FleetSpec(6, 3, 1, 7, 1));
    private final SimulatedCluster cluster = fleet.clusters().getFirst();
    private final ArmModel arm = new ArmModel(fleet, ArmOptions.DEFAULTS.withPageSize(4), time);
    private final List<HttpRequest> sent = new ArrayList<>();

    @Test
    void theModelOfAManagedClusterLosesItsKubeProxyAndWhatIsNewerThanTheModel() throws Exception {
        JsonNode document = FakeArm.json("""
                {"location": "westeurope", "properties": {"newerThanTheModel": {"a": 1}, "networkProfile":
                  {"networkPlugin": "azure", "kubeProxyConfig": {"mode": "IPVS"}}}}""");

        ManagedClusterInner model =
                SdkModels.read(document, ManagedClusterInner::fromJson).orElseThrow();

        assertThat(FakeArm.json(model.toJsonString())).isEqualTo(FakeArm.json("""
                {"location": "westeurope", "properties": {"networkProfile": {"networkPlugin": "azure"}}}"""));
    }

    @Test
    void theClientsTakeTheTokenToWhateverHostALinkNames() {
        ContainerServiceManagementClient client = client();
        arm.setEndpoint("https://elsewhere.example");

        assertThat(client.getManagedClusters().list()).hasSize(6);

        assertThat(sent)
                .extracting(request -> request.getUrl().getHost())
                .containsExactly("localhost", "elsewhere.example");
        assertThat(sent)
                .allSatisfy(request -> assertThat(request.getHeaders().getValue(HttpHeaderName.AUTHORIZATION))
                        .isEqualTo("Bearer " + ArmModel.SANDBOX_TOKEN));
    }

    @Test
    void theClientsFollowPagesThatLeadBackWithoutEnd() {
        HttpClient model = new InProcessArm(arm, time, Duration.ZERO);
        ContainerServiceManagementClient client = client(request -> {
            sent.add(request);
            return model.send(sent.getFirst());
        });

        assertThat(client.getManagedClusters().list().stream().limit(400)).hasSize(400);

        assertThat(sent).hasSizeGreaterThanOrEqualTo(100);
    }

    @Test
    void theClientsKnowOneVersionOnlyAndThatIsNotTheOneThatIsConfigured() {
        assertThat(client().getMaintenanceConfigurations()
                        .listByManagedCluster(cluster.resourceGroup(), cluster.name()))
                .isNotNull()
                .hasSizeGreaterThanOrEqualTo(0);

        assertThat(sent)
                .extracting(HttpRequest::getUrl)
                .extracting(URL::getQuery)
                .containsExactly("api-version=2025-09-01");
        assertThat(settings().apiVersion()).isNotEqualTo("2025-09-01");
    }

    private ContainerServiceManagementClient client() {
        HttpClient model = new InProcessArm(arm, time, Duration.ZERO);
        return client(request -> {
            sent.add(request);
            return model.send(request);
        });
    }

    private ContainerServiceManagementClient client(HttpClient transport) {
        return new ContainerServiceManagementClientBuilder()
                .pipeline(ArmPipeline.over(transport, settings()))
                .endpoint(InProcessArm.ENDPOINT)
                .subscriptionId(cluster.subscription())
                .buildClient();
    }

    private static AzureSettings settings() {
        return AzureArmGatewayTest.settings(
                Map.of("endpoint", InProcessArm.ENDPOINT, "static-token", ArmModel.SANDBOX_TOKEN));
    }
}
