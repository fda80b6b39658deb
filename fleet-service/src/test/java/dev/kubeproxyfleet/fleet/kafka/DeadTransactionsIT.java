package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beside a real Kafka Streams application, which names its transactions and members as only it does. */
@SuppressWarnings("NullAway.Init")
class DeadTransactionsIT {

    private static final String APPLICATION = "kubeproxy.controller";
    private static final String IN = "in";
    private static final String OUT = "out";

    /** Longer than the test: Kafka must end no transaction by itself. */
    private static final int TRANSACTION_MILLIS = 600_000;

    @TempDir
    static Path folder;

    private static EmbeddedBroker broker;
    private static Admin admin;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        admin.createTopics(List.of(new NewTopic(IN, 1, (short) 1), new NewTopic(OUT, 1, (short) 1)))
                .all()
                .get();
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void theDeadOnesAreAbortedAndThoseOfTheLivingAreNot() throws Exception {
        String dead = APPLICATION + "-" + UUID.randomUUID() + "-1";
        String foreign = "kubeproxy.controllers-" + UUID.randomUUID() + "-1";
        try (KafkaStreams alive = new KafkaStreams(copying(), settings("alive"));
                KafkaProducer<String, String> left = producer(Map.of("transactional.id", dead));
                KafkaProducer<String, String> others = producer(Map.of("transactional.id", foreign))) {
            begin(left);
            begin(others);
            alive.start();
            await().until(() -> alive.state() == KafkaStreams.State.RUNNING);
            try (KafkaProducer<String, String> input = producer(Map.of())) {
                input.send(new ProducerRecord<>(IN, "key", "value")).get();
            }
            await().untilAsserted(() -> assertThat(open()).hasSize(3));

            assertThat(new DeadTransactions(admin, APPLICATION).end()).containsExactly(dead);

            assertThat(open()).hasSize(2).doesNotContain(dead).contains(foreign);
            assertThatThrownBy(left::commitTransaction)
                    .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
            others.abortTransaction();
        }
    }

    private static void begin(KafkaProducer<String, String> producer) throws Exception {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(OUT, "key", "of a transaction that stays open"))
                .get();
    }

    private static List<String> open() throws Exception {
        return admin
                .listTransactions(new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING)))
                .all()
                .get()
                .stream()
                .map(TransactionListing::transactionalId)
                .toList();
    }

    /** Copies from topic to topic, and commits next to never. */
    private static Topology copying() {
        Topology topology = new Topology();
        topology.addSource(
                "source", Serdes.String().deserializer(), Serdes.String().deserializer(), IN);
        topology.addProcessor(
                "copy",
                () -> new ContextualProcessor<String, String, String, String>() {
                    @Override
                    public void process(Record<String, String> record) {
                        context().forward(record);
                    }
                },
                "source");
        topology.addSink(
                "sink", OUT, Serdes.String().serializer(), Serdes.String().serializer(), "copy");
        return topology;
    }

    private static Properties settings(String name) {
        return StreamsProperties.of(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                APPLICATION,
                folder.resolve(name),
                (short) 1,
                Map.of(
                        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                        StreamsConfig.EXACTLY_ONCE_V2,
                        StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                        TRANSACTION_MILLIS,
                        StreamsConfig.producerPrefix("transaction.timeout.ms"),
                        TRANSACTION_MILLIS + 1,
                        StreamsConfig.consumerPrefix("auto.offset.reset"),
                        "earliest"));
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("transaction.timeout.ms", TRANSACTION_MILLIS);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }
}
