package dev.kubeproxyfleet.simulator.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;

/** Writes 0, 1, 2, … to one partition until it is closed, and knows which of them it was told are kept. */
final class CountingProducer implements AutoCloseable {

    private static final int IN_FLIGHT = 20;

    private final String topic;
    private final String servers;
    private final ConcurrentSkipListSet<Integer> kept = new ConcurrentSkipListSet<>();
    private final List<Exception> refused = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;

    CountingProducer(String servers, String topic) {
        this.servers = servers;
        this.topic = topic;
        this.thread = Thread.ofPlatform().name("counting").start(this::run);
    }

    private void run() {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers, "acks", "all", "linger.ms", "5", "delivery.timeout.ms", "300000"),
                new IntegerSerializer(),
                new IntegerSerializer())) {
            for (int next = 0; !stopped; ) {
                var batch = new ArrayList<Future<?>>();
                for (int i = 0; i < IN_FLIGHT; i++) {
                    int number = next++;
                    batch.add(producer.send(new ProducerRecord<>(topic, 0, number, number), (_, failure) -> {
                        if (failure == null) {
                            kept.add(number);
                        } else {
                            refused.add(failure);
                        }
                    }));
                }
                for (var sent : batch) {
                    try {
                        sent.get();
                    } catch (ExecutionException e) {
                        // The callback has it.
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many are kept by now. */
    int count() {
        return kept.size();
    }

    /** Numbers that the brokers say they keep. */
    TreeSet<Integer> kept() {
        return new TreeSet<>(kept);
    }

    /** What they refused. */
    List<Exception> refused() {
        return refused;
    }

    /** Everything that is in the partition, in its order. */
    List<Integer> read() {
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers), new IntegerDeserializer(), new IntegerDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end =
                    consumer.endOffsets(List.of(partition)).values().iterator().next();
            List<Integer> numbers = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(500)).forEach(record -> numbers.add(record.value()));
            }
            return numbers;
        }
    }

    /** Returns when everything that was sent is answered. */
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
    }
}
