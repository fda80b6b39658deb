package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterRecordReaderTest {

    @Test
    void readsWhatArmLists() {
        assertThat(ClusterRecordReader.read(FakeArm.json("""
                {"id": "/subscriptions/ABC/resourcegroups/RG-One/providers/Microsoft.ContainerService/managedClusters/Prod-1",
                 "name": "Prod-1", "location": "West Europe", "tags": {"env": "prod"},
                 "sku": {"name": "Base", "tier": "Free"},
                 "properties": {"provisioningState": "Updating", "powerState": {"code": "Running"},
                   "kubernetesVersion": "1.33", "currentKubernetesVersion": "1.33.2",
                   "agentPoolProfiles": [{"count": 3}, {"count": 2}, {},
                     {"count": 4, "osType": "Windows"}],
                   "nodeProvisioningProfile": {"mode": "Auto"}, "resourceUID": "65a1",
                   "oidcIssuerProfile": {"enabled": true,
                     "issuerURL": "https://westeurope.oic.prod-aks.azure.com/t/1/"},
                   "networkProfile": {"networkPlugin": "azure", "networkPolicy": "calico",
                     "networkDataplane": "azure", "kubeProxyConfig": {"mode": "IPVS"}}}}""")))
                .contains(new ClusterRecord(
                        "/subscriptions/abc/resourcegroups/rg-one/providers/microsoft.containerservice/managedclusters/prod-1",
                        "Prod-1",
                        "abc",
                        "rg-one",
                        "westeurope",
                        Map.of("env", "prod"),
                        "1.33.2",
                        "Updating",
                        "Running",
                        "Base",
                        "azure",
                        "calico",
                        "azure",
                        5,
                        4,
                        true,
                        "resourceUID:65a1",
                        new KubeProxyConfig(null, KubeProxyMode.IPVS, null),
                        null,
                        List.of("windowsPassword"),
                        "https://westeurope.oic.prod-aks.azure.com/t/1/"));
    }

    @Test
    void aClusterWhoseIssuerIsOffHasNone() {
        assertThat(ClusterRecordReader.read(
                                FakeArm.json(
                                        "{\"id\": \"" + FakeArm.CLUSTER + "\", \"properties\": {"
                                                + "\"oidcIssuerProfile\": {\"enabled\": false, \"issuerURL\": \"https://left.behind/\"}}}"))
                        .orElseThrow()
                        .oidcIssuer())
                .isNull();
    }

    @Test
    void fillsInWhatAnotherVersionLeavesOut() {
        ClusterRecord record = ClusterRecordReader.read(FakeArm.json("{\"id\": \"" + FakeArm.CLUSTER + "\"}"))
                .orElseThrow();

        assertThat(record.name()).isEqualTo("prod-1");
        assertThat(record.nodeCount()).isZero();
        assertThat(record.kubeProxy()).isEqualTo(KubeProxyConfig.UNSET);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    # of Linux and Windows
                    {"count": 1, "osType": "Linux"}, {"count": 2, "osType": "Windows"} | 1 | 2
                    # machines that are there; without a status those that were asked for
                    {"count": null, "virtualMachineNodesStatus": [{"size": "a", "count": 2}, {"size": "b", "count": 1}]} | 3 | 0
                    {"count": null, "virtualMachineNodesStatus": null, "virtualMachinesProfile": {"scale": {"manual": [{"count": 4}, {"count": 1}]}}} | 5 | 0
                    {"virtualMachineNodesStatus": [], "virtualMachinesProfile": {"scale": {"manual": [{"count": 4}]}}} | 0 | 0
                    {"osType": "Windows", "virtualMachineNodesStatus": [{"count": 2}]} | 0 | 2
                    # scaled to zero, stopped, on its way out
                    {"count": 0}, {"count": 3} | 3 | 0
                    {"count": 5, "powerState": {"code": "Stopped"}}, {"count": 3, "powerState": {"code": "Running"}} | 3 | 0
                    {"count": 5, "provisioningState": "Deleting"}, {"count": 3, "provisioningState": "Scaling"} | 3 | 0
                    # what no version has sent yet
                    {"count": -1}, {"count": "two"}, 7, {"virtualMachineNodesStatus": [{"count": -4}, {}, 1]} | 0 | 0
                    """)
    void expectsTheLinuxNodesThatThePoolsHave(String pools, int linux, int windows) {
        ClusterRecord record = withProperties("{\"agentPoolProfiles\": [" + pools + "]}");

        assertThat(record.nodeCount()).isEqualTo(linux);
        assertThat(record.windowsNodeCount()).isEqualTo(windows);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"properties": {"resourceUID": "65a1"}, "systemData": {"createdAt": "2025-01-01T00:00:00Z"}} | resourceUID:65a1
                    {"properties": {"resourceUID": null}, "systemData": {"createdAt": "2025-01-01T00:00:00Z"}} | createdAt:2025-01-01T00:00:00Z
                    {"properties": {}} |
                    """)
    void aClusterThatWasCreatedAgainHasAnotherUid(String cluster, @Nullable String uid) {
        ObjectNode document = (ObjectNode) FakeArm.json(cluster);
        document.put("id", FakeArm.CLUSTER);

        assertThat(ClusterRecordReader.read(document).orElseThrow().uid()).isEqualTo(uid);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"Auto, true", "auto, true", "Manual, false", "none, false"})
    void knowsWhereNodesAreAddedThatNoPoolCounts(@Nullable String mode, boolean autoprovisioning) {
        assertThat(withProperties(mode == null ? "{}" : "{\"nodeProvisioningProfile\": {\"mode\": \"" + mode + "\"}}")
                        .autoprovisioning())
                .isEqualTo(autoprovisioning);
    }

    private static ClusterRecord withProperties(String properties) {
        return ClusterRecordReader.read(
                        FakeArm.json("{\"id\": \"" + FakeArm.CLUSTER + "\", \"properties\": " + properties + "}"))
                .orElseThrow();
    }

    @Test
    void concludesNothingFromAConfigurationThatItDoesNotKnow() {
        assertThat(ClusterRecordReader.read(
                                FakeArm.json(
                                        "{\"id\": \"" + FakeArm.CLUSTER
                                                + "\", \"properties\": {\"networkProfile\": {\"kubeProxyConfig\": {\"mode\": \"EBPF\"}}}}"))
                        .orElseThrow()
                        .kubeProxy())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"servicePrincipalProfile\": {\"clientId\": \"msi\"}, \"windowsProfile\": {\"adminUsername\": \"a\"}} | ",
                "{\"servicePrincipalProfile\": {\"clientId\": \"0b1f6471\"}} | servicePrincipal",
                "{\"agentPoolProfiles\": [{\"osType\": \"Linux\"}, {\"osType\": \"Windows\"}, {\"osType\": \"Windows\"}]}"
                        + " | windowsPassword"
            })
    void knowsWhichSecretsArmDoesNotReturn(String properties, @Nullable String secret) {
        assertThat(withProperties(properties).unreturnedSecrets())
                .isEqualTo(secret == null ? List.of() : List.of(secret));
    }

    @Test
    void readsNothingThatIsNoCluster() {
        assertThat(ClusterRecordReader.read(FakeArm.json("{\"id\": \"/subscriptions/a/resourceGroups/b\"}")))
                .isEmpty();
        assertThat(ClusterRecordReader.read(FakeArm.json("7"))).isEmpty();
    }
}
