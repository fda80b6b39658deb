package dev.kubeproxyfleet.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.kubeproxyfleet.schemas.message.Notification;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The AsyncAPI document says what the topic catalogue says. */
class AsyncApiTest {

    private static final String LOCATION = "/META-INF/kubeproxyfleet/asyncapi.yaml";

    private static final JsonNode DOCUMENT = read(new YAMLMapper(), LOCATION);

    /** The specification's own JSON Schema, from the npm package {@code @asyncapi/specs} 6.11.1 (Apache License 2.0). */
    @Test
    void theDocumentIsValidAsyncApi() {
        Schema asyncApi = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(read(new ObjectMapper(), "/dev/kubeproxyfleet/schemas/topic/asyncapi-3.0.0.schema.json"));

        assertThat(asyncApi.validate(DOCUMENT)).isEmpty();
    }

    @Test
    void everyTopicIsThereAndNoneMore() {
        assertThat(DOCUMENT.get("channels").valueStream().filter(AsyncApiTest::isTopic))
                .extracting(channel -> channel.path("address").asText())
                .containsExactly(Arrays.stream(Topic.values())
                        .map(topic -> topic.name(Topic.DEFAULT_PREFIX))
                        .toArray(String[]::new));
    }

    @TestFactory
    Stream<DynamicTest> topicsAgree() {
        return Arrays.stream(Topic.values()).map(topic -> DynamicTest.dynamicTest(topic.suffix(), () -> agrees(topic)));
    }

    private static void agrees(Topic topic) {
        JsonNode channel = channel(topic);
        JsonNode kafka = channel.at("/bindings/kafka");

        assertThat(settings(kafka.path("topicConfiguration"))).isEqualTo(topic.settings());
        assertThat(kafka.has("partitions")).isEqualTo(topic.partitions() == Topic.Partitions.ONE);
        assertThat(kafka.path("partitions").asInt(1)).isEqualTo(1);
        assertThat(eventTypes(channel)).isEqualTo(expectedTypes(topic));
        assertThat(firstMessage(channel).at("/bindings/kafka/key/description").asText())
                .isEqualTo(topic.key());
    }

    @Test
    void everyTopicHasAWriterAndAReader() {
        Map<String, List<String>> actions = new LinkedHashMap<>();
        DOCUMENT.get("operations")
                .valueStream()
                .filter(operation -> isTopic(resolve(operation.at("/channel/$ref"))))
                .forEach(operation -> actions.computeIfAbsent(
                                resolve(operation.at("/channel/$ref"))
                                        .path("address")
                                        .asText(),
                                _ -> new ArrayList<>())
                        .add(operation.path("action").asText()));

        assertThat(actions)
                .hasSize(Topic.values().length)
                .allSatisfy(
                        (_, actionsOfTopic) -> assertThat(actionsOfTopic).containsExactlyInAnyOrder("send", "receive"));
    }

    @Test
    void theHeadersOfARejectedRecordAreThoseThatTheServiceWrites() {
        JsonNode headers = resolve(firstMessage(channel(Topic.REJECTED)).at("/headers/$ref"));

        assertThat(headers.path("properties").propertyStream().map(Map.Entry::getKey))
                .containsExactly(Arrays.stream(RejectionHeader.values())
                        .map(RejectionHeader::header)
                        .toArray(String[]::new));
        assertThat(headers.path("required").valueStream().map(JsonNode::asText))
                .as("known of every record, whereas its origin may not be")
                .containsExactly(
                        RejectionHeader.CODE.header(), RejectionHeader.MESSAGE.header(), RejectionHeader.PATH.header());
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<JsonNode> references = DOCUMENT.findValues("$ref");

        assertThat(references)
                .hasSizeGreaterThan(30)
                .allSatisfy(reference -> assertThat(leadsSomewhere(reference.asText()))
                        .as(reference.asText())
                        .isTrue());
    }

    private static boolean leadsSomewhere(String reference) {
        return reference.startsWith("#")
                ? !DOCUMENT.at(reference.substring(1)).isMissingNode()
                : AsyncApiTest.class.getResource(
                                URI.create(LOCATION).resolve(reference).getPath())
                        != null;
    }

    @Test
    void theTypesOfNotificationsAreThere() {
        JsonNode message = firstMessage(DOCUMENT.at("/channels/notifications"));

        assertThat(message.at("/payload/properties/type/enum").valueStream().map(JsonNode::asText))
                .containsExactly(Arrays.stream(Notification.Kind.values())
                        .map(Notification.Kind::type)
                        .toArray(String[]::new));
        assertThat(DOCUMENT.at("/components/schemas/Notification/properties/kind/enum")
                        .valueStream()
                        .map(JsonNode::asText))
                .containsExactly(Arrays.stream(Notification.Kind.values())
                        .map(Enum::name)
                        .toArray(String[]::new));
    }

    private static boolean isTopic(JsonNode channel) {
        return channel.path("address").isTextual();
    }

    private static JsonNode channel(Topic topic) {
        return DOCUMENT.get("channels")
                .valueStream()
                .filter(channel -> channel.path("address").asText().equals(topic.name(Topic.DEFAULT_PREFIX)))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode firstMessage(JsonNode channel) {
        return messages(channel).findFirst().orElseThrow();
    }

    private static Stream<JsonNode> messages(JsonNode channel) {
        return channel.path("messages").valueStream().map(message -> resolve(message.path("$ref")));
    }

    private static List<String> eventTypes(JsonNode channel) {
        return messages(channel)
                .map(message -> message.at("/headers/allOf/1/properties/ce_type/const"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .toList();
    }

    private static List<String> expectedTypes(Topic topic) {
        return Stream.concat(
                        Stream.ofNullable(topic.eventType()),
                        topic == Topic.CLUSTERS ? Stream.of(SubscriptionRecord.TYPE) : Stream.empty())
                .toList();
    }

    private static Map<String, String> settings(JsonNode configuration) {
        Map<String, String> settings = new LinkedHashMap<>();
        configuration.properties().forEach(setting -> settings.put(setting.getKey(), text(setting.getValue())));
        return settings;
    }

    private static String text(JsonNode value) {
        return value.isArray()
                ? String.join(
                        ",",
                        StreamSupport.stream(value.spliterator(), false)
                                .map(JsonNode::asText)
                                .toList())
                : value.asText();
    }

    private static JsonNode resolve(JsonNode reference) {
        return DOCUMENT.at(reference.asText().substring(1));
    }

    private static JsonNode read(ObjectMapper mapper, String resource) {
        try (InputStream in = AsyncApiTest.class.getResourceAsStream(resource)) {
            return mapper.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
