package dev.kubeproxyfleet.simulator.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Topics, users and rights as {@code deploy/kafka/strimzi} has them.
 *
 * @param topics with as many replicas as the brokers give by default
 * @param rights by the name of the user
 */
record DeployedKafka(List<NewTopic> topics, Map<String, List<AclBinding>> rights) {

    private static final YAMLMapper YAML = new YAMLMapper();

    static DeployedKafka read() throws IOException {
        List<NewTopic> topics = new ArrayList<>();
        for (JsonNode topic : documents("topics.yaml")) {
            Map<String, String> config = new LinkedHashMap<>();
            topic.at("/spec/config")
                    .properties()
                    .forEach(
                            entry -> config.put(entry.getKey(), entry.getValue().asText()));
            // It fits the number of replicas, which is that of the brokers here.
            config.remove("min.insync.replicas");
            topics.add(new NewTopic(
                            name(topic),
                            Optional.of(topic.at("/spec/partitions").intValue()),
                            Optional.empty())
                    .configs(config));
        }
        Map<String, List<AclBinding>> rights = new LinkedHashMap<>();
        for (JsonNode user : documents("users.yaml")) {
            List<AclBinding> own = new ArrayList<>();
            for (JsonNode right : user.at("/spec/authorization/acls")) {
                for (JsonNode operation : right.get("operations")) {
                    own.add(new AclBinding(pattern(right.get("resource")), entry(name(user), operation)));
                }
            }
            rights.put(name(user), own);
        }
        return new DeployedKafka(topics, rights);
    }

    private static List<JsonNode> documents(String file) throws IOException {
        try (InputStream text = Objects.requireNonNull(DeployedKafka.class.getResourceAsStream(file), file);
                MappingIterator<JsonNode> documents =
                        YAML.readerFor(JsonNode.class).readValues(text)) {
            return documents.readAll();
        }
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    private static ResourcePattern pattern(JsonNode resource) {
        return new ResourcePattern(
                ResourceType.fromString(constant(resource.get("type"))),
                resource.get("name").asText(),
                resource.get("patternType").asText().equals("prefix") ? PatternType.PREFIXED : PatternType.LITERAL);
    }

    private static AccessControlEntry entry(String user, JsonNode operation) {
        return new AccessControlEntry(
                "User:" + user, "*", AclOperation.fromString(constant(operation)), AclPermissionType.ALLOW);
    }

    /** {@code DescribeConfigs} is {@code DESCRIBE_CONFIGS} in Java. */
    private static String constant(JsonNode word) {
        return word.asText().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }
}
