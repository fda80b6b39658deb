package dev.kubeproxyfleet.fleet.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.fleet.access.KafkaWriters;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.controller.ControllersWord;
import dev.kubeproxyfleet.fleet.kubernetes.KubernetesRecords;
import dev.kubeproxyfleet.schemas.access.Grant;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecordDecoderTest {

    private static final Headers NO_HEADERS = new RecordHeaders();
    private static final RecordDecoder DECODER = new RecordDecoder(
            Strategy.defaultWithBake(Duration.ofSeconds(5)), Vouchers.NONE, KafkaWriters.WITHOUT_LOGIN);

    private static final Origin ORIGIN =
            new Origin("git.example/fleet", "main", "fleet/prod.yaml", "a".repeat(40), "b".repeat(40));

    private static final ConfigStatus CONFIG =
            new ControllersWord(List.of(Fleet.rollout("prod", 1, RolloutStatus.State.Running)), false).config();

    static Stream<Change> changes() {
        return Stream.of(
                Fleet.cluster("a", Fleet.LEAST_CONNECTION),
                new Change.Subscription("s-1", new SubscriptionRecord("s-1", 2, "Registered", List.of("s-1"))),
                Fleet.health("a", Fleet.NOON, "ipvs", "lc", 30),
                new Change.Kubernetes(
                        Fleet.id("a"), KubernetesRecords.rolledOut(Fleet.id("a"), Fleet.NOON, 3, "ipvs", "lc")),
                new Change.Strategy("careful", FleetStrategy.of("careful", Strategy.DEFAULT), null),
                new Change.Strategy("careful", FleetStrategy.of("careful", Strategy.DEFAULT), ORIGIN),
                Fleet.change(Fleet.rollout("prod", 1, RolloutStatus.State.Running)),
                new Change.Config("prod", CONFIG),
                Fleet.change(Fleet.status("prod.1", "a", RolloutClusterStatus.State.Waiting, "StageWaiting", "waits")));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void readsWhatTheServicesWrite(Change change) throws IOException {
        assertThat(decode(change)).isEqualTo(new RecordDecoder.Decoded.Understood(change));
    }

    @Test
    void readsAStoredStrategyAsTheControllerDoes() {
        byte[] yaml = "apiVersion: kubeproxyfleet.dev/v1\nkind: FleetStrategy\nspec: {onFailure: Rollback}"
                .getBytes(StandardCharsets.UTF_8);

        assertThat(DECODER.decode(Topic.DESIRED, "strategy/careful", yaml, NO_HEADERS))
                .isInstanceOfSatisfying(
                        RecordDecoder.Decoded.Understood.class,
                        understood -> assertThat(understood.change())
                                .isInstanceOfSatisfying(
                                        Change.Strategy.class,
                                        change -> assertThat(change.strategy())
                                                .isNotNull()
                                                .satisfies(strategy -> {
                                                    assertThat(strategy.name()).isEqualTo("careful");
                                                    assertThat(strategy.spec().onFailure())
                                                            .isEqualTo(Strategy.OnFailure.Rollback);
                                                    assertThat(strategy.spec()
                                                                    .stages()
                                                                    .getFirst()
                                                                    .bake())
                                                            .isEqualTo(Duration.ofSeconds(5));
                                                })));
        assertThat(DECODER.decode(Topic.DESIRED, "strategy/careful", null, NO_HEADERS))
                .isEqualTo(new RecordDecoder.Decoded.Understood(new Change.Strategy("careful", null, null)));
    }

    @Test
    void configsAndWhatTheControllerRefusesAreNoStrategies() {
        byte[] config =
                "apiVersion: kubeproxyfleet.dev/v1\nkind: FleetConfig\nspec: {kubeProxy: {}, selector: {names: [a]}}"
                        .getBytes(StandardCharsets.UTF_8);

        assertThat(DECODER.decode(Topic.DESIRED, "prod", config, NO_HEADERS))
                .isEqualTo(new RecordDecoder.Decoded.Ignored());
        assertThat(DECODER.decode(Topic.DESIRED, "strategy/prod", config, NO_HEADERS))
                .isEqualTo(new RecordDecoder.Decoded.Ignored());
    }

    /** As the controller decides, so that nobody is shown a strategy that it does not use. */
    @ParameterizedTest
    @CsvSource({"publisher,true", "publisher:env=dev,false", "viewer,false"})
    void withALoginAStrategyIsOneThatItsAuthorMayPublish(String grant, boolean taken) {
        byte[] json = "{\"apiVersion\":\"kubeproxyfleet.dev/v1\",\"kind\":\"FleetStrategy\",\"spec\":{}}"
                .getBytes(StandardCharsets.UTF_8);
        Vouchers vouchers = Vouchers.by("0123456789abcdef0123456789abcdef");
        RecordDecoder guarded = new RecordDecoder(
                Strategy.DEFAULT,
                vouchers,
                new KafkaWriters(true, Map.of(Topic.DESIRED, List.of(Grant.parse(grant))), true));
        Headers forged = new RecordHeaders();
        EventHeaders.vouch(forged, "1.0." + "A".repeat(43));

        for (byte[] value : Arrays.asList(json, null)) {
            RecordDecoder.Decoded decoded = guarded.decode(Topic.DESIRED, "strategy/careful", value, NO_HEADERS);
            assertThat(decoded instanceof RecordDecoder.Decoded.Understood).isEqualTo(taken);
            assertThat(guarded.decode(Topic.DESIRED, "strategy/careful", value, forged))
                    .isEqualTo(new RecordDecoder.Decoded.Ignored());
        }
    }

    @Test
    void readsTombstones() {
        assertThat(DECODER.decode(Topic.CLUSTERS, Fleet.id("a"), null, NO_HEADERS))
                .isEqualTo(new RecordDecoder.Decoded.Understood(new Change.Cluster(Fleet.id("a"), null)));
        assertThat(DECODER.decode(Topic.CLUSTERS, "/subscriptions/s-1", null, NO_HEADERS))
                .isEqualTo(new RecordDecoder.Decoded.Understood(new Change.Subscription("s-1", null)));
        assertThat(DECODER.decode(Topic.ROLLOUT_CLUSTERS, "prod.1" + Fleet.id("a"), null, NO_HEADERS))
                .isEqualTo(
                        new RecordDecoder.Decoded.Understood(new Change.RolloutCluster("prod.1", Fleet.id("a"), null)));
        assertThat(DECODER.decode(Topic.CONFIGS, "prod", null, NO_HEADERS))
                .isEqualTo(new RecordDecoder.Decoded.Understood(new Change.Config("prod", null)));
        assertThat(DECODER.decode(Topic.AUDIT, "prod", null, NO_HEADERS))
                .isEqualTo(new RecordDecoder.Decoded.Ignored());
    }

    @ParameterizedTest
    @CsvSource({
        "name,dev",
        "generation,2",
        "latestRollout,dev.1",
        "activeRollout,dev.1",
        "fullRollout,dev.1",
        "fullRollout,prod",
        "stoppedBy,prod.x"
    })
    void aConfigThatNamesAnothersRolloutsIsUnreadable(String field, String value) throws IOException {
        ObjectNode config = Json.MAPPER.valueToTree(CONFIG);
        config.put(field, value);

        assertThat(DECODER.decode(Topic.CONFIGS, "prod", json(config), NO_HEADERS))
                .isInstanceOf(RecordDecoder.Decoded.Unreadable.class);
    }

    @Test
    void aClusterOfWhatIsNoRolloutIsUnreadable() throws IOException {
        RolloutClusterStatus status = Fleet.status("prod.x", "a", RolloutClusterStatus.State.Waiting, null, "waits");

        assertThat(DECODER.decode(Topic.ROLLOUT_CLUSTERS, status.key(), json(status), NO_HEADERS))
                .isInstanceOf(RecordDecoder.Decoded.Unreadable.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Topic.class,
            names = {
                "CONFIGS",
                "ROLLOUTS",
                "ROLLOUT_CLUSTERS",
                "CLUSTERS",
                "CLUSTER_HEALTH",
                "CLUSTER_KUBERNETES",
                "AUDIT"
            })
    void garbageIsUnreadableAndNothingWorse(Topic topic) {
        for (String garbage : List.of("", "null", "{}", "[1]", "{\"state\":\"Flying\"}", "\u0000\u0001", "{\"id\":")) {
            RecordDecoder.Decoded decoded = DECODER.decode(
                    topic, "prod.1" + Fleet.id("a"), garbage.getBytes(StandardCharsets.UTF_8), NO_HEADERS);
            assertThat(decoded).as("'%s' on %s", garbage, topic).isNotNull();
        }
        assertThat(DECODER.decode(topic, null, new byte[] {1}, NO_HEADERS))
                .isInstanceOf(RecordDecoder.Decoded.Unreadable.class);
        assertThat(DECODER.decode(topic, "prod.1" + Fleet.id("a"), new byte[] {1, 2, 3}, NO_HEADERS))
                .isInstanceOf(RecordDecoder.Decoded.Unreadable.class);
    }

    private static RecordDecoder.Decoded decode(Change change) throws IOException {
        return switch (change) {
            case Change.Rollout it -> DECODER.decode(Topic.ROLLOUTS, it.id(), json(it.status()), NO_HEADERS);
            case Change.RolloutCluster it ->
                DECODER.decode(Topic.ROLLOUT_CLUSTERS, it.rollout() + it.cluster(), json(it.status()), NO_HEADERS);
            case Change.Config it -> DECODER.decode(Topic.CONFIGS, it.name(), json(it.status()), NO_HEADERS);
            case Change.Cluster it -> DECODER.decode(Topic.CLUSTERS, it.id(), json(it.cluster()), NO_HEADERS);
            case Change.Subscription it ->
                DECODER.decode(Topic.CLUSTERS, "/subscriptions/" + it.id(), json(it.subscription()), NO_HEADERS);
            case Change.Health it -> DECODER.decode(Topic.CLUSTER_HEALTH, it.cluster(), avro(it.health()), NO_HEADERS);
            case Change.Kubernetes it ->
                DECODER.decode(
                        Topic.CLUSTER_KUBERNETES,
                        it.cluster(),
                        KubernetesRecords.bytes(Objects.requireNonNull(it.record())),
                        NO_HEADERS);
            case Change.Strategy it ->
                DECODER.decode(
                        Topic.DESIRED, FleetStrategy.KEY_PREFIX + it.name(), json(it.strategy()), headers(it.origin()));
            case Change.Audit it -> DECODER.decode(Topic.AUDIT, it.entry().config(), json(it.entry()), NO_HEADERS);
        };
    }

    private static Headers headers(@Nullable Origin origin) {
        Headers headers = new RecordHeaders();
        if (origin != null) {
            EventHeaders.write(
                    headers, Objects.requireNonNull(Topic.DESIRED.eventType()), "id", origin.source(), Fleet.NOON);
        }
        return headers;
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
