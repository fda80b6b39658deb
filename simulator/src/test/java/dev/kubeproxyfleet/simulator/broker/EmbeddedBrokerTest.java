package dev.kubeproxyfleet.simulator.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

    private static final String TOPIC = "kubeproxy.desired";

    @TempDir
    Path folder;

    @Test
    void recordsAreStillThereAfterARestartOnOtherPorts() throws Exception {
        int firstPort;
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0)) {
            firstPort = broker.port();
            createTopic(broker);
            write(broker, "before");
        }
        try (ServerSocket taken = new ServerSocket(firstPort, 1, InetAddress.getByName("127.0.0.1"));
                EmbeddedBroker broker = EmbeddedBroker.start(folder, 0)) {
            assertThat(broker.port()).isNotEqualTo(taken.getLocalPort());
            assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + broker.port());
            write(broker, "after");
            assertThat(read(broker, 2)).containsExactly("before", "after");
        }
    }

    @Test
    void aFreePortIsNoneOfThoseThatAreTakenInAMoment() throws Exception {
        int[] taken = {};
        for (int i = 0; i < 1_000; i++) {
            int next = EmbeddedBroker.freePort(taken);
            assertThat(taken).doesNotContain(next);
            taken = Arrays.copyOf(taken, taken.length + 1);
            taken[taken.length - 1] = next;
        }
    }

    @Test
    void topicsAreNotMadeByAccident() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThatThrownBy(() -> admin.describeTopics(List.of("nobody-made-this"))
                            .allTopicNames()
                            .get())
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
            assertThat(admin.listTopics().names().get()).isEmpty();
        }
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedBroker.start(folder, taken.getLocalPort()))
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort())
                    .hasMessageContaining("name another port");
        }
    }

    @Test
    void aFolderOfSomethingElseIsLeftAlone() throws Exception {
        Path precious = Files.writeString(folder.resolve("thesis.txt"), "chapter 1");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatThrownBy(() -> EmbeddedBroker.start(folder, 0))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("Name another data folder");
        assertThat(precious).hasContent("chapter 1");
        assertThat(permissions(folder)).isEqualTo("rwxr-xr-x");
    }

    @Test
    void nobodyElseMayLookIntoItsData() throws Exception {
        Path data = folder.resolve("new");
        EmbeddedBroker.start(data, 0).close();
        assertThat(permissions(data)).isEqualTo("rwx------");

        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        EmbeddedBroker.start(data, 0).close();
        assertThat(permissions(data)).as("of an earlier version").isEqualTo("rwx------");
    }

    private static String permissions(Path of) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(of));
    }

    @Test
    void aBrokenFolderSaysWhatToDo() throws Exception {
        Files.writeString(folder.resolve("meta.properties"), "version=1\nnode.id=1\n");

        assertThatThrownBy(() -> EmbeddedBroker.start(folder, 0))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("Delete the folder");
    }

    @Test
    void aFolderInUseSaysSo() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0)) {
            assertThat(broker.port()).isPositive();
            assertThatThrownBy(() -> EmbeddedBroker.start(folder, 0))
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining("Another broker uses the data folder");
        }
    }

    private static void createTopic(EmbeddedBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
    }

    private static void write(EmbeddedBroker broker, String value) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, "key", value)).get();
        }
    }

    private static List<String> read(EmbeddedBroker broker, int count) {
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringDeserializer(),
                new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<String> values = new ArrayList<>();
            for (int polls = 0; polls < 20 && values.size() < count; polls++) {
                consumer.poll(Duration.ofMillis(500)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }
}
