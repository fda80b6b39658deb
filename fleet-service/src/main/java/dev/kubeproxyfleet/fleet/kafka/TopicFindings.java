package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.fleet.selfcheck.Finding;
import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Whether each topic is there, is as it must be, and may be used by the service. */
final class TopicFindings {

    private static final String FILES = "deploy/kafka has all topics";
    private static final String MIN_IN_SYNC = "min.insync.replicas";

    private final Admin admin;
    private final KafkaSettings settings;
    private final NeededTopics needed;
    private final Consumer<Finding> found;
    private boolean isLimited;

    TopicFindings(Admin admin, KafkaSettings settings, NeededTopics needed, Consumer<Finding> found) {
        this.admin = admin;
        this.settings = settings;
        this.needed = needed;
        this.found = found;
    }

    /** @return whether there is a topic that the service may not delete, so that an authorizer must have limited it */
    boolean look() throws InterruptedException {
        Map<String, TopicDescription> descriptions = new HashMap<>();
        List<NeededTopic> catalogue = needed.catalogue();
        Map<String, KafkaFuture<TopicDescription>> described = describe(catalogue);
        for (Topic topic : Topic.values()) {
            NeededTopic wanted = needed.needed(topic);
            TopicDescription description = description(wanted, described);
            if (description != null) {
                descriptions.put(wanted.name(), description);
                Config config = config(wanted.name());
                List<String> problems = new ArrayList<>();
                if (config != null) {
                    problems.addAll(TopicSetup.problems(topic, wanted.name(), description, config));
                }
                tell(description, ServiceRights.of(topic), config, problems);
            }
        }
        List<NeededTopic> changelogs = needed.changelogs(descriptions);
        described = describe(changelogs);
        for (NeededTopic changelog : changelogs) {
            TopicDescription description = description(changelog, described);
            if (description != null) {
                // The service may not read the settings of its changelogs.
                tell(description, ServiceRights.OF_CHANGELOGS, null, NeededTopics.problems(changelog, description));
            }
        }
        return isLimited;
    }

    private Map<String, KafkaFuture<TopicDescription>> describe(List<NeededTopic> topics) {
        return admin.describeTopics(
                        topics.stream().map(NeededTopic::name).toList(),
                        new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues();
    }

    private @Nullable TopicDescription description(
            NeededTopic topic, Map<String, KafkaFuture<TopicDescription>> described) throws InterruptedException {
        try {
            return Objects.requireNonNull(described.get(topic.name())).get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case UnknownTopicOrPartitionException _ -> absent(topic);
                case AuthorizationException _ ->
                    found.accept(Finding.missing("topic " + topic.name()
                            + " is missing, or the service has no right to Describe it; create it with: "
                            + topic.command() + ", and give the rights of deploy/kafka"));
                case null, default ->
                    found.accept(Finding.unknown(
                            "topic " + topic.name() + " was not described (" + BrokerProbe.why(e) + ")"));
            }
            return null;
        }
    }

    /** Where the service is to create it, Kafka says whether that would work, and creates nothing. */
    private void absent(NeededTopic topic) throws InterruptedException {
        String create = "create it with: " + topic.command() + "; " + FILES;
        if (!settings.createTopics()) {
            found.accept(Finding.missing("topic " + topic.name() + " is missing; " + create));
            return;
        }
        NewTopic created =
                new NewTopic(topic.name(), topic.partitions(), settings.replicationFactor()).configs(topic.settings());
        try {
            admin.createTopics(List.of(created), new CreateTopicsOptions().validateOnly(true))
                    .all()
                    .get();
            found.accept(Finding.ok("topic " + topic.name() + " is not there yet; the service may create it"));
        } catch (ExecutionException e) {
            found.accept(Finding.missing(
                    e.getCause() instanceof AuthorizationException
                            ? "topic " + topic.name() + " is missing, and the service has no right to create it; set"
                                    + " kpfleet.kafka.create-topics=false, and " + create
                            : "topic " + topic.name() + " is missing, and Kafka would not create it ("
                                    + BrokerProbe.why(e) + "); " + create));
        }
    }

    /** @return null if it is not known; it has been told why, unless the right is missing, which is told with the others */
    private @Nullable Config config(String topic) throws InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            return admin.describeConfigs(List.of(resource)).all().get().get(resource);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof AuthorizationException)) {
                found.accept(Finding.unknown(
                        "topic " + topic + ": its settings were not read (" + BrokerProbe.why(e) + ")"));
            }
            return null;
        }
    }

    /** @param config null if it is not known */
    private void tell(
            TopicDescription topic, Set<AclOperation> rights, @Nullable Config config, List<String> problems) {
        isLimited |= !topic.authorizedOperations().contains(AclOperation.DELETE);
        List<String> all = new ArrayList<>(problems);
        all.addAll(lacking(topic, rights));
        replicas(topic, config, all);
        if (all.isEmpty()) {
            found.accept(Finding.ok("topic " + topic.name() + " with "
                    + Count.of(topic.partitions().size(), "partition") + ", and the rights to "
                    + ServiceRights.names(rights)));
        } else {
            all.forEach(problem -> found.accept(Finding.missing(problem)));
        }
    }

    private static List<String> lacking(TopicDescription topic, Set<AclOperation> rights) {
        Set<AclOperation> lacking = EnumSet.copyOf(rights);
        lacking.removeAll(topic.authorizedOperations());
        return lacking.isEmpty()
                ? List.of()
                : List.of("topic " + topic.name() + ": the service has no right to " + ServiceRights.names(lacking)
                        + "; give it to its user with: "
                        + ServiceRights.command(lacking, "--topic " + topic.name()));
    }

    /** Without leader or without enough replicas nothing is written. */
    private static void replicas(TopicDescription topic, @Nullable Config config, List<String> problems) {
        int needed =
                config == null ? 1 : Integer.parseInt(config.get(MIN_IN_SYNC).value());
        for (TopicPartitionInfo partition : topic.partitions()) {
            String name = "topic " + topic.name() + ", partition " + partition.partition();
            if (partition.leader() == null || partition.leader().isEmpty()) {
                problems.add(name + " has no leader; start the brokers that have it");
            } else if (partition.replicas().size() < needed) {
                problems.add("topic " + topic.name() + " has "
                        + Count.of(partition.replicas().size(), "replica")
                        + ", and " + MIN_IN_SYNC + "=" + needed
                        + " keeps everything from being written; add replicas with:"
                        + " kafka-reassign-partitions.sh");
                return;
            } else if (partition.isr().size() < needed) {
                problems.add(name + " has " + Count.of(partition.isr().size(), "replica") + " in sync, and "
                        + MIN_IN_SYNC + "=" + needed + " keeps everything from being written; start the other brokers");
            }
        }
    }
}
