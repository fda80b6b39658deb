package dev.kubeproxyfleet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.topic.Partitioning;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.Test;

class ClusterPartitionerTest {

    @Test
    void putsANodeWhereItsClusterIsFoldedHoweverTheIdIsSpelled() {
        List<PartitionInfo> partitions = IntStream.range(0, 6)
                .mapToObj(i -> new PartitionInfo("node-stats", i, Node.noNode(), new Node[0], new Node[0]))
                .toList();
        Cluster brokers = new Cluster("id", List.of(), partitions, Set.of(), Set.of());
        try (ClusterPartitioner partitioner = new ClusterPartitioner()) {
            partitioner.configure(Map.of(ClusterPartitioner.CLUSTER_PROPERTY, "/subscriptions/S/managedClusters/One"));

            assertThat(partitioner.partition("node-stats", "key", new byte[0], null, null, brokers))
                    .isEqualTo(Partitioning.nodeStats("/subscriptions/s/managedclusters/one", 6));
        }
    }
}
