package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.streams.Topology;

/** All topics that the service cannot do without. */
final class NeededTopics {

    private final KafkaSettings settings;
    private final Supplier<Map<String, Topology>> applications;

    /** @param applications topologies by application id, to tell their changelogs from */
    NeededTopics(KafkaSettings settings, Supplier<Map<String, Topology>> applications) {
        this.settings = settings;
        this.applications = applications;
    }

    /** Those that records are exchanged on. */
    List<NeededTopic> catalogue() {
        return Arrays.stream(Topic.values()).map(this::needed).toList();
    }

    NeededTopic needed(Topic topic) {
        return NeededTopic.of(topic, settings.topicPrefix(), settings.partitions());
    }

    /**
     * Those that Kafka Streams keeps state in.
     *
     * @param found topics of the catalogue as they are, by name
     */
    List<NeededTopic> changelogs(Map<String, TopicDescription> found) {
        List<NeededTopic> changelogs = new ArrayList<>();
        applications
                .get()
                .forEach((id, topology) -> changelogs.addAll(Changelogs.of(id, topology, topic -> {
                    TopicDescription description = found.get(topic);
                    return description == null
                            ? wanted(topic)
                            : description.partitions().size();
                })));
        return changelogs;
    }

    /** Partitions of a topic of the catalogue that is yet to be created. */
    private int wanted(String name) {
        return catalogue().stream()
                .filter(topic -> topic.name().equals(name))
                .findFirst()
                .orElseThrow()
                .partitions();
    }

    /** What is wrong with a changelog, in a sentence; empty if all is well. */
    static List<String> problems(NeededTopic changelog, TopicDescription description) {
        int partitions = description.partitions().size();
        return partitions == changelog.partitions()
                ? List.of()
                : List.of("topic " + changelog.name() + " has " + partitions + " partitions but must have "
                        + changelog.partitions() + ", as many as what it keeps the state of; recreate it");
    }
}
