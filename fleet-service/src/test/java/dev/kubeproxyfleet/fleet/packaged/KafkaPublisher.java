package dev.kubeproxyfleet.fleet.packaged;

import dev.kubeproxyfleet.fleet.kafka.Party;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.broker.GuardedBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Whoever has the right to write to {@code desired}, and publishes there past the API. */
final class KafkaPublisher implements AutoCloseable {

    private static final String TOPIC = Topic.DESIRED.name(Topic.DEFAULT_PREFIX);
    private static final Duration POLL = Duration.ofMillis(100);

    /** It begins after the test. */
    private static final String DEV = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: { name: dev-iptables }
            spec:
              kubeProxy: { mode: IPTABLES }
              selector: { tags: { matchLabels: { env: dev } } }
              strategy: { startAt: "2999-01-01T00:00:00Z", stages: [{ name: all }] }
            """;

    private final KafkaProducer<String, byte[]> producer;

    /** @param credentials brokers and security of the publishers' clients */
    private KafkaPublisher(Map<String, String> credentials) {
        producer = new KafkaProducer<>(new HashMap<>(credentials), new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * Publishes within what {@code publisher:env=dev} may and beyond it, in the name of whoever has published {@code prod-ipvs} with a login,
     * and with the voucher of that: changed, copied, forged, and as it is.
     *
     * @param prodIpvs the config that was published
     * @return code and author that each event is to be answered with, by its id
     */
    static Map<String, List<String>> tries(GuardedBroker broker, String prodIpvs) throws Exception {
        ConsumerRecord<String, byte[]> petras = first(Map.of("bootstrap.servers", broker.openServers()), "prod-ipvs");
        String petra = new String(petras.headers().lastHeader("ce_kpfleetactor").value(), StandardCharsets.UTF_8);
        try (KafkaPublisher publisher = new KafkaPublisher(broker.tlsClient(Party.PUBLISHER.user()))) {
            publisher.publishes("dev-iptables", DEV, named("within", petra));
            publisher.publishes("prod-ipvs", prodIpvs.replace("LeastConnection", "RoundRobin"), named("beyond", petra));
            publisher.publishes("prod-ipvs", null, named("deletion", petra));
            RecordHeaders changed = new RecordHeaders(petras.headers());
            changed.remove("ce_id").add("ce_id", bytes("changed"));
            publisher.sends("prod-ipvs", petras.value(), changed);
            RecordHeaders deleting = new RecordHeaders(petras.headers());
            deleting.remove("ce_id").add("ce_id", bytes("copied"));
            publisher.sends("prod-ipvs", null, deleting);
            Headers forged = named("forged", petra);
            forged.add("ce_kpfleetvoucher", bytes("1." + Instant.now().toEpochMilli() + "." + "A".repeat(43)));
            publisher.publishes("dev-iptables", DEV, forged);
            publisher.sends("prod-ipvs", petras.value(), petras.headers());
        }
        String claim = "somebody who says to be " + petra;
        return Map.of(
                "within",
                List.of("RolloutPlanned", claim),
                "beyond",
                List.of("NotPermitted", claim),
                "deletion",
                List.of("NotPermitted", claim),
                "changed",
                List.of("VoucherNotValid", claim),
                "copied",
                List.of("VoucherNotValid", claim),
                "forged",
                List.of("VoucherNotValid", claim),
                new String(petras.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8),
                List.of("DuplicateEvent", petra));
    }

    /** Headers of a record that has the id of an event, and says who has published it. */
    private static Headers named(String id, String actor) {
        return new RecordHeaders()
                .add("ce_id", bytes(id))
                .add("ce_source", bytes("/pipeline"))
                .add("ce_specversion", bytes("1.0"))
                .add("ce_type", bytes(String.valueOf(Topic.DESIRED.eventType())))
                .add("ce_kpfleetactor", bytes(actor));
    }

    /**
     * The first record of a key.
     *
     * @param everything a client that may read, as publishers may not
     */
    private static ConsumerRecord<String, byte[]> first(Map<String, Object> everything, String key) {
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(everything, new StringDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            while (true) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (key.equals(record.key())) {
                        return record;
                    }
                }
            }
        }
    }

    /** Returns when the broker has it. @param document null for a tombstone */
    private void publishes(String key, @Nullable String document, Headers headers) throws Exception {
        sends(key, document == null ? null : bytes(document), headers);
    }

    private void sends(String key, byte @Nullable [] value, Headers headers) throws Exception {
        producer.send(new ProducerRecord<>(TOPIC, null, null, key, value, headers))
                .get();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
