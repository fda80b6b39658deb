package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {

    private static final String CLUSTER =
            "/subscriptions/ABC/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c";

    @Test
    void aSubscriptionIsTheFleetsInAnyCasing() {
        Subscriptions.Known known = new Subscriptions.Known(Set.of("abc"));

        assertThat(known.has("aBC")).isTrue();
        assertThat(known.has("abcd")).isFalse();
    }

    @Test
    void whatIsNotConfiguredIsNotTheFleetsUnlessAzureDecides() {
        assertThat(Subscriptions.isInFleet(CLUSTER, Set.of("abc"))).isTrue();
        assertThat(Subscriptions.isInFleet(CLUSTER, Set.of("other"))).isFalse();
        assertThat(Subscriptions.isInFleet(CLUSTER, Set.of())).isTrue();
    }
}
