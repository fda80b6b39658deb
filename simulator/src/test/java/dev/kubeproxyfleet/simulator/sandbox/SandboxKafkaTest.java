package dev.kubeproxyfleet.simulator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.schemas.topic.Topic;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain clients of Kafka, with the files that a sandbox writes for them. */
class SandboxKafkaTest {

    private static final String DESIRED = Topic.DESIRED.name(Topic.DEFAULT_PREFIX);
    private static final String COMMANDS = Topic.COMMANDS.name(Topic.DEFAULT_PREFIX);
    private static final String CLUSTERS = Topic.CLUSTERS.name(Topic.DEFAULT_PREFIX);

    /** For what never comes. */
    private static final String SHORT_MILLIS = "3000";

    @TempDir
    Path temporary;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void everybodyMayDoWhatDeployKafkaSaysAndNothingElse(int brokers) throws Exception {
        try (DataFolder folder = folder(brokers);
                SandboxKafka kafka = start(folder, brokers)) {
            Properties publisher = file(folder, SecuredKafka.PUBLISHER);
            write(publisher, DESIRED);
            assertThatThrownBy(() -> write(publisher, COMMANDS)).isInstanceOf(AuthorizationException.class);
            assertThatThrownBy(() -> read(publisher, DESIRED)).isInstanceOf(AuthorizationException.class);
            assertThatThrownBy(() -> write(properties(kafka.agents()), DESIRED))
                    .isInstanceOf(AuthorizationException.class);
            read(file(folder, "kubeproxy-fleet-reader"), CLUSTERS);
            assertThatThrownBy(() -> makeTopic(file(folder, SecuredKafka.SERVICE)))
                    .isInstanceOf(AuthorizationException.class);

            publisher.setProperty(
                    "sasl.jaas.config",
                    publisher
                            .getProperty("sasl.jaas.config")
                            .replaceFirst("password=\"[^\"]+\"", "password=\"guess\""));
            assertThatThrownBy(() -> write(publisher, DESIRED)).isInstanceOf(SaslAuthenticationException.class);
            assertThatThrownBy(() -> write(properties(Map.of("bootstrap.servers", kafka.servers())), DESIRED))
                    .isInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void passwordsAreOfOneStartAndInFilesOfTheOwnerAlone() throws Exception {
        Properties before;
        try (DataFolder folder = folder(1);
                SandboxKafka kafka = start(folder, 1)) {
            before = file(folder, SecuredKafka.PUBLISHER);
            write(before, DESIRED);
            try (Stream<Path> files = Files.list(folder.kafkaUsers())) {
                assertThat(files)
                        .hasSize(9)
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .isEqualTo("rw-------"));
            }
            assertThat(kafka.users()).singleElement().asString().doesNotContain("password");
        }
        try (DataFolder folder = folder(1);
                SandboxKafka kafka = start(folder, 1)) {
            before.setProperty("bootstrap.servers", kafka.servers());
            assertThatThrownBy(() -> write(before, DESIRED)).isInstanceOf(SaslAuthenticationException.class);
            write(file(folder, SecuredKafka.PUBLISHER), DESIRED);
        }
    }

    private DataFolder folder(int brokers) throws SandboxFailure {
        return DataFolder.open(temporary.resolve("data"), new DataFolder.Fleet(1, 1, 1, brokers));
    }

    private static SandboxKafka start(DataFolder folder, int brokers) throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = socket.getLocalPort();
        }
        SandboxKafka kafka = SandboxKafka.start(folder, brokers, port, true, _ -> {});
        kafka.setUp();
        return kafka;
    }

    private static Properties file(DataFolder folder, String user) throws Exception {
        Properties properties = new Properties();
        try (var reader =
                Files.newBufferedReader(folder.kafkaUsers().resolve(user + ".properties"), StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        return properties;
    }

    private static Properties properties(Map<String, String> settings) {
        Properties properties = new Properties();
        properties.putAll(settings);
        return properties;
    }

    private static void write(Properties client, String topic) throws Exception {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.setProperty("max.block.ms", client.containsKey("security.protocol") ? "60000" : SHORT_MILLIS);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "key", "value")).get();
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }

    private static void read(Properties client, String topic) {
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            consumer.poll(Duration.ofSeconds(1));
        }
    }

    private static void makeTopic(Properties client) throws Exception {
        Map<String, Object> properties = new HashMap<>();
        client.stringPropertyNames().forEach(name -> properties.put(name, client.getProperty(name)));
        try (Admin admin = Admin.create(properties)) {
            admin.createTopics(List.of(new NewTopic("another", 1, (short) 1)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }
}
