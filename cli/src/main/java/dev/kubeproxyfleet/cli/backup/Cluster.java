package dev.kubeproxyfleet.cli.backup;

import dev.kubeproxyfleet.cli.backup.BackupException.Obstacle;
import dev.kubeproxyfleet.schemas.topic.ControllerState;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka cluster with the fleet's topics, as its admin sees it.
 *
 * @param properties brokers and security, for every client
 * @param prefix of the topics, groups and transactional ids
 */
record Cluster(Map<String, Object> properties, String prefix) {

    /** A cluster that does not answer within it is not there. */
    private static final int ANSWER_TIMEOUT_MS = 20_000;

    Cluster {
        properties = Map.copyOf(properties);
    }

    /** Something that Kafka is asked. */
    interface Question<T> {
        T ask() throws ExecutionException, InterruptedException;
    }

    /** Properties of a client, with its own beside the shared ones. */
    Map<String, Object> with(Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(own);
        all.putAll(properties);
        return all;
    }

    Admin admin() {
        return Admin.create(with(Map.of(
                CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS,
                CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS)));
    }

    String name(Topic topic) {
        return topic.name(prefix);
    }

    /** Of the controller, without whose members nothing is written to its topics. */
    String group() {
        return prefix + ControllerState.APPLICATION;
    }

    /** Whether a controller is a member of its group now. */
    boolean serviceRuns(Admin admin) throws ExecutionException, InterruptedException {
        KafkaFuture<ConsumerGroupDescription> group =
                admin.describeConsumerGroups(List.of(group())).describedGroups().get(group());
        try {
            return group != null && !group.get().members().isEmpty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Those of some topics that are there, by name without prefix. Each is asked for by name: a list of all would leave out what this user
     * may not see.
     */
    Map<String, TopicDescription> described(Admin admin, Collection<String> names)
            throws ExecutionException, InterruptedException {
        Map<String, TopicDescription> there = new HashMap<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> asked : admin.describeTopics(
                        names.stream().map(name -> prefix + name).toList())
                .topicNameValues()
                .entrySet()) {
            try {
                there.put(
                        asked.getKey().substring(prefix.length()),
                        asked.getValue().get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof TopicAuthorizationException) {
                    throw new TopicAuthorizationException(Set.of(asked.getKey()));
                }
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return there;
    }

    static Map<TopicPartition, Long> offsets(
            Admin admin, Iterable<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, spec));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> found : admin.listOffsets(
                        asked, new ListOffsetsOptions(isolation))
                .all()
                .get()
                .entrySet()) {
            offsets.put(found.getKey(), found.getValue().offset());
        }
        return offsets;
    }

    /** What Kafka answers; its failures in words. */
    <T> T asked(Question<T> question) throws BackupException, InterruptedException {
        try {
            return question.ask();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (KafkaException e) {
            throw failure(e);
        }
    }

    BackupException failure(@Nullable Throwable cause) {
        Object brokers = properties.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        if (cause instanceof AuthorizationException) {
            return new BackupException(
                    Obstacle.Refused,
                    "Kafka at " + brokers + " gives this user not every right that is needed (" + cause.getMessage()
                            + "); docs/backup.md lists them");
        }
        StringJoiner words = new StringJoiner(": ");
        for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
            words.add(String.valueOf(reason.getMessage()));
        }
        return new BackupException(
                Obstacle.Kafka,
                "Kafka at " + brokers + " cannot be used (" + words + "); see --bootstrap-server and --command-config");
    }
}
