package dev.kubeproxyfleet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class IdentityTest {

    private static final String CLUSTER =
            "/subscriptions/S/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/One";

    @Test
    void namesTheSettingThatIsMissing() {
        assertThat(message(Optional.empty(), Optional.of("n"))).contains("kpfleet.agent.cluster-id is not set");
        assertThat(message(Optional.of(CLUSTER), Optional.empty())).contains("kpfleet.agent.node-name is not set");
    }

    @Test
    void refusesWhatIsNoClusterOrNode() {
        assertThat(message(Optional.of("prod-1"), Optional.of("n"))).contains("prod-1", "looks like /subscriptions/");
        assertThat(message(Optional.of(CLUSTER), Optional.of("a/b"))).contains("a/b");
    }

    @Test
    void takesAClusterIdInAnyCase() {
        assertThat(Identity.of(Optional.of(CLUSTER), Optional.of("aks-nodepool1-1234-vmss000000")))
                .isEqualTo(new Identity.Known(
                        "/subscriptions/s/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/one",
                        "aks-nodepool1-1234-vmss000000"));
    }

    private static String message(Optional<String> cluster, Optional<String> node) {
        return switch (Identity.of(cluster, node)) {
            case Identity.Unknown(String message) -> message;
            case Identity.Known known -> "unexpected " + known;
        };
    }
}
