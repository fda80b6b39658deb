package dev.kubeproxyfleet.fleet.kafka;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.Subtopology;

/** The topics that Kafka Streams keeps the stores of an application in. It creates them by itself where it may. */
final class Changelogs {

    private Changelogs() {}

    /**
     * A changelog has a partition for each task, so as many as the most that a topic has which the task reads.
     *
     * @param topology whose stores are all kept in changelogs, but for the global ones
     * @param partitions of a topic that the application reads
     */
    static List<NeededTopic> of(String applicationId, Topology topology, ToIntFunction<String> partitions) {
        return topology.describe().subtopologies().stream()
                .flatMap(part -> stores(part)
                        .map(store -> new NeededTopic(
                                applicationId + "-" + store + "-changelog",
                                sources(part).mapToInt(partitions).max().orElseThrow(),
                                Map.of("cleanup.policy", "compact"))))
                .toList();
    }

    private static Stream<String> stores(Subtopology part) {
        return part.nodes().stream()
                .filter(TopologyDescription.Processor.class::isInstance)
                .map(TopologyDescription.Processor.class::cast)
                .map(TopologyDescription.Processor::stores)
                .flatMap(Collection::stream)
                .distinct()
                .sorted();
    }

    private static Stream<String> sources(Subtopology part) {
        return part.nodes().stream()
                .filter(TopologyDescription.Source.class::isInstance)
                .map(TopologyDescription.Source.class::cast)
                .map(TopologyDescription.Source::topicSet)
                .flatMap(Collection::stream);
    }
}
