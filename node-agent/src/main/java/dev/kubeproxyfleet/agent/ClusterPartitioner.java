package dev.kubeproxyfleet.agent;

import dev.kubeproxyfleet.schemas.topic.Partitioning;
import java.util.Map;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.jspecify.annotations.Nullable;

/** Puts all nodes of a cluster into one partition, whatever the number of partitions is at the time. */
public final class ClusterPartitioner implements Partitioner {

    /** Producer property with the id of the agent's cluster. */
    static final String CLUSTER_PROPERTY = "kpfleet.cluster-id";

    private String clusterId = "";

    @Override
    public void configure(Map<String, ?> properties) {
        clusterId = Identity.normalised(String.valueOf(properties.get(CLUSTER_PROPERTY)));
    }

    @Override
    public int partition(
            String topic,
            @Nullable Object key,
            byte @Nullable [] keyBytes,
            @Nullable Object value,
            byte @Nullable [] valueBytes,
            Cluster brokers) {
        return Partitioning.nodeStats(clusterId, brokers.partitionCountForTopic(topic));
    }

    @Override
    public void close() {}
}
