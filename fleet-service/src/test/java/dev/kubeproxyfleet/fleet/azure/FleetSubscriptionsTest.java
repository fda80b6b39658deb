package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetSubscriptionsTest {

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
        assertThat(configured(Set.of("abc")).mayChange(CLUSTER)).isTrue();
        assertThat(configured(Set.of("other")).mayChange(CLUSTER)).isFalse();
        assertThat(configured(Set.of()).mayChange(CLUSTER)).isTrue();
    }

    private static FleetSubscriptions configured(Set<String> subscriptions) {
        VirtualTime time = new VirtualTime();
        ArmGateway none = request -> {
            throw new AssertionError("not expected: " + request);
        };
        return new FleetSubscriptions(subscriptions, new BudgetedArm(none, new Budgets(time, 1), time), time);
    }
}
