package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.broker.GuardedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a real broker with the rights of {@code deploy/kafka} lets through, and what is said of the rest. It acts by a change of topics
 * or rights a moment after it has answered.
 */
@SuppressWarnings("NullAway.Init")
class TopicSetupIT {

    @TempDir
    static Path folder;

    private static GuardedBroker broker;
    private static Admin everything;

    @BeforeAll
    static void start() throws Exception {
        broker = GuardedTopics.start(folder.resolve("broker"));
        everything = Admin.create(Map.of("bootstrap.servers", broker.openServers()));
    }

    @AfterAll
    static void stop() {
        everything.close();
        broker.close();
    }

    @Test
    void theTopicsOfTheFilesAreAllThatTheServiceNeeds() throws Exception {
        await().untilAsserted(
                        () -> assertThat(prepare(KafkaFiles.PREFIX, false)).isEqualTo(new TopicState.Ready()));
        await().untilAsserted(() -> assertThat(prepare(KafkaFiles.PREFIX, true)).isEqualTo(new TopicState.Ready()));
    }

    @Test
    void aTopicThatIsMissingIsNamedWithTheCommandThatCreatesIt() throws Exception {
        String name = "kubeproxy.controller-open-changelog";
        everything.deleteTopics(List.of(name)).all().get();
        try {
            await().untilAsserted(() -> assertThat(prepare(KafkaFiles.PREFIX, false))
                    .isEqualTo(new TopicState.Waiting(List.of(
                            "topic " + name + " is missing, or the service has no right to Describe it; create it with:"
                                    + " kafka-topics.sh --create --topic " + name
                                    + " --partitions 1 --config cleanup.policy=compact"))));
        } finally {
            GuardedTopics.create(everything, name);
        }
    }

    @Test
    void everyTopicIsMissingWhereNobodyMadeThem() throws Exception {
        await().untilAsserted(() -> assertThat(prepare("other.", false))
                .isInstanceOfSatisfying(
                        TopicState.Waiting.class,
                        waiting -> assertThat(waiting.needs())
                                .hasSize(KafkaFiles.topics().size())
                                .anySatisfy(need -> assertThat(need)
                                        .contains("--topic other.health-nodes-changelog --partitions 6"))));
    }

    @Test
    void aServiceThatMayNotCreateTopicsSaysSoWhereItIsToldToCreateThem() throws Exception {
        await().untilAsserted(() -> assertThat(prepare("other.", true))
                .isInstanceOfSatisfying(
                        TopicState.Waiting.class,
                        waiting -> assertThat(waiting.needs())
                                .hasSize(Topic.values().length)
                                .allSatisfy(need -> assertThat(need)
                                        .startsWith("the service has no right to create topic other.")
                                        .contains(
                                                "kpfleet.kafka.create-topics=false",
                                                "kafka-topics.sh --create --topic other."))));
    }

    @Test
    void aRightThatIsMissingIsNamedWithTheCommandThatGivesIt() throws Exception {
        var right = GuardedTopics.acls(Party.SERVICE)
                .filter(acl -> acl.pattern().name().equals("kubeproxy.audit")
                        && acl.entry().operation() == AclOperation.DESCRIBE_CONFIGS)
                .findFirst()
                .orElseThrow();
        everything.deleteAcls(List.of(right.toFilter())).all().get();
        try {
            await().untilAsserted(() -> assertThat(prepare(KafkaFiles.PREFIX, false))
                    .isEqualTo(new TopicState.Waiting(List.of(
                            "the service has no right to read the settings of topic kubeproxy.audit; give it to its user"
                                    + " with: kafka-acls.sh --add --operation DescribeConfigs --topic kubeproxy.audit"
                                    + " --allow-principal User:<name>"))));
        } finally {
            everything.createAcls(List.of(right)).all().get();
        }
    }

    @Test
    void aChangelogOfAnotherNumberOfPartitionsIsWrong() throws Exception {
        String name = "kubeproxy.health-nodes-changelog";
        everything.deleteTopics(List.of(name)).all().get();
        everything
                .createTopics(List.of(new NewTopic(name, 5, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                .all()
                .get();
        try {
            await().untilAsserted(
                            () -> assertThat(prepare(KafkaFiles.PREFIX, false))
                                    .isEqualTo(
                                            new TopicState.Wrong(
                                                    List.of(
                                                            "topic " + name
                                                                    + " has 5 partitions but must have 6, as many as what it keeps the state of; recreate it"))));
        } finally {
            everything.deleteTopics(List.of(name)).all().get();
            GuardedTopics.create(everything, name);
        }
    }

    @ParameterizedTest
    @EnumSource(Topic.class)
    void anAgentWritesNodeStatsAndNothingElse(Topic topic) throws Exception {
        writes(Party.AGENT, topic, topic == Topic.NODE_STATS);
        reads(Party.AGENT, topic, false);
    }

    @ParameterizedTest
    @EnumSource(Topic.class)
    void aPublisherWritesConfigurationsAndNothingElse(Topic topic) throws Exception {
        writes(Party.PUBLISHER, topic, topic == Topic.DESIRED);
        reads(Party.PUBLISHER, topic, false);
    }

    @ParameterizedTest
    @EnumSource(Topic.class)
    void aReaderWritesNothingAndReadsNothingThatMayHoldSecrets(Topic topic) throws Exception {
        writes(Party.READER, topic, false);
        reads(
                Party.READER,
                topic,
                switch (topic) {
                    case CLUSTERS, CONFIGS, ROLLOUTS, ROLLOUT_CLUSTERS, CLUSTER_HEALTH, CLUSTER_KUBERNETES, AUDIT ->
                        true;
                    case DESIRED, COMMANDS, NEW_CLUSTERS, REJECTED, OPERATIONS, OUTCOMES, NODE_STATS -> false;
                });
    }

    private static void writes(Party party, Topic topic, boolean may) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(client(party), new StringSerializer(), new StringSerializer())) {
            ProducerRecord<String, String> record = new ProducerRecord<>(topic.name(KafkaFiles.PREFIX), "key", "value");
            if (may) {
                producer.send(record).get();
            } else {
                // Refused is the record, or before it the producer, whichever the broker answers first.
                assertThatThrownBy(() -> producer.send(record).get()).hasCauseInstanceOf(AuthorizationException.class);
            }
        }
    }

    private static void reads(Party party, Topic topic, boolean may) {
        Map<String, Object> properties = client(party);
        properties.put("group.id", "kubeproxy.reader-" + topic.suffix());
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic.name(KafkaFiles.PREFIX)));
            if (may) {
                consumer.poll(Duration.ofMillis(200));
            } else {
                assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(30)))
                        .isInstanceOf(AuthorizationException.class);
            }
        }
    }

    private static Map<String, Object> client(Party party) {
        Map<String, Object> properties = new HashMap<>(broker.client(party.user()));
        properties.put("bootstrap.servers", broker.bootstrapServers());
        return properties;
    }

    private static TopicState prepare(String prefix, boolean createTopics) throws Exception {
        try (Admin admin = Admin.create(client(Party.SERVICE))) {
            return new TopicSetup(
                            admin, new GivenKafkaSettings(prefix, createTopics), () -> KafkaFiles.topologies(prefix))
                    .prepare();
        }
    }
}
