package dev.kubeproxyfleet.fleet.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecordDecoderTest {

    private static final Instant AT = Fleet.NOON;

    static Stream<Change> changes() {
        return Stream.of(
                Fleet.cluster("a", Fleet.LEAST_CONNECTION),
                new Change.Subscription("s-1", new SubscriptionRecord("s-1", 2, "Registered", List.of("s-1"))),
                Fleet.health("a", Fleet.NOON, "ipvs", "lc", 30),
                Fleet.change(Fleet.rollout("prod", 1, dev.kubeproxyfleet.schemas.message.RolloutStatus.State.Running)),
                Fleet.change(Fleet.status(
                        "prod.1",
                        "a",
                        dev.kubeproxyfleet.schemas.message.RolloutClusterStatus.State.Waiting,
                        "StageWaiting",
                        "waits")));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void readsWhatTheServicesWrite(Change change) throws IOException {
        assertThat(decode(change)).isEqualTo(new RecordDecoder.Decoded.Understood(change));
    }

    @Test
    void readsTombstones() {
        assertThat(RecordDecoder.decode(Topic.CLUSTERS, Fleet.id("a"), null, AT))
                .isEqualTo(new RecordDecoder.Decoded.Understood(new Change.Cluster(Fleet.id("a"), null, AT)));
        assertThat(RecordDecoder.decode(Topic.CLUSTERS, "/subscriptions/s-1", null, AT))
                .isEqualTo(new RecordDecoder.Decoded.Understood(new Change.Subscription("s-1", null)));
        assertThat(RecordDecoder.decode(Topic.ROLLOUT_CLUSTERS, "prod.1" + Fleet.id("a"), null, AT))
                .isEqualTo(
                        new RecordDecoder.Decoded.Understood(new Change.RolloutCluster("prod.1", Fleet.id("a"), null)));
        assertThat(RecordDecoder.decode(Topic.AUDIT, "prod", null, AT)).isEqualTo(new RecordDecoder.Decoded.Ignored());
    }

    @ParameterizedTest
    @EnumSource(
            value = Topic.class,
            names = {"ROLLOUTS", "ROLLOUT_CLUSTERS", "CLUSTERS", "CLUSTER_HEALTH", "AUDIT"})
    void garbageIsUnreadableAndNothingWorse(Topic topic) {
        for (String garbage : List.of("", "null", "{}", "[1]", "{\"state\":\"Flying\"}", "\u0000\u0001", "{\"id\":")) {
            RecordDecoder.Decoded decoded =
                    RecordDecoder.decode(topic, "prod.1" + Fleet.id("a"), garbage.getBytes(StandardCharsets.UTF_8), AT);
            assertThat(decoded).as("'%s' on %s", garbage, topic).isNotNull();
        }
        assertThat(RecordDecoder.decode(topic, null, new byte[] {1}, AT))
                .isInstanceOf(RecordDecoder.Decoded.Unreadable.class);
        assertThat(RecordDecoder.decode(topic, "prod.1" + Fleet.id("a"), new byte[] {1, 2, 3}, AT))
                .isInstanceOf(RecordDecoder.Decoded.Unreadable.class);
    }

    private static RecordDecoder.Decoded decode(Change change) throws IOException {
        return switch (change) {
            case Change.Rollout it -> RecordDecoder.decode(Topic.ROLLOUTS, it.id(), json(it.status()), AT);
            case Change.RolloutCluster it ->
                RecordDecoder.decode(Topic.ROLLOUT_CLUSTERS, it.rollout() + it.cluster(), json(it.status()), AT);
            case Change.Cluster it -> RecordDecoder.decode(Topic.CLUSTERS, it.id(), json(it.cluster()), it.at());
            case Change.Subscription it ->
                RecordDecoder.decode(Topic.CLUSTERS, "/subscriptions/" + it.id(), json(it.subscription()), AT);
            case Change.Health it -> RecordDecoder.decode(Topic.CLUSTER_HEALTH, it.cluster(), avro(it.health()), AT);
            case Change.Audit it -> RecordDecoder.decode(Topic.AUDIT, it.entry().config(), json(it.entry()), AT);
        };
    }

    private static byte[] json(@Nullable Object value) throws IOException {
        return Json.MAPPER.writeValueAsBytes(value);
    }

    private static byte[] avro(@Nullable ClusterHealth health) throws IOException {
        ByteBuffer buffer = Objects.requireNonNull(health).toByteBuffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
