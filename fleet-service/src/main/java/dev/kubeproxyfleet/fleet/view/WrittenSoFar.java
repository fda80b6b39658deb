package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.schemas.topic.Topic;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is on the topics of the controller, shown or not yet. Its decision is written to several partitions at once and read from one
 * after the other, so that the word that something is done can be here before what was done.
 */
@ApplicationScoped
public class WrittenSoFar {

    private static final Logger LOG = Logger.getLogger(WrittenSoFar.class);

    private static final Set<Topic> OF_DECISIONS =
            Set.of(Topic.DESIRED, Topic.CONFIGS, Topic.ROLLOUTS, Topic.ROLLOUT_CLUSTERS, Topic.AUDIT);

    private final FleetView view;
    private final KafkaClients clients;
    private @Nullable Admin admin;

    WrittenSoFar(FleetView view, KafkaClients clients) {
        this.view = view;
        this.clients = clients;
    }

    /**
     * Waits until the read model shows what is on the topics now. As long as Kafka does not say, it shows what it can.
     *
     * @param patience for Kafka's answer, and once more for the read model
     */
    public void awaitShown(Duration patience) throws InterruptedException {
        try {
            Map<Partition, Long> ends = ends(patience);
            if (!view.awaitReached(ends, patience)) {
                LOG.debugf("read model does not show in %s what was written", patience);
            }
        } catch (ExecutionException | KafkaException e) {
            LOG.debugf("Kafka does not say how much is written: %s", e.getMessage());
        }
    }

    /** With what transactions under way have written: one that is over may not be marked as such everywhere yet. */
    private Map<Partition, Long> ends(Duration patience) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        Map<TopicPartition, Partition> partitions = new HashMap<>();
        for (Partition partition : view.position().partitions()) {
            if (OF_DECISIONS.contains(partition.topic())) {
                TopicPartition named = new TopicPartition(clients.name(partition.topic()), partition.number());
                asked.put(named, OffsetSpec.latest());
                partitions.put(named, partition);
            }
        }
        KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> answer = admin().listOffsets(
                        asked,
                        new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED)
                                .timeoutMs(Math.toIntExact(patience.toMillis())))
                .all();
        Map<Partition, Long> ends = new HashMap<>();
        answer.get().forEach((named, end) -> ends.put(partitions.get(named), end.offset()));
        return ends;
    }

    private synchronized Admin admin() {
        Admin known = admin;
        if (known == null) {
            known = Admin.create(clients.properties());
            admin = known;
        }
        return known;
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }
}
