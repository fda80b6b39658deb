package dev.kubeproxyfleet.fleet.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.streams.test.TestRecord;

/**
 * What Kafka has of a fleet and its controller at one moment: the stores' changelogs and the topics, as compaction leaves them. As text
 * it is a line of JSON for each record.
 *
 * @param stores values by key, by store
 * @param topics values by key, by topic
 */
record KeptFleet(Instant at, Map<String, Map<String, byte[]>> stores, Map<Topic, Map<String, byte[]>> topics) {

    /** What the controller tells on topics that are compacted. */
    static final List<Topic> TOLD = List.of(Topic.OPERATIONS, Topic.CONFIGS, Topic.ROLLOUTS, Topic.ROLLOUT_CLUSTERS);

    static <T> Map<String, byte[]> values(Map<String, T> records, Function<T, byte[]> bytes) {
        Map<String, byte[]> values = new TreeMap<>();
        records.forEach((key, value) -> values.put(key, bytes.apply(value)));
        return values;
    }

    Map<String, byte[]> topic(Topic topic) {
        return topics.getOrDefault(topic, Map.of());
    }

    /** The records of a topic; the list can be added to. */
    List<TestRecord<String, byte[]>> records(Topic topic) {
        List<TestRecord<String, byte[]>> records = new ArrayList<>();
        topic(topic).forEach((key, value) -> records.add(new TestRecord<>(key, value)));
        return records;
    }

    byte[] text() {
        StringBuilder lines = new StringBuilder();
        lines.append(Json.MAPPER.createObjectNode().put("at", at.toString())).append('\n');
        stores.forEach(
                (store, records) -> records.forEach((key, value) -> lines.append(line("store", store, key, value))));
        topics.forEach((topic, records) ->
                records.forEach((key, value) -> lines.append(line("topic", topic.suffix(), key, value))));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String line(String kind, String name, String key, byte[] value) {
        ObjectNode line = Json.MAPPER.createObjectNode().put(kind, name).put("key", key);
        try {
            JsonNode json = Json.EXACT.readTree(value);
            if (json.isObject()) {
                return line.<ObjectNode>set("json", json) + "\n";
            }
        } catch (IOException noJson) {
            // Avro, or a text.
        }
        return line.put("bytes", Base64.getEncoder().encodeToString(value)) + "\n";
    }

    static KeptFleet parse(byte[] text) throws IOException {
        Instant at = Instant.EPOCH;
        Map<String, Map<String, byte[]>> stores = new TreeMap<>();
        Map<Topic, Map<String, byte[]>> topics = new EnumMap<>(Topic.class);
        for (String line : new String(text, StandardCharsets.UTF_8).lines().toList()) {
            JsonNode json = Json.EXACT.readTree(line);
            if (json.has("at")) {
                at = Instant.parse(json.get("at").asText());
                continue;
            }
            Map<String, byte[]> records = json.has("store")
                    ? stores.computeIfAbsent(json.get("store").asText(), _ -> new TreeMap<>())
                    : topics.computeIfAbsent(ofSuffix(json.get("topic").asText()), _ -> new TreeMap<>());
            records.put(
                    json.get("key").asText(),
                    json.has("json")
                            ? Json.MAPPER.writeValueAsBytes(json.get("json"))
                            : Base64.getDecoder().decode(json.get("bytes").asText()));
        }
        return new KeptFleet(at, stores, topics);
    }

    private static Topic ofSuffix(String suffix) {
        for (Topic topic : Topic.values()) {
            if (topic.suffix().equals(suffix)) {
                return topic;
            }
        }
        throw new IllegalArgumentException("there is no topic " + suffix + " any more");
    }
}
