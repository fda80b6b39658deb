package dev.kubeproxyfleet.fleet.creation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.fleet.api.WithoutKafka;
import dev.kubeproxyfleet.fleet.azure.ClusterCreation.Result;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.smallrye.reactive.messaging.ChannelRegistry;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.smallrye.reactive.messaging.memory.InMemoryConnector;
import io.smallrye.reactive.messaging.memory.InMemorySource;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the channel hands events over and acknowledges them, by the in-memory connector. */
@QuarkusTest
@TestProfile(NewClusterChannelTest.InMemory.class)
@SuppressWarnings("NullAway.Init") // CDI injects the fields
class NewClusterChannelTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int EVENTS = 20;

    /** The API alone, and this package with a creation of its own. */
    public static class InMemory extends WithoutKafka {

        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
            settings.compute(
                    "quarkus.arc.exclude-types",
                    (name, types) -> types.replace("creation.*", "creation.CreationBeans"));
            for (String channel : List.of("incoming.new-clusters", "outgoing.new-clusters-rejected")) {
                settings.put("mp.messaging." + channel + ".enabled", "true");
                settings.put("mp.messaging." + channel + ".connector", InMemoryConnector.CONNECTOR);
            }
            return settings;
        }

        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            Set<Class<?>> alternatives = new HashSet<>(super.getEnabledAlternatives());
            alternatives.add(HeldCreation.class);
            return alternatives;
        }
    }

    /** Creates nothing, and the first cluster not before it is released. */
    @Alternative
    @Singleton
    static class HeldCreation {
        final List<String> asked = new CopyOnWriteArrayList<>();
        final CountDownLatch released = new CountDownLatch(1);
        final AtomicInteger most = new AtomicInteger();
        private final AtomicInteger now = new AtomicInteger();

        @Produces
        @Alternative
        @Singleton
        NewClusters clusters(FleetView view, InstantSource clock) {
            return new NewClusters(
                    view,
                    (id, cluster, kubeProxy, patience) -> {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        asked.add(id);
                        awaitRelease();
                        now.decrementAndGet();
                        return new Result.Begun("Creating");
                    },
                    record -> CompletableFuture.completedFuture(null),
                    Pause.REAL,
                    clock);
        }

        private void awaitRelease() {
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Inject
    @Any
    InMemoryConnector connector;

    @Inject
    ChannelRegistry channels;

    @Inject
    FleetView view;

    @Inject
    HeldCreation creation;

    private final List<Long> acknowledged = new CopyOnWriteArrayList<>();
    private final List<Throwable> failed = new CopyOnWriteArrayList<>();

    /** Whatever the test found, the application is to stop. */
    @AfterEach
    void release() {
        creation.released.countDown();
    }

    @Test
    void beginsOnceTheConfigsAreKnownAndTakesOneEventAfterTheOther() {
        assertThat(channels.getPausable(NewClusterConsumer.CHANNEL).isPaused()).isTrue();
        Fleet.tell(view, Fleet.rollout("prod", 1, RolloutStatus.State.Running));
        Fleet.markCaughtUp(view);
        await("the channel begins")
                .atMost(PATIENCE)
                .until(() -> !channels.getPausable(NewClusterConsumer.CHANNEL).isPaused());

        InMemorySource<Message<byte[]>> events = connector.source(NewClusterConsumer.CHANNEL);
        List<String> clusters =
                IntStream.range(0, EVENTS).mapToObj(i -> Fleet.id("new-" + i)).toList();
        for (int i = 0; i < EVENTS; i++) {
            events.send(event(i, "{\"id\": \"" + clusters.get(i) + "\", \"config\": \"prod\", \"cluster\": {}}"));
        }
        events.send(event(EVENTS, "{no json"));
        await("the first is carried out").atMost(PATIENCE).until(() -> !creation.asked.isEmpty());
        assertThat(acknowledged).isEmpty();
        assertThat(creation.asked).containsExactly(clusters.getFirst());
        creation.released.countDown();

        await("all are acknowledged").atMost(PATIENCE).until(() -> acknowledged.size() == EVENTS + 1);
        assertThat(creation.asked).containsExactlyElementsOf(clusters);
        assertThat(creation.most).hasValue(1);
        assertThat(acknowledged).isSorted();
        assertThat(failed).isEmpty();
        assertThat(connector
                        .<ProducerRecord<byte[], byte[]>>sink(NewClusterConsumer.REJECTED)
                        .received())
                .singleElement()
                .satisfies(message -> {
                    assertThat(message.getPayload().topic()).isEqualTo("kubeproxy.rejected");
                    assertThat(message.getPayload().value())
                            .asString(StandardCharsets.UTF_8)
                            .isEqualTo("{no json");
                    assertThat(message.getPayload()
                                    .headers()
                                    .lastHeader("kpfleet-code")
                                    .value())
                            .asString(StandardCharsets.UTF_8)
                            .isEqualTo("InvalidRequest");
                });
        assertThat(RestAssured.get("/q/metrics").asString())
                .contains("quarkus_messaging_message_acks_total{channel=\"new-clusters\"");
        RestAssured.get("/q/health/ready").then().body(Matchers.not(Matchers.containsString("\"new-clusters\"")));
    }

    private Message<byte[]> event(long offset, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>("kubeproxy.new-clusters", 0, offset, new byte[0], bytes);
        return Message.of(
                bytes,
                Metadata.of(new IncomingKafkaRecordMetadata<>(record, NewClusterConsumer.CHANNEL)),
                () -> {
                    acknowledged.add(offset);
                    return CompletableFuture.completedFuture(null);
                },
                failure -> {
                    failed.add(failure);
                    return CompletableFuture.completedFuture(null);
                });
    }
}
