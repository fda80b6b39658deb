package dev.kubeproxyfleet.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FleetTest {

    private static final FleetSpec SPEC = new FleetSpec(20, 5, 3, 42, 1);

    @Test
    void equalSpecsMakeEqualFleets() {
        assertThat(Fleet.of(SPEC)).isEqualTo(Fleet.of(SPEC));
        assertThat(Fleet.of(SPEC).clusters())
                .isNotEqualTo(Fleet.of(new FleetSpec(20, 5, 3, 43, 1)).clusters());
    }

    @Test
    void everyClusterIsThereOnceAndItsPoolsCountItsNodes() {
        Fleet fleet = Fleet.of(SPEC);

        assertThat(fleet.clusters())
                .hasSize(20)
                .extracting(SimulatedCluster::id)
                .doesNotHaveDuplicates();
        assertThat(fleet.clusters()).allSatisfy(cluster -> {
            int counted = 0;
            for (JsonNode pool : cluster.document().at("/properties/agentPoolProfiles")) {
                counted += pool.path("count").asInt();
            }
            assertThat(counted).isEqualTo(5);
            assertThat(fleet.cluster(cluster.armId())).contains(cluster);
        });
        assertThat(fleet.clusters())
                .extracting(SimulatedCluster::subscription)
                .contains(fleet.subscriptions().stream()
                        .map(SimulatedSubscription::id)
                        .toArray(String[]::new));
    }

    @Test
    void aLargerFleetHasAFewOddClustersOutsideOfProd() {
        List<SimulatedCluster> clusters = Fleet.of(SPEC).clusters();

        assertThat(count(clusters, "/properties/powerState/code", "Stopped")).isEqualTo(1);
        assertThat(count(clusters, "/sku/name", "Automatic")).isEqualTo(1);
        assertThat(count(clusters, "/properties/networkProfile/networkDataplane", "cilium"))
                .as("AKS Automatic runs Cilium too")
                .isEqualTo(2);
        assertThat(count(clusters, "/properties/networkProfile/networkPolicy", "azure"))
                .isEqualTo(1);
        assertThat(clusters.stream()
                        .filter(cluster -> cluster.name().startsWith("prod-"))
                        .map(cluster -> cluster.document()
                                .at("/properties/networkProfile/networkPolicy")
                                .asText()))
                .hasSize(10)
                .containsOnly("none");
        assertThat(count(clusters, "/properties/networkProfile/networkPolicy", "calico"))
                .isEqualTo(1);
        assertThat(clusters)
                .filteredOn(cluster -> NodeSoftware.of(cluster.id(), cluster.document())
                        .kernel()
                        .startsWith("5.4."))
                .as("with nodes of an old image")
                .hasSize(1);
        assertThat(Fleet.of(new FleetSpec(10, 1, 1, 42, 1)).clusters())
                .allSatisfy(cluster -> assertThat(cluster.document()
                                .at("/properties/powerState/code")
                                .asText())
                        .isEqualTo("Running"));
    }

    @Test
    void someClustersOutsideOfProdHaveNoEntraOrArePrivateOrHaveArmNodes() {
        List<SimulatedCluster> clusters = Fleet.of(SPEC).clusters();

        List<SimulatedCluster> local = clusters.stream()
                .filter(cluster ->
                        cluster.document().at("/properties/aadProfile").isMissingNode())
                .toList();
        assertThat(local).hasSize(1).noneMatch(cluster -> cluster.name().startsWith("prod-"));
        assertThat(count(clusters, "/properties/apiServerAccessProfile/enablePrivateCluster", "true"))
                .isEqualTo(1);
        assertThat(count(clusters, "/properties/agentPoolProfiles/1/vmSize", "Standard_D4ps_v5"))
                .isEqualTo(1);
    }

    @Test
    void tagsSayWhatTheNameSays() {
        assertThat(Fleet.of(SPEC).clusters())
                .allSatisfy(cluster -> assertThat(cluster.name())
                        .startsWith(cluster.document().at("/tags/env").asText() + "-"));
    }

    @Test
    void aFleetBeyondAzuresLimitsIsRefused() {
        assertThatThrownBy(() -> new FleetSpec(5_001, 1, 1, 0, 1)).hasMessageContaining("5000");
        assertThatThrownBy(() -> new FleetSpec(1, 0, 1, 0, 1)).hasMessageContaining("nodes per cluster");
        assertThatThrownBy(() -> new FleetSpec(1, 1, 1, 0, Double.NaN)).hasMessageContaining("speed");
    }

    private static long count(List<SimulatedCluster> clusters, String pointer, String value) {
        return clusters.stream()
                .map(cluster -> cluster.document().at(pointer).asText())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
                .getOrDefault(value, 0L);
    }
}
