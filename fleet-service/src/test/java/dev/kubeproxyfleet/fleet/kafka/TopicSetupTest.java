package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopicSetupTest {

    private static final String KAFKAS_DEFAULT = "1048588";

    @ParameterizedTest
    @EnumSource(Topic.class)
    void aTopicAsItIsCreatedIsAllRight(Topic topic) {
        assertThat(problems(topic, 1, Map.of())).isEmpty();
    }

    @Test
    void aTopicThatWouldNotTakeWhatTheServiceWritesIsNamedWithTheCommandThatMendsIt() {
        assertThat(problems(Topic.REJECTED, 1, Map.of("max.message.bytes", KAFKAS_DEFAULT)))
                .singleElement()
                .asString()
                .startsWith("topic t has max.message.bytes=1048588 but must have at least " + Topic.REJECTED_MAX_BYTES)
                .endsWith("kafka-configs.sh --alter --topic t --add-config max.message.bytes="
                        + Topic.REJECTED_MAX_BYTES);
    }

    @ParameterizedTest
    @EnumSource(
            value = Topic.class,
            names = {"CLUSTERS", "OPERATIONS", "OUTCOMES", "ROLLOUTS", "ROLLOUT_CLUSTERS", "CLUSTER_HEALTH", "AUDIT"})
    void whatTheServiceWritesItselfNeedsItsRoom(Topic topic) {
        assertThat(problems(topic, 1, Map.of("max.message.bytes", Integer.toString(Topic.WRITTEN_MAX_BYTES))))
                .isEmpty();
        assertThat(problems(topic, 1, Map.of("max.message.bytes", Integer.toString(Topic.WRITTEN_MAX_BYTES - 1))))
                .singleElement()
                .asString()
                .contains("max.message.bytes=" + (Topic.WRITTEN_MAX_BYTES - 1))
                .contains("at least " + Topic.WRITTEN_MAX_BYTES);
    }

    @ParameterizedTest
    @EnumSource(
            value = Topic.class,
            names = {"DESIRED", "COMMANDS", "NEW_CLUSTERS", "NODE_STATS"})
    void ofWhatOthersWriteTheLimitIsTheirs(Topic topic) {
        assertThat(problems(topic, 1, Map.of("max.message.bytes", "1000"))).isEmpty();
    }

    @Test
    void eachProblemIsToldAndNotTheFirstOnly() {
        assertThat(problems(Topic.ROLLOUTS, 3, Map.of("cleanup.policy", "delete", "max.message.bytes", "1000")))
                .satisfiesExactly(
                        policy -> assertThat(policy).contains("cleanup.policy=delete"),
                        size -> assertThat(size).contains("max.message.bytes=1000"),
                        partitions -> assertThat(partitions).contains("3 partitions"));
    }

    /** Of a topic as it is created, with other settings in some places. */
    private static List<String> problems(Topic topic, int partitions, Map<String, String> others) {
        Map<String, String> settings = new HashMap<>(Map.of("max.message.bytes", KAFKAS_DEFAULT));
        settings.putAll(topic.settings());
        settings.putAll(others);
        Node node = Node.noNode();
        return TopicSetup.problems(
                topic,
                "t",
                new TopicDescription(
                        "t",
                        false,
                        Collections.nCopies(partitions, new TopicPartitionInfo(0, node, List.of(node), List.of(node)))),
                new Config(settings.entrySet().stream()
                        .map(setting -> new ConfigEntry(setting.getKey(), setting.getValue()))
                        .toList()));
    }
}
