package dev.kubeproxyfleet.fleet.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.kubeproxyfleet.fleet.access.KafkaWriters;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.controller.ControllersWord;
import dev.kubeproxyfleet.fleet.explain.Explainer;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords.Hostile;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords.Valid;
import dev.kubeproxyfleet.fleet.kubernetes.KubernetesRecords;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Thousands of bad records on each topic of the read model: none ends it, and every question has an answer after them. */
class HostileReadModelTest {

    private static final int COUNT = 2_000;
    private static final long SEED = 19;

    /** What became of the records, in numbers, and what is shown after them. */
    private record Read(int understood, int leftOut, int ignored, String shown) {}

    @ParameterizedTest
    @EnumSource(
            value = Topic.class,
            names = {
                "DESIRED",
                "CONFIGS",
                "ROLLOUTS",
                "ROLLOUT_CLUSTERS",
                "CLUSTERS",
                "CLUSTER_HEALTH",
                "CLUSTER_KUBERNETES",
                "AUDIT"
            })
    void whatCannotBeReadIsLeftOutAndAllElseCanBeShownAfterARestartToo(Topic topic) throws IOException {
        List<Hostile> records = records(topic);

        Read read = read(topic, records);

        assertThat(read.leftOut()).isBetween(topic == Topic.DESIRED ? 0 : records.size() / 4, records.size() - 1);
        assertThat(read.understood() + read.leftOut() + read.ignored()).isEqualTo(records.size());
        assertThat(read(topic, records)).as("a read model after it").isEqualTo(read);
    }

    /** By a read model of its own, from the start of the topic. */
    private static Read read(Topic topic, List<Hostile> records) throws IOException {
        FleetView view = new FleetView(_ -> {}, _ -> {}, 10, 100);
        Fleet.tell(view, Fleet.rollout("prod", 1, RolloutStatus.State.Succeeded));
        Fleet.tell(view, Fleet.status("prod.1", "b", RolloutClusterStatus.State.Converged, null, "runs it"));
        view.apply(Fleet.cluster("b", Fleet.LEAST_CONNECTION));
        RecordDecoder decoder = new RecordDecoder(Strategy.DEFAULT, Vouchers.NONE, KafkaWriters.WITHOUT_LOGIN);
        int understood = 0;
        int leftOut = 0;
        int ignored = 0;
        for (Hostile record : records) {
            String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
            switch (decoder.decode(topic, key, record.value(), record.headers())) {
                case RecordDecoder.Decoded.Understood(Change change) -> {
                    assertThatCode(() -> {
                                view.apply(change);
                                show(view);
                            })
                            .as(record.toString())
                            .doesNotThrowAnyException();
                    understood++;
                }
                case RecordDecoder.Decoded.Unreadable(String reason) -> {
                    assertThat(reason).isNotNull();
                    leftOut++;
                }
                case RecordDecoder.Decoded.Ignored() -> ignored++;
            }
        }
        return new Read(understood, leftOut, ignored, show(view));
    }

    private static String show(FleetView view) throws IOException {
        StringBuilder shown = new StringBuilder();
        shown.append(Json.MAPPER.writeValueAsString(view.overview()));
        for (RolloutStatus rollout : view.rollouts()) {
            shown.append(Json.MAPPER.writeValueAsString(view.rolloutDetail(rollout.id())));
            shown.append(Json.MAPPER.writeValueAsString(new Explainer(view).rollout(rollout.id(), Fleet.NOON)));
        }
        for (ClusterView cluster : view.clusters()) {
            shown.append(Json.MAPPER.writeValueAsString(cluster));
            shown.append(Json.MAPPER.writeValueAsString(new Explainer(view).cluster(cluster.id(), Fleet.NOON)));
        }
        shown.append(Json.MAPPER.writeValueAsString(view.inventory().claims()));
        shown.append(Json.MAPPER.writeValueAsString(view.configs()));
        shown.append(Json.MAPPER.writeValueAsString(view.strategies()));
        return shown.toString();
    }

    private static List<Hostile> records(Topic topic) throws IOException {
        return switch (topic) {
            case DESIRED ->
                HostileRecords.json(
                        SEED, COUNT, valid("strategy/careful", FleetStrategy.of("careful", Strategy.DEFAULT)));
            case CONFIGS -> {
                ControllersWord word = new ControllersWord(
                        List.of(
                                Fleet.rollout("prod", 1, RolloutStatus.State.Running),
                                Fleet.rollout("prod", 2, RolloutStatus.State.Failed)),
                        false);
                yield HostileRecords.json(SEED, COUNT, valid("prod", word.config()));
            }
            case ROLLOUTS ->
                HostileRecords.json(
                        SEED,
                        COUNT,
                        valid("prod.1", Fleet.rollout("prod", 1, RolloutStatus.State.Running)),
                        valid("prod.2", Fleet.rollout("prod", 2, RolloutStatus.State.Succeeded)));
            case ROLLOUT_CLUSTERS -> {
                RolloutClusterStatus status =
                        Fleet.status("prod.1", "a", RolloutClusterStatus.State.Waiting, "StageWaiting", "waits");
                yield HostileRecords.json(SEED, COUNT, valid(status.key(), status));
            }
            case CLUSTERS -> {
                Change.Cluster cluster = Fleet.cluster("a", Fleet.LEAST_CONNECTION);
                SubscriptionRecord subscription = new SubscriptionRecord("s-1", 2, "Registered", List.of("s-1"));
                yield HostileRecords.json(
                        SEED,
                        COUNT,
                        valid(cluster.id(), Objects.requireNonNull(cluster.cluster())),
                        valid(subscription.key(), subscription));
            }
            case CLUSTER_HEALTH -> {
                ClusterHealth health = Objects.requireNonNull(
                        Fleet.health("a", Fleet.NOON, "ipvs", "lc", 30).health());
                ByteBuffer buffer = health.toByteBuffer();
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                yield HostileRecords.binary(SEED, COUNT, new Valid(Fleet.id("a"), bytes));
            }
            case CLUSTER_KUBERNETES ->
                HostileRecords.binary(
                        SEED,
                        COUNT,
                        new Valid(
                                Fleet.id("a"),
                                KubernetesRecords.bytes(
                                        KubernetesRecords.rolledOut(Fleet.id("a"), Fleet.NOON, 3, "ipvs", "lc"))));
            case AUDIT ->
                HostileRecords.json(
                        SEED,
                        COUNT,
                        valid(
                                "prod",
                                new AuditRecord(
                                        "request-1",
                                        "prod",
                                        "prod.1",
                                        null,
                                        "Pause",
                                        "bob",
                                        "lunch",
                                        AuditRecord.Verdict.Done,
                                        AnswerReason.Paused,
                                        "no further cluster starts",
                                        Fleet.NOON)));
            case COMMANDS, NEW_CLUSTERS, REJECTED, OPERATIONS, OUTCOMES, NODE_STATS -> new ArrayList<>();
        };
    }

    private static Valid valid(String key, Object message) throws IOException {
        return new Valid(key, Json.MAPPER.writeValueAsBytes(message));
    }
}
