package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.reactive.messaging.kafka.impl.ReactiveKafkaProducer;
import io.smallrye.reactive.messaging.providers.DefaultEmitterConfiguration;
import io.smallrye.reactive.messaging.providers.extension.EmitterImpl;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;

/**
 * Why the API and the inventory publish by plain producers: what an emitter of Reactive Messaging does that would be worse for them.
 * Where one of these fails after an update, docs/adr/0014 may be looked at again.
 */
class EmitterLimitsTest {

    private static final int SENDERS = 5;
    private static final Duration MAX_BLOCK = Duration.ofMillis(200);
    private static final int CLOSE_MILLIS = 1_000;
    private static final int BUFFER = 128;
    private static final int IN_FLIGHT = 1024;

    /** With a plain producer each of these would wait for {@code max.block.ms} and no longer. */
    @Test
    void whoeverPublishesWhileKafkaIsAwayWaitsForAllThoseBeforeHim() {
        ReactiveKafkaProducer<byte[], byte[]> client = new ReactiveKafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        "127.0.0.1:1",
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "emitter",
                        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                        ByteArraySerializer.class.getName(),
                        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                        ByteArraySerializer.class.getName(),
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        MAX_BLOCK.toMillis()),
                "emitter",
                CLOSE_MILLIS,
                false,
                null,
                null,
                null,
                (producer, settings) -> {});
        try {
            long begun = System.nanoTime();
            List<CompletableFuture<RecordMetadata>> sent = IntStream.range(0, SENDERS)
                    .mapToObj(_ ->
                            client.send(new ProducerRecord<>("t", new byte[0])).subscribeAsCompletionStage())
                    .toList();

            assertThat(sent)
                    .allSatisfy(one -> assertThatThrownBy(one::join)
                            .isInstanceOf(CompletionException.class)
                            .hasCauseInstanceOf(TimeoutException.class));
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isGreaterThanOrEqualTo(MAX_BLOCK.multipliedBy(SENDERS));
        } finally {
            client.close();
        }
    }

    /** A plain producer lets whoever publishes wait until there is room; the first listing of a subscription changes thousands. */
    @Test
    void moreThanItHasRoomForIsAnErrorAtOnceAndNoWait() {
        EmitterImpl<byte[]> emitter =
                new EmitterImpl<>(new DefaultEmitterConfiguration("clusters", null, null, null), BUFFER);
        Multi.createFrom()
                .publisher(emitter.getPublisher())
                .subscribe()
                .withSubscriber(AssertSubscriber.create(IN_FLIGHT));

        for (int i = 0; i < IN_FLIGHT + BUFFER; i++) {
            emitter.send(Message.of(new byte[0]));
        }

        assertThatThrownBy(() -> emitter.send(Message.of(new byte[0])))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Insufficient downstream requests");
    }
}
