package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A topic that the service cannot do without, as it is to be created.
 *
 * @param settings as Kafka names them
 */
record NeededTopic(String name, int partitions, Map<String, String> settings) {

    NeededTopic {
        settings = Map.copyOf(settings);
    }

    /** @param many partitions of a topic that may have several */
    static NeededTopic of(Topic topic, String prefix, int many) {
        int partitions = topic.partitions() == Topic.Partitions.ONE ? 1 : many;
        return new NeededTopic(topic.name(prefix), partitions, topic.settings());
    }

    /** What creates it, but for the brokers. */
    String command() {
        return "kafka-topics.sh --create --topic " + name + " --partitions " + partitions
                + new TreeMap<>(settings)
                        .entrySet().stream()
                                .map(setting -> " --config " + setting.getKey() + "=" + setting.getValue())
                                .collect(Collectors.joining());
    }
}
