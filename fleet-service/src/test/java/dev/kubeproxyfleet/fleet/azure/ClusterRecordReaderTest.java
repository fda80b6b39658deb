package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

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
                   "agentPoolProfiles": [{"count": 3}, {"count": 2}, {}],
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
                        new KubeProxyConfig(null, KubeProxyMode.IPVS, null),
                        null,
                        List.of()));
    }

    @Test
    void fillsInWhatAnotherVersionLeavesOut() {
        ClusterRecord record = ClusterRecordReader.read(FakeArm.json("{\"id\": \"" + FakeArm.CLUSTER + "\"}"))
                .orElseThrow();

        assertThat(record.name()).isEqualTo("prod-1");
        assertThat(record.nodeCount()).isZero();
        assertThat(record.kubeProxy()).isEqualTo(KubeProxyConfig.UNSET);
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
        assertThat(ClusterRecordReader.read(FakeArm.json(
                                "{\"id\": \"" + FakeArm.CLUSTER + "\", \"properties\": " + properties + "}"))
                        .orElseThrow()
                        .unreturnedSecrets())
                .isEqualTo(secret == null ? List.of() : List.of(secret));
    }

    @Test
    void readsNothingThatIsNoCluster() {
        assertThat(ClusterRecordReader.read(FakeArm.json("{\"id\": \"/subscriptions/a/resourceGroups/b\"}")))
                .isEmpty();
        assertThat(ClusterRecordReader.read(FakeArm.json("7"))).isEmpty();
    }
}
