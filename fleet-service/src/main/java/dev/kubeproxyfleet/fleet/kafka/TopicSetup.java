package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.streams.Topology;
import org.jboss.logging.Logger;

/** Creates the topics that are missing, and refuses to work with ones that would lose or reorder what they are for. */
final class TopicSetup {

    private static final Logger LOG = Logger.getLogger(TopicSetup.class);

    private static final String CLEANUP_POLICY = "cleanup.policy";
    private static final String MAX_MESSAGE_BYTES = "max.message.bytes";

    private final Admin admin;
    private final KafkaSettings settings;
    private final NeededTopics needed;

    /** @param applications topologies by application id, to tell their changelogs from */
    TopicSetup(Admin admin, KafkaSettings settings, Supplier<Map<String, Topology>> applications) {
        this.admin = admin;
        this.settings = settings;
        this.needed = new NeededTopics(settings, applications);
    }

    /**
     * Creates topics where that is wanted, and checks every topic that is there.
     *
     * @throws ExecutionException if Kafka did not answer
     */
    TopicState prepare() throws ExecutionException, InterruptedException {
        List<NeededTopic> catalogue = needed.catalogue();
        Set<String> refused = settings.createTopics() ? create(missing(catalogue, existing())) : Set.of();
        Set<String> existing = existing();
        Map<String, TopicDescription> found = describe(catalogue, existing);
        // Where it may, Kafka Streams creates them, and holds them to what they must be.
        List<NeededTopic> changelogs = settings.createTopics() ? List.of() : needed.changelogs(found);
        List<String> needs = new ArrayList<>();
        missing(catalogue, existing).forEach(topic -> needs.add(need(topic, refused.contains(topic.name()))));
        missing(changelogs, existing).forEach(topic -> needs.add(need(topic, false)));
        List<String> problems = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            TopicDescription description = found.get(topic.name(settings.topicPrefix()));
            if (description != null) {
                check(topic, description, problems, needs);
            }
        }
        Map<String, TopicDescription> foundChangelogs = describe(changelogs, existing);
        for (NeededTopic changelog : changelogs) {
            TopicDescription description = foundChangelogs.get(changelog.name());
            if (description != null) {
                problems.addAll(NeededTopics.problems(changelog, description));
            }
        }
        if (!problems.isEmpty()) {
            return new TopicState.Wrong(problems);
        }
        return needs.isEmpty() ? new TopicState.Ready() : new TopicState.Waiting(needs);
    }

    private static String need(NeededTopic topic, boolean refused) {
        return refused
                ? "the service has no right to create topic " + topic.name()
                        + "; set kpfleet.kafka.create-topics=false, and create it with: " + topic.command()
                : "topic " + topic.name() + " is missing, or the service has no right to Describe it; create it with: "
                        + topic.command();
    }

    private void check(Topic topic, TopicDescription description, List<String> problems, List<String> needs)
            throws ExecutionException, InterruptedException {
        String name = description.name();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        try {
            Map<ConfigResource, Config> configs =
                    admin.describeConfigs(List.of(resource)).all().get();
            problems.addAll(problems(topic, name, description, Objects.requireNonNull(configs.get(resource))));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof AuthorizationException)) {
                throw e;
            }
            needs.add("the service has no right to read the settings of topic " + name + "; give it to its user with: "
                    + ServiceRights.command(Set.of(AclOperation.DESCRIBE_CONFIGS), "--topic " + name));
        }
    }

    /**
     * What is wrong with one topic.
     *
     * @return a sentence each; empty if all is well
     */
    static List<String> problems(Topic topic, String name, TopicDescription description, Config config) {
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

    /** @return names of those that the service has no right to create */
    private Set<String> create(List<NeededTopic> missing) throws ExecutionException, InterruptedException {
        List<NewTopic> topics = missing.stream()
                .map(topic -> new NewTopic(topic.name(), topic.partitions(), settings.replicationFactor())
                        .configs(topic.settings()))
                .toList();
        Set<String> refused = new HashSet<>();
        for (Map.Entry<String, KafkaFuture<Void>> created :
                admin.createTopics(topics).values().entrySet()) {
            try {
                created.getValue().get();
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case TopicExistsException _ -> LOG.debugf("topic=%s was created meanwhile", created.getKey());
                    case AuthorizationException _ -> refused.add(created.getKey());
                    case null, default -> throw e;
                }
            }
        }
        return refused;
    }

    private Set<String> existing() throws ExecutionException, InterruptedException {
        return admin.listTopics().names().get();
    }

    private Map<String, TopicDescription> describe(List<NeededTopic> topics, Set<String> existing)
            throws ExecutionException, InterruptedException {
        return admin.describeTopics(topics.stream()
                        .map(NeededTopic::name)
                        .filter(existing::contains)
                        .toList())
                .allTopicNames()
                .get();
    }

    private static List<NeededTopic> missing(List<NeededTopic> needed, Set<String> existing) {
        return needed.stream().filter(topic -> !existing.contains(topic.name())).toList();
    }
}
