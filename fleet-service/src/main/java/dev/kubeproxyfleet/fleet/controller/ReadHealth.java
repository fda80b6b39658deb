package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.binary.AvroReader;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Records of the global store of health as values, and of them only those about the cluster that they are kept under. What cannot be
 * read counts for nothing, as if no node had reported, and is counted and named once.
 */
final class ReadHealth {

    private static final Logger LOG = Logger.getLogger(ReadHealth.class);

    private static final int MAX_SHOWN = 300;

    /** Clusters whose bad record is remembered as told; of more, one is told again. */
    private static final int MAX_TOLD = 1_000;

    private final ControllerCounters counters;
    private final Map<String, byte[]> told = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
            return size() > MAX_TOLD;
        }
    };

    ReadHealth(ControllerCounters counters) {
        this.counters = counters;
    }

    /** @param stored what the store holds of {@code cluster} now */
    Optional<ClusterHealth> read(String cluster, byte[] stored) {
        Optional<ClusterHealth> health = AvroReader.clusterHealth(cluster, stored);
        if (health.isEmpty() && !Arrays.equals(told.put(cluster, stored), stored)) {
            counters.countUnreadable(Topic.CLUSTER_HEALTH);
            LOG.warnf(
                    "left out a record that is no health of its cluster topic=%s key=%s bytes=%d",
                    Topic.CLUSTER_HEALTH.suffix(), Limits.cut(cluster, MAX_SHOWN), stored.length);
        }
        return health;
    }
}
