package dev.kubeproxyfleet.fleet.creation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.access.KafkaWriters;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.ClusterCreation.Result;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords.Hostile;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords.Valid;
import dev.kubeproxyfleet.fleet.kafka.Rejection;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.access.Grant;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.message.NewCluster;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that ask for a cluster. */
class NewClusterConsumerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String TOPIC = "t.new-clusters";
    private static final String ID = Fleet.id("new-1");
    private static final String ASKED =
            "{\"id\": \"" + ID + "\", \"config\": \"prod\", \"cluster\": {\"location\": \"westeurope\"}}";
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final int HOSTILE = 2_000;
    private static final long SEED = 19;

    private record Asked(String id, JsonNode cluster, KubeProxyConfig kubeProxy) {}

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final FleetView view = new FleetView(_ -> {}, _ -> {}, 10, 10);
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final List<AuditRecord> audit = new CopyOnWriteArrayList<>();
    private final List<ProducerRecord<byte[], byte[]>> rejected = new CopyOnWriteArrayList<>();
    /** Thrown for each rejected record while there are any left. */
    private final Queue<RuntimeException> rejectionsLost = new ArrayDeque<>();

    private final List<Duration> pauses = new CopyOnWriteArrayList<>();
    private final AtomicBoolean ready = new AtomicBoolean();
    private final AtomicInteger resumed = new AtomicInteger();
    private final AtomicReference<Instant> now = new AtomicReference<>(Fleet.NOON);
    private volatile Runnable whilePausing = () -> {};
    private volatile Supplier<CompletableFuture<Void>> kept = () -> CompletableFuture.completedFuture(null);
    private volatile Supplier<Result> result = () -> new Result.Begun("Creating");
    private NewClusterConsumer consumer = consumer(Vouchers.NONE, KafkaWriters.WITHOUT_LOGIN);

    private NewClusterConsumer consumer(Vouchers vouchers, KafkaWriters writers) {
        return new NewClusterConsumer(
                new NewClusters(
                        view,
                        (id, cluster, kubeProxy, patience) -> {
                            asked.add(new Asked(id, cluster, kubeProxy));
                            return result.get();
                        },
                        record -> {
                            audit.add(record);
                            return kept.get();
                        },
                        (wake, atMost) -> {
                            now.updateAndGet(before -> before.plus(atMost));
                            whilePausing.run();
                        },
                        now::get),
                vouchers,
                writers,
                "t.rejected",
                record -> {
                    if (!rejectionsLost.isEmpty()) {
                        throw rejectionsLost.remove();
                    }
                    rejected.add(record);
                },
                ready::get,
                resumed::incrementAndGet,
                (wake, atMost) -> {
                    pauses.add(atMost);
                    whilePausing.run();
                },
                metrics);
    }

    @BeforeEach
    void aConfigIsInForce() {
        Fleet.tell(view, Fleet.rollout("prod", 1, RolloutStatus.State.Running));
    }

    @Test
    void theChannelBeginsOnceTheConfigsAreKnown() {
        whilePausing = () -> {
            if (pauses.size() == 3) {
                ready.set(true);
            }
        };

        consumer.resumeOnceReady();

        assertThat(resumed).hasValue(1);
        assertThat(pauses).hasSize(3).containsOnly(NewClusterConsumer.READY_POLL);
    }

    @Test
    void theChannelNeverBeginsInAServiceThatStopsBefore() {
        whilePausing = () -> {
            consumer.stop(new ShutdownEvent());
            ready.set(true);
        };

        consumer.resumeOnceReady();

        assertThat(resumed).hasValue(0);
    }

    @Test
    void createsTheClusterWithWhatTheConfigHasNowAndAnswersTheEvent() throws Exception {
        send(Json.MAPPER.writeValueAsString(
                new NewCluster(ID, "prod", Json.MAPPER.createObjectNode().put("location", "westeurope"), "more room")));

        assertThat(asked).singleElement().satisfies(one -> {
            assertThat(one.id()).isEqualTo(ID);
            assertThat(one.cluster().path("location").asText()).isEqualTo("westeurope");
            assertThat(one.kubeProxy()).isEqualTo(Fleet.LEAST_CONNECTION);
        });
        assertThat(audit).singleElement().satisfies(record -> {
            assertThat(record.requestId()).isEqualTo("event-1");
            assertThat(record.config()).isEqualTo("prod");
            assertThat(record.action()).isEqualTo("CreateCluster");
            assertThat(record.actor()).isEqualTo("/ci/pipeline");
            assertThat(record.reason()).isEqualTo("more room");
            assertThat(record.verdict()).isEqualTo(AuditRecord.Verdict.Done);
            assertThat(record.code()).isEqualTo(AnswerReason.ClusterCreating);
        });
        assertThat(counted("created")).isEqualTo(1);
    }

    @Test
    void whatArmRefusesIsAnsweredWithItsCode() throws Exception {
        result = () -> new Result.Refused(
                new ArmResult.ArmError(403, new AzureCode("AuthorizationFailed"), "no right to write", null));

        send("{\"id\": \"" + ID + "\", \"config\": \"prod\", \"cluster\": {}}");

        assertThat(audit).singleElement().satisfies(record -> {
            assertThat(record.verdict()).isEqualTo(AuditRecord.Verdict.Refused);
            assertThat(record.code()).isEqualTo(new AzureCode("AuthorizationFailed"));
        });
        assertThat(counted("refused")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{no json | InvalidRequest",
                "{\"schema\": {}, \"payload\": {\"id\": \"x\"}} | ConnectEnvelope",
                "[{\"specversion\": \"1.0\"}] | BatchedCloudEvents",
                "{\"id\": \"x\", \"config\": \"prod\"} | InvalidRequest",
                "{\"id\": \"x\", \"config\": \"none\", \"cluster\": {}} | UnknownConfig"
            })
    void whatMakesNoSenseIsRejectedAsItCame(String event, String code) throws Exception {
        send(event);

        assertThat(asked).isEmpty();
        assertThat(audit).isEmpty();
        assertThat(rejected).singleElement().satisfies(record -> {
            assertThat(record.topic()).isEqualTo("t.rejected");
            assertThat(record.value()).asString(StandardCharsets.UTF_8).isEqualTo(event);
            assertThat(record.headers().lastHeader("kpfleet-code").value())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo(code);
            assertThat(record.headers().lastHeader("kpfleet-topic").value())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo(TOPIC);
        });
        assertThat(counted("rejected")).isEqualTo(1);
    }

    @Test
    void anEventRightBehindItsConfigIsNotRejected() throws Exception {
        whilePausing = () -> Fleet.tell(view, Fleet.rollout("late", 1, RolloutStatus.State.Running));

        send("{\"id\": \"" + ID + "\", \"config\": \"late\", \"cluster\": {}}");

        assertThat(audit).extracting(AuditRecord::code).containsExactly(AnswerReason.ClusterCreating);
        assertThat(now.get()).isBefore(Fleet.NOON.plusSeconds(1));
    }

    @Test
    void aConfigThatDoesNotComeIsNotWaitedForLonger() throws Exception {
        send("{\"id\": \"" + ID + "\", \"config\": \"none\", \"cluster\": {}}");

        assertThat(now.get()).isEqualTo(Fleet.NOON.plus(NewClusters.READ_MODEL_LAG));
    }

    @Test
    void takesTheReasonOfItsHeaderWhereTheBodyHasNone() throws Exception {
        send("{\"id\": \"" + ID + "\", \"config\": \"prod\", \"cluster\": {}}", "more room");

        assertThat(audit).extracting(AuditRecord::reason).containsExactly("more room");
    }

    @Test
    void anEventIsAnsweredOnceItsAnswerIsOnRecord() throws Exception {
        CompletableFuture<Void> onRecord = new CompletableFuture<>();
        kept = () -> onRecord;

        CompletableFuture<Void> taken = CompletableFuture.runAsync(
                () -> send("{\"id\": \"" + ID + "\", \"config\": \"prod\", \"cluster\": {}}"),
                task -> Thread.ofVirtual().start(task));
        await("it is answered").atMost(PATIENCE).until(() -> !audit.isEmpty());
        assertThat(taken).isNotDone();
        assertThat(counted("created")).isZero();
        onRecord.complete(null);

        taken.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(counted("created")).isEqualTo(1);
    }

    @Test
    void anAnswerThatKafkaDidNotKeepIsNoAnswerAndTheEventIsCarriedOutAgain() {
        Queue<CompletableFuture<Void>> answers = new ArrayDeque<>(List.of(
                CompletableFuture.failedFuture(new TimeoutException("brokers are away")),
                CompletableFuture.failedFuture(new TimeoutException("brokers are away")),
                CompletableFuture.completedFuture(null)));
        kept = answers::remove;
        whilePausing = () -> {
            assertThat(counted("created")).isZero();
            assertThat(rejected).isEmpty();
        };

        send("{\"id\": \"" + ID + "\", \"config\": \"prod\", \"cluster\": {}}");

        assertThat(asked).extracting(Asked::id).containsExactly(ID, ID, ID);
        assertThat(pauses).containsExactly(NewClusterConsumer.RETRY, NewClusterConsumer.RETRY);
        assertThat(counted("created")).isEqualTo(1);
    }

    @Test
    void aRejectionThatKafkaDidNotKeepIsMadeAgain() {
        rejectionsLost.add(new org.apache.kafka.common.errors.TimeoutException("brokers are away"));

        send("{no json");

        assertThat(pauses).containsExactly(NewClusterConsumer.RETRY);
        assertThat(rejected).hasSize(1);
        assertThat(counted("rejected")).isEqualTo(1);
    }

    @Test
    void anEventWhoseAnswerIsNotKeptBeforeTheServiceStopsIsNotAcknowledged() {
        kept = () -> CompletableFuture.failedFuture(new TimeoutException("brokers are away"));
        whilePausing = () -> consumer.stop(new ShutdownEvent());

        assertThatThrownBy(() -> send("{\"id\": \"" + ID + "\", \"config\": \"prod\", \"cluster\": {}}"))
                .isInstanceOf(IllegalStateException.class);
        assertThat(counted("created")).isZero();
        assertThat(rejected).isEmpty();
    }

    @Test
    void takesACloudEventInStructuredModeWithItsHeadersAndWithout() {
        String event = """
                {"specversion": "1.0", "type": "%s", "id": "event-2", "source": "/ci/other", "kpfleetreason": "more room",
                 "data": {"id": "%s", "config": "prod", "cluster": {"location": "westeurope"}}}""".formatted(NewCluster.TYPE, ID);
        RecordHeaders structured = new RecordHeaders();
        structured.add("content-type", bytes("application/cloudevents+json; charset=UTF-8"));

        take(event(0, bytes(ID), bytes(event), structured));
        take(event(1, bytes(ID), bytes(event), new RecordHeaders()));

        assertThat(rejected).isEmpty();
        assertThat(asked)
                .hasSize(2)
                .allSatisfy(one ->
                        assertThat(one.cluster().path("location").asText()).isEqualTo("westeurope"));
        assertThat(audit).hasSize(2).allSatisfy(record -> {
            assertThat(record.requestId()).isEqualTo("event-2");
            assertThat(record.actor()).isEqualTo("/ci/other");
            assertThat(record.reason()).isEqualTo("more room");
        });
    }

    @Test
    void takesABareEventAndAnswersItsPosition() {
        take(event(
                7,
                null,
                bytes("{\"id\": \"" + ID + "\", \"config\": \"prod\", \"cluster\": {}}"),
                new RecordHeaders()));

        assertThat(audit).singleElement().satisfies(record -> {
            assertThat(record.requestId()).isEqualTo(TOPIC + "-0-7");
            assertThat(record.actor()).isEqualTo("kafka");
        });
    }

    @Test
    void anEventOfAnotherTypeIsRejected() {
        RecordHeaders headers = new RecordHeaders();
        EventHeaders.write(headers, AuditRecord.TYPE, "event-1", "/ci/pipeline", Fleet.NOON);

        take(event(0, bytes(ID), bytes("{\"id\": \"" + ID + "\", \"config\": \"prod\", \"cluster\": {}}"), headers));

        assertThat(asked).isEmpty();
        assertThat(rejected)
                .singleElement()
                .satisfies(record -> assertThat(header(record, "kpfleet-code")).isEqualTo("UnexpectedEventType"));
    }

    @Test
    void aMessageIsCutThatQuotesALot() throws Exception {
        result = () -> new Result.Invalid("/id", "x".repeat(1_000_000));

        send("{\"id\": \"" + ID + "\", \"config\": \"prod\", \"cluster\": {}}");

        assertThat(rejected)
                .singleElement()
                .satisfies(
                        record -> assertThat(header(record, "kpfleet-message")).hasSize(2_000));
    }

    @Test
    void whatIsTooLargeForTheTopicOfRejectionsKeepsNothingUp() throws Exception {
        send("x".repeat(3_000_000));

        assertThat(rejected).singleElement().satisfies(record -> {
            assertThat(record.value()).hasSize(Rejection.MAX_VALUE_BYTES);
            assertThat(header(record, "kpfleet-code")).isEqualTo("InvalidRequest");
            assertThat(header(record, "kpfleet-cut")).isEqualTo("value");
            assertThat(header(record, "kpfleet-size")).isEqualTo("3000000");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"/a\",\"config\":\"%s\",\"cluster\":{}}",
                "{\"id\":\"/%s\",\"config\":\"prod\",\"cluster\":{}}"
            })
    void namesThatNothingCanHaveAreRefusedAndNotRepeated(String event) {
        send(event.formatted("x".repeat(500_000)));

        assertThat(rejected).singleElement().satisfies(record -> {
            assertThat(header(record, "kpfleet-code")).isEqualTo("InvalidRequest");
            assertThat(header(record, "kpfleet-message")).hasSizeLessThan(200);
        });
        assertThat(audit).isEmpty();
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void eachOfThousandsOfBadEventsIsAnsweredOrRejectedAndAGoodOneAfterThemIsCarriedOut() throws Exception {
        String last = Fleet.id("new-2");
        List<ConsumerRecord<byte[], byte[]>> events = new ArrayList<>();
        for (Hostile hostile : HostileRecords.json(
                SEED,
                HOSTILE,
                new Valid(
                        ID,
                        bytes("{\"id\":\"" + ID + "\",\"config\":\"prod\",\"reason\":\"room\",\"cluster\":"
                                + "{\"location\":\"westeurope\",\"properties\":{\"networkProfile\":{}}}}")),
                new Valid(ID, bytes("{\"id\":\"" + ID + "\",\"config\":\"none\",\"cluster\":{}}")))) {
            events.add(event(events.size(), hostile.key(), hostile.value(), hostile.headers()));
        }
        events.add(event(
                HOSTILE,
                bytes(last),
                Json.MAPPER.writeValueAsBytes(
                        new NewCluster(last, "prod", Json.MAPPER.createObjectNode(), "more room")),
                new RecordHeaders()));

        List<Long> answered = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> event : events) {
            int before = audit.size();
            take(event);
            for (int i = before; i < audit.size(); i++) {
                answered.add(event.offset());
            }
        }

        List<Long> refused = rejected.stream()
                .map(record -> Long.parseLong(header(record, "kpfleet-offset")))
                .toList();
        assertThat(Stream.concat(answered.stream(), refused.stream()).sorted())
                .as("each offset once")
                .containsExactlyElementsOf(
                        LongStream.range(0, events.size()).boxed().toList());
        assertThat(refused).hasSizeBetween(HOSTILE / 2, HOSTILE - 1);
        assertThat(counted("rejected")).isEqualTo(refused.size());
        assertThat(counted("created") + counted("refused")).isEqualTo(answered.size());
        assertThat(rejected).allSatisfy(record -> {
            assertThat(header(record, "kpfleet-code"))
                    .isIn(
                            "InvalidRequest",
                            "UnknownConfig",
                            "ConfluentWireFormat",
                            "NotACloudEvent",
                            "UnexpectedEventType");
            assertThat(header(record, "kpfleet-topic")).isEqualTo(TOPIC);
            assertThat(size(record)).isLessThan(Topic.REJECTED_MAX_BYTES);
        });
        for (AuditRecord answer : audit) {
            assertThat(Json.MAPPER.writeValueAsBytes(answer).length).isLessThan(Topic.WRITTEN_MAX_BYTES);
        }
        assertThat(asked.getLast().id()).isEqualTo(last);
    }

    private static int size(ProducerRecord<byte[], byte[]> record) {
        int size = length(record.key()) + length(record.value());
        for (Header header : record.headers()) {
            size += header.key().length() + length(header.value());
        }
        return size;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    @Test
    void aFaultOfItsOwnRejectsOneEventAndNotTheRest() throws Exception {
        result = () -> {
            throw new IllegalStateException("bug");
        };

        send("{\"id\": \"" + ID + "\", \"config\": \"prod\", \"cluster\": {}}");

        assertThat(rejected)
                .singleElement()
                .satisfies(record -> assertThat(
                                record.headers().lastHeader("kpfleet-code").value())
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo("InternalError"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "nothing", textBlock = """
            nothing           | NotPermitted
            publisher         | NotPermitted
            admin:env=prod    | NotPermitted
            admin             | nothing
            """)
    void withALoginItIsForThoseWhomASettingMakesAdmins(@Nullable String grant, @Nullable String code) {
        List<Grant> grants = grant == null ? List.of() : List.of(Grant.parse(grant));
        consumer = consumer(Vouchers.by(SECRET), new KafkaWriters(true, Map.of(Topic.NEW_CLUSTERS, grants), true));

        send(ASKED);

        if (code == null) {
            assertThat(asked).hasSize(1);
            assertThat(audit).singleElement().extracting(AuditRecord::actor).isEqualTo("somebody");
        } else {
            assertThat(asked).isEmpty();
            assertThat(rejectedFor()).startsWith(code + ": 'create-cluster' ");
        }
    }

    @Test
    void aVoucherThatIsNotOfTheRecordIsRefusedWhateverTheSettingSays() {
        consumer = consumer(
                Vouchers.by(SECRET),
                new KafkaWriters(true, Map.of(Topic.NEW_CLUSTERS, List.of(Grant.parse("admin"))), true));
        RecordHeaders headers = new RecordHeaders();
        EventHeaders.write(headers, NewCluster.TYPE, "event-1", "/ci/pipeline", Fleet.NOON);
        EventHeaders.vouch(headers, "1.0." + "A".repeat(43));

        take(event(0, bytes(ID), bytes(ASKED), headers));

        assertThat(asked).isEmpty();
        assertThat(rejectedFor()).startsWith("VoucherNotValid: ");
    }

    private String rejectedFor() {
        return Stream.of("kpfleet-code", "kpfleet-message")
                .map(name -> new String(
                        rejected.getFirst().headers().lastHeader(name).value(), StandardCharsets.UTF_8))
                .collect(Collectors.joining(": "));
    }

    @Test
    void countsFromZero() {
        assertThat(List.of("created", "refused", "rejected"))
                .allSatisfy(kind -> assertThat(counted(kind)).isZero());
    }

    private double counted(String kind) {
        return metrics.get("kpfleet.new.clusters").tag("result", kind).counter().count();
    }

    /** Returns when the event has been answered. */
    private void send(String event) {
        send(event, null);
    }

    private void send(String event, @Nullable String reason) {
        RecordHeaders headers = new RecordHeaders();
        EventHeaders.write(headers, NewCluster.TYPE, "event-1", "/ci/pipeline", Fleet.NOON);
        if (reason != null) {
            headers.add("ce_kpfleetreason", bytes(reason));
        }
        take(event(0, bytes(ID), bytes(event), headers));
    }

    private void take(ConsumerRecord<byte[], byte[]> event) {
        consumer.answerAndKeep(event);
    }

    private static ConsumerRecord<byte[], byte[]> event(
            long offset, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return new ConsumerRecord<>(
                TOPIC,
                0,
                offset,
                Fleet.NOON.toEpochMilli(),
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value,
                headers,
                Optional.empty());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
