package dev.kubeproxyfleet.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class PartitioningProperties {

    @Property
    void allClustersOfASubscriptionShareItsPartition(
            @ForAll("subscriptions") String subscription,
            @ForAll @AlphaChars @StringLength(min = 1, max = 20) String group,
            @ForAll @AlphaChars @StringLength(min = 1, max = 20) String name,
            @ForAll @IntRange(min = 1, max = 200) int partitions) {
        String cluster = "/subscriptions/" + subscription + "/resourcegroups/" + group
                + "/providers/microsoft.containerservice/managedclusters/" + name;

        assertThat(Partitioning.subscriptionOf(cluster)).isEqualTo(subscription);
        assertThat(Partitioning.operation(cluster, partitions))
                .isBetween(0, partitions - 1)
                .isEqualTo(Partitioning.subscription(subscription, partitions));
    }

    @Property
    void aPartitionOfNodeStatisticsExists(
            @ForAll String cluster, @ForAll @IntRange(min = 1, max = 200) int partitions) {
        assertThat(Partitioning.nodeStats(cluster, partitions)).isBetween(0, partitions - 1);
    }

    /** Running systems have records in these partitions: another hash would lose them. */
    @Example
    void thePartitionOfAKeyNeverChanges() {
        assertThat(List.of(
                        Partitioning.subscription("11111111-1111-1111-1111-111111111111", 12),
                        Partitioning.subscription("22222222-2222-2222-2222-222222222222", 12),
                        Partitioning.nodeStats("/subscriptions/1", 12)))
                .containsExactly(3, 5, 10);
    }

    @Example
    void aNodesKeyNamesClusterAndNode() {
        assertThat(Partitioning.nodeStatsKey("/subscriptions/1", "aks-0")).isEqualTo("/subscriptions/1/nodes/aks-0");
    }

    @Property
    void whatIsNoResourceIdHasNoSubscription(@ForAll("notIds") String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Partitioning.subscriptionOf(text));
    }

    @Provide
    Arbitrary<String> subscriptions() {
        return Arbitraries.longs().map(bits -> new UUID(bits, ~bits).toString());
    }

    @Provide
    Arbitrary<String> notIds() {
        return Arbitraries.of(
                "", "/", "cluster", "/subscriptions", "/subscriptions/", "/subscriptions//x", "/groups/1");
    }
}
