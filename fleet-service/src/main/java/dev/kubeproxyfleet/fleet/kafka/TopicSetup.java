package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/** Creates the topics that are missing, and refuses to work with ones that would lose or reorder what they are for. */
final class TopicSetup {

    private static final String CLEANUP_POLICY = "cleanup.policy";
    private static final String MAX_MESSAGE_BYTES = "max.message.bytes";

    private final Admin admin;
    private final KafkaSettings settings;

    TopicSetup(Admin admin, KafkaSettings settings) {
        this.admin = admin;
        this.settings = settings;
    }

    /**
     * Creates and checks every topic.
     *
     * @return what is wrong with existing topics, each with the topic and the setting; empty if all is well
     * @throws ExecutionException if Kafka did not answer
     */
    List<String> createAndCheck() throws ExecutionException, InterruptedException {
        createMissing();
        List<String> problems = new ArrayList<>();
        Map<String, TopicDescription> descriptions =
                admin.describeTopics(names()).allTopicNames().get();
        Map<ConfigResource, Config> configs = admin.describeConfigs(
                        names().stream().map(TopicSetup::resource).toList())
                .all()
                .get();
        for (Topic topic : Topic.values()) {
            String name = topic.name(settings.topicPrefix());
            problems.addAll(problems(topic, name, descriptions.get(name), configs.get(resource(name))));
        }
        return problems;
    }

    /**
     * What is wrong with one topic.
     *
     * @param description null if it was not described, like {@code config}
     */
    static List<String> problems(
            Topic topic, String name, @Nullable TopicDescription description, @Nullable Config config) {
        if (config == null || description == null) {
            return List.of(
                    "topic " + name + " could not be described; does the service have the right Describe on it?");
        }
        List<String> problems = new ArrayList<>();
        String wanted = topic.settings().get(CLEANUP_POLICY);
        String found = config.get(CLEANUP_POLICY).value();
        if (!found.equals(wanted)) {
            problems.add("topic " + name + " has " + CLEANUP_POLICY + "=" + found + " but must have " + wanted
                    + "; change it with: kafka-configs.sh --alter --topic " + name + " --add-config " + CLEANUP_POLICY
                    + "=" + wanted);
        }
        int largest = Integer.parseInt(config.get(MAX_MESSAGE_BYTES).value());
        if (largest < neededMaxBytes(topic)) {
            problems.add("topic " + name + " has " + MAX_MESSAGE_BYTES + "=" + largest + " but must have at least "
                    + neededMaxBytes(topic) + ", or the service could not write there what it must"
                    + "; change it with: kafka-configs.sh --alter --topic " + name + " --add-config "
                    + MAX_MESSAGE_BYTES + "=" + neededMaxBytes(topic));
        }
        int partitions = description.partitions().size();
        if (topic.partitions() == Topic.Partitions.ONE && partitions != 1) {
            problems.add("topic " + name + " has " + partitions
                    + " partitions but must have 1, because its order matters; recreate it, or set"
                    + " kpfleet.kafka.topic-prefix to use topics of other names");
        }
        return problems;
    }

    /** What the service itself writes there at most; of what others write, the smaller limit is theirs to set. */
    private static int neededMaxBytes(Topic topic) {
        return switch (topic) {
            case REJECTED -> Topic.REJECTED_MAX_BYTES;
            case DESIRED, COMMANDS, NEW_CLUSTERS, NODE_STATS -> 0;
            case CLUSTERS,
                    OPERATIONS,
                    OUTCOMES,
                    CONFIGS,
                    ROLLOUTS,
                    ROLLOUT_CLUSTERS,
                    CLUSTER_HEALTH,
                    CLUSTER_KUBERNETES,
                    AUDIT -> Topic.WRITTEN_MAX_BYTES;
        };
    }

    private void createMissing() throws ExecutionException, InterruptedException {
        Set<String> existing = admin.listTopics().names().get();
        List<NewTopic> missing = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            String name = topic.name(settings.topicPrefix());
            if (!existing.contains(name)) {
                int partitions = topic.partitions() == Topic.Partitions.ONE ? 1 : settings.partitions();
                missing.add(new NewTopic(name, partitions, settings.replicationFactor()).configs(topic.settings()));
            }
        }
        try {
            admin.createTopics(missing).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private Set<String> names() {
        return Set.copyOf(java.util.Arrays.stream(Topic.values())
                .map(topic -> topic.name(settings.topicPrefix()))
                .toList());
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }
}
