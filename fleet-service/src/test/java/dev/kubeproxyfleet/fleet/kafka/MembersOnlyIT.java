package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Streams does with a task in which only time has passed, with the clients that it is given. */
@SuppressWarnings("NullAway.Init")
class MembersOnlyIT {

    private static final String GROUP = "application";
    private static final TopicPartition IN = new TopicPartition("in", 0);
    private static final TopicPartition UNREAD = new TopicPartition("in", 1);
    private static final String OUT = "out";

    @TempDir
    static Path folder;

    private static EmbeddedBroker broker;
    private static Admin admin;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        admin.createTopics(List.of(new NewTopic(IN.topic(), 2, (short) 1), new NewTopic(OUT, 1, (short) 1)))
                .all()
                .get();
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void aMemberCommitsWhatOnlyTimeHasBroughtAndReadsOnWhereItWas() throws Exception {
        OffsetAndMetadata read = new OffsetAndMetadata(7, "of the application");
        try (Clients clients = new Clients("one")) {
            clients.write();
            clients.producer.sendOffsetsToTransaction(Map.of(IN, read), clients.consumer.groupMetadata());
            clients.producer.commitTransaction();

            clients.write();
            clients.commit(clients.consumer.groupMetadata());
        }

        assertThat(admin.listConsumerGroupOffsets(GROUP)
                        .partitionsToOffsetAndMetadata()
                        .get())
                .containsExactlyInAnyOrderEntriesOf(Map.of(IN, read, UNREAD, new OffsetAndMetadata(0)));
    }

    @Test
    void whoeverIsNoMemberAnyMoreCommitsNothing() throws Exception {
        try (Clients clients = new Clients("two")) {
            clients.write();
            ConsumerGroupMetadata wasMember = clients.consumer.groupMetadata();
            admin.removeMembersFromConsumerGroup(GROUP, new RemoveMembersFromConsumerGroupOptions())
                    .all()
                    .get();

            assertThatThrownBy(() -> clients.commit(wasMember)).isInstanceOf(CommitFailedException.class);
            clients.producer.abortTransaction();
        }
    }

    /** A thread of Streams as Kafka sees it. */
    private static final class Clients implements AutoCloseable {

        final Consumer<byte[], byte[]> consumer;
        final Producer<byte[], byte[]> producer;

        Clients(String thread) {
            MembersOnly supplier = new MembersOnly();
            consumer = supplier.getConsumer(Map.of(
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "client.id",
                    thread + "-consumer",
                    "group.id",
                    GROUP,
                    "enable.auto.commit",
                    false,
                    "auto.offset.reset",
                    "earliest"));
            producer = supplier.getProducer(Map.of(
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "client.id",
                    thread + "-producer",
                    "transactional.id",
                    thread));
            consumer.subscribe(List.of(IN.topic()));
            while (consumer.assignment().isEmpty()) {
                consumer.poll(Duration.ofMillis(100));
            }
            producer.initTransactions();
        }

        void write() {
            producer.beginTransaction();
            var unused = producer.send(new ProducerRecord<>(OUT, new byte[] {1}));
        }

        void commit(ConsumerGroupMetadata member) {
            producer.sendOffsetsToTransaction(Map.of(), member);
            producer.commitTransaction();
        }

        @Override
        public void close() {
            producer.close();
            consumer.close();
        }
    }
}
