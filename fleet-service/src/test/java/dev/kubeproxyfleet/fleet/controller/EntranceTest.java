package dev.kubeproxyfleet.fleet.controller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.access.KafkaWriters;
import dev.kubeproxyfleet.fleet.access.Statement;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.access.Grant;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the controller takes from Kafka where there is a login. */
class EntranceTest {

    private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");
    private static final String SUBSCRIPTION = "11111111-2222-3333-4444-555555555555";
    private static final Vouchers VOUCHERS = Vouchers.by("0123456789abcdef0123456789abcdef");
    private static final String SOURCE = "/fleet-service/api";
    private static final String STRATEGY = """
            {"apiVersion":"kubeproxyfleet.dev/v1","kind":"FleetStrategy","spec":{"onFailure":"Rollback"}}""";

    @TempDir
    Path stateDir;

    private final AtomicInteger ids = new AtomicInteger();
    private @Nullable TopologyTestDriver started;

    @AfterEach
    void stop() {
        driver().close();
    }

    // ---- what nobody vouches for ----

    @Test
    void withinWhatIsGrantedItIsTakenAndItsAuthorIsNamedAsAClaim() {
        start(true, "publisher:env=dev");

        publish("dev", config("dev", "dev"), claimedBy("ada (1)"));

        AuditRecord answer = answer();
        assertThat(answer.verdict()).isEqualTo(AuditRecord.Verdict.Done);
        assertThat(answer.actor()).isEqualTo("somebody who says to be ada (1)");
        assertThat(rollout("dev.1").actor()).isEqualTo("somebody who says to be ada (1)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', nullValues = "nothing", textBlock = """
            nothing           | dev  | 'publish' needs the role publisher or admin; whoever writes to the topic desired is nothing here
            viewer            | dev  | 'publish' needs the role publisher or admin; whoever writes to the topic desired is viewer
            publisher:env=dev | prod | it reaches beyond publisher:env=dev, to 1 other cluster: prod-1
            """)
    void beyondItIsRefused(@Nullable String grant, String env, String message) {
        if (grant == null) {
            start(true);
        } else {
            start(true, grant);
        }

        publish("config", config("config", env), claimedBy("ada"));

        AuditRecord answer = answer();
        assertThat(answer.verdict()).isEqualTo(AuditRecord.Verdict.Refused);
        assertThat(answer.code().code()).isEqualTo("NotPermitted");
        assertThat(answer.message()).isEqualTo(message);
        assertThat(answer.actor()).isEqualTo("somebody who says to be ada");
        assertThat(output(Topic.ROLLOUTS).isEmpty()).isTrue();
    }

    /** It would take the clusters from what they are in now. */
    @Test
    void aConfigOfOthersIsNeitherTakenOverNorDeleted() {
        start(true, "publisher:env=dev");
        vouched("both", config("both", "prod"), "first", START);
        answer();

        publish("both", config("both", "dev"), claimedBy("ada"));
        assertThat(answer().code().code()).isEqualTo("NotPermitted");
        publish("both", null, new RecordHeaders());
        AuditRecord answer = answer();
        assertThat(answer.action()).isEqualTo("Delete");
        assertThat(answer.code().code()).isEqualTo("NotPermitted");
        assertThat(rollout("both.1").state().isEnded()).isFalse();
    }

    @Test
    void ownOnesAreDeleted() {
        start(true, "publisher:env=dev");
        publish("dev", config("dev", "dev"), new RecordHeaders());
        assertThat(answer().actor()).isEqualTo("somebody");
        publish("dev", null, new RecordHeaders());

        assertThat(answer().verdict()).isEqualTo(AuditRecord.Verdict.Done);
    }

    @ParameterizedTest
    @CsvSource({"publisher,StrategyStored,StrategyDeleted", "publisher:env=dev,NotPermitted,NotPermitted"})
    void strategiesAreTheWholeFleets(String grant, String stored, String deleted) {
        start(true, grant);

        publish("strategy/careful", STRATEGY, new RecordHeaders());
        assertThat(answer().code().code()).isEqualTo(stored);
        publish("strategy/careful", null, new RecordHeaders());
        assertThat(answer().code().code()).isEqualTo(deleted);
    }

    @ParameterizedTest
    @EnumSource(Command.Action.class)
    void commandsOnATopicWithoutGrantsAreRefused(Command.Action action) throws IOException {
        start(true, "admin");
        vouched("prod", config("prod", "prod"), "first", START);
        answer();

        command(command("c-1", "prod.1", action), false);

        AuditRecord answer = answer();
        assertThat(answer.requestId()).isEqualTo("c-1");
        assertThat(answer.code().code()).isEqualTo("NotPermitted");
        assertThat(answer.message()).endsWith("; whoever writes to the topic commands is nothing here");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "any", textBlock = """
            prod.1, Pause,   NotPermitted
            any,    Pause,   NotPermitted
            dev.1,  Pause,   Paused
            any,    Rerun,   NotPermitted
            dev.1,  Approve, NotPermitted
            dev.7,  Pause,   NotTheLatestRollout
            """)
    void commandsAreBoundAsThoseOfTheApi(@Nullable String rollout, Command.Action action, String code)
            throws IOException {
        start(
                true,
                Map.of(
                        Topic.COMMANDS,
                        List.of(
                                Grant.parse("operator:env=dev"),
                                Grant.parse("publisher:env=dev"),
                                Grant.parse("approver"))));
        vouched("prod", config("prod", "prod"), "first", START);
        vouched("dev", config("dev", "dev"), "second", START);
        driver().advanceWallClockTime(Duration.ofSeconds(11));
        output(Topic.AUDIT).readRecordsToList();

        String config = rollout == null ? "prod" : rollout.substring(0, rollout.indexOf('.'));
        command(new Command("c-1", config, rollout, action, "bob", null, START), false);

        assertThat(answer().code().code()).isEqualTo(code);
    }

    // ---- what the service vouches for ----

    @Test
    void whatTheServiceVouchesForIsTakenWhateverIsGranted() throws IOException {
        start(true);

        vouched("prod", config("prod", "prod"), "first", START);
        assertThat(answer().actor()).isEqualTo("ada (1)");
        command(command("c-1", "prod.1", Command.Action.Pause), true);
        assertThat(answer().code().code()).isEqualTo("Paused");
        vouched("prod", null, "second", START.plusSeconds(1));
        assertThat(answer().verdict()).isEqualTo(AuditRecord.Verdict.Done);
        vouched("strategy/careful", STRATEGY, "third", START);
        assertThat(answer().code().code()).isEqualTo("StrategyStored");
    }

    /** Also where everybody may do everything: whoever forges one wants to be somebody else. */
    @Test
    void aForgedOneIsRefusedAndNotTakenForAClaim() {
        start(true, "admin");
        RecordHeaders headers = headers("first", "ada (1)");
        EventHeaders.vouch(headers, "1.0." + "A".repeat(43));

        publish("prod", config("prod", "prod"), headers);

        AuditRecord answer = answer();
        assertThat(answer.code().code()).isEqualTo("VoucherNotValid");
        assertThat(answer.actor()).isEqualTo("somebody who says to be ada (1)");
        assertThat(output(Topic.ROLLOUTS).isEmpty()).isTrue();
    }

    @Test
    void oneThatWasCopiedToAnotherKeyOrAuthorOrToATombstoneIsRefused() {
        start(true, "admin");
        String voucher = voucher("prod", config("prod", "prod"), "first", START);
        for (String name : List.of("prod", "dev")) {
            RecordHeaders copied = headers("first", "ada (1)");
            EventHeaders.vouch(copied, voucher);
            publish(
                    name,
                    name.equals("prod")
                            ? null
                            : config("prod", "prod").replace("\"name\":\"prod\"", "\"name\":\"dev\""),
                    copied);
            assertThat(answer().code().code()).as(name).isEqualTo("VoucherNotValid");
        }
        RecordHeaders other = headers("first", "bob (2)");
        EventHeaders.vouch(other, voucher);
        publish("prod", config("prod", "prod"), other);
        assertThat(answer().code().code()).isEqualTo("VoucherNotValid");
    }

    @Test
    void aForgedCommandIsRefused() throws IOException {
        start(true, Map.of(Topic.COMMANDS, List.of(Grant.parse("admin"))));
        vouched("prod", config("prod", "prod"), "first", START);
        answer();
        Command pause = command("c-1", "prod.1", Command.Action.Pause);
        RecordHeaders headers = new RecordHeaders();
        EventHeaders.vouch(
                headers,
                VOUCHERS.issue(Statement.of(pause, bytes("prod"), Json.MAPPER.writeValueAsBytes(pause)), START)
                        .orElseThrow());

        pipe(Topic.COMMANDS, "prod", Json.MAPPER.writeValueAsBytes(pause.by("bob (2)")), headers);

        assertThat(answer().code().code()).isEqualTo("VoucherNotValid");
    }

    @Test
    void oneThatIsWrittenOnceMoreIsRefusedAfterALaterOneAlsoByANewReplica() {
        start(true, "admin");
        vouched("prod", config("prod", "prod"), "first", START);
        vouched("prod", null, "second", START.plusSeconds(1));
        output(Topic.AUDIT).readRecordsToList();
        for (int i = 0; i < 40; i++) {
            publish("prod", config("prod", i % 2 == 0 ? "prod" : "dev"), headers("flood-" + i, "x"));
        }
        output(Topic.AUDIT).readRecordsToList();

        vouched("prod", config("prod", "prod"), "first", START);

        assertThat(answer().code().code()).isEqualTo("VoucherOutdated");
    }

    // ---- no login ----

    @Test
    void withoutALoginNothingIsAskedAndNamesAreTakenAsTheyAre() throws IOException {
        start(false);
        RecordHeaders headers = headers("first", "ada");
        EventHeaders.vouch(headers, "nonsense");

        publish("prod", config("prod", "prod"), headers);
        assertThat(answer().actor()).isEqualTo("ada");
        command(command("c-1", "prod.1", Command.Action.Pause), false);
        assertThat(answer().code().code()).isEqualTo("Paused");
    }

    // ---- parts ----

    private void start(boolean login, String... desired) {
        start(
                login,
                Map.of(Topic.DESIRED, Arrays.stream(desired).map(Grant::parse).toList()));
    }

    private void start(boolean login, Map<Topic, List<Grant>> grants) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        started = new TopologyTestDriver(
                ControllerTopology.build(
                        topic -> topic.name(""),
                        new ControllerTopology.Timing(Duration.ofSeconds(1), Duration.ofSeconds(10)),
                        Strategy.DEFAULT,
                        login ? new Entrance(VOUCHERS, new KafkaWriters(true, grants, true)) : Entrance.OPEN,
                        () -> "id-" + ids.getAndIncrement(),
                        new ControllerCounters(),
                        Tracing.OFF),
                properties,
                START.plusSeconds(10));
        for (String env : List.of("prod", "dev")) {
            String id = "/subscriptions/" + SUBSCRIPTION
                    + "/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/" + env + "-1";
            write(
                    Topic.CLUSTERS,
                    id,
                    ClusterRecords.running(id, env + "-1", SUBSCRIPTION, "rg")
                            .tags(Map.of("env", env))
                            .nodeCount(2)
                            .build());
        }
        SubscriptionRecord subscription = new SubscriptionRecord(SUBSCRIPTION, 2, "Registered", List.of(SUBSCRIPTION));
        write(Topic.CLUSTERS, subscription.key(), subscription);
    }

    private TopologyTestDriver driver() {
        return Objects.requireNonNull(started);
    }

    private static String config(String name, String env) {
        return """
                {"apiVersion":"kubeproxyfleet.dev/v1","kind":"FleetConfig","metadata":{"name":"%s"},
                 "spec":{"kubeProxy":{"enabled":true,"mode":"IPVS"},
                         "selector":{"tags":{"matchLabels":{"env":"%s"}}}}}""".formatted(name, env);
    }

    private static RecordHeaders claimedBy(String actor) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("ce_kpfleetactor", actor.getBytes(UTF_8));
        return headers;
    }

    private static RecordHeaders headers(String id, String actor) {
        RecordHeaders headers = claimedBy(actor);
        EventHeaders.write(headers, Objects.requireNonNull(Topic.DESIRED.eventType()), id, SOURCE, START);
        return headers;
    }

    private static String voucher(String key, @Nullable String document, String id, Instant at) {
        return VOUCHERS.issue(
                        new Statement(
                                Topic.DESIRED,
                                bytes(key),
                                document == null ? null : bytes(document),
                                SOURCE,
                                id,
                                "ada (1)",
                                null),
                        at)
                .orElseThrow();
    }

    /** As the API publishes it for Ada. */
    private void vouched(String key, @Nullable String document, String id, Instant at) {
        RecordHeaders headers = headers(id, "ada (1)");
        EventHeaders.vouch(headers, voucher(key, document, id, at));
        publish(key, document, headers);
    }

    private static Command command(String id, String rollout, Command.Action action) {
        return switch (action) {
            case Override, Answer ->
                new Command(id, "prod", rollout, action, null, "proof", GateVerdict.Pass, "ada (1)", "why", START);
            default -> new Command(id, "prod", rollout, action, "ada (1)", "why", START);
        };
    }

    private void command(Command command, boolean vouched) throws IOException {
        byte[] value = Json.MAPPER.writeValueAsBytes(command);
        RecordHeaders headers = new RecordHeaders();
        if (vouched) {
            EventHeaders.vouch(
                    headers,
                    VOUCHERS.issue(Statement.of(command, bytes(command.config()), value), START)
                            .orElseThrow());
        }
        pipe(Topic.COMMANDS, command.config(), value, headers);
    }

    private void publish(String key, @Nullable String document, RecordHeaders headers) {
        pipe(Topic.DESIRED, key, document == null ? null : bytes(document), headers);
    }

    private void pipe(Topic topic, String key, byte @Nullable [] value, RecordHeaders headers) {
        input(topic).pipeInput(new TestRecord<>(bytes(key), value, headers, START));
    }

    private void write(Topic topic, String key, Object message) {
        try {
            input(topic).pipeInput(bytes(key), Json.MAPPER.writeValueAsBytes(message));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The one audit record since the last call that answers a request. */
    private AuditRecord answer() {
        List<AuditRecord> answers = output(Topic.AUDIT).readValuesToList().stream()
                .map(value -> read(value, AuditRecord.class))
                .filter(audit -> audit.requestId() != null)
                .toList();
        assertThat(answers).hasSize(1);
        return answers.getFirst();
    }

    private RolloutStatus rollout(String id) {
        return output(Topic.ROLLOUTS).readRecordsToList().stream()
                .filter(record -> record.key().equals(id))
                .reduce((_, last) -> last)
                .map(record -> read(record.value(), RolloutStatus.class))
                .orElseThrow();
    }

    private static <T> T read(byte[] value, Class<T> type) {
        try {
            return Json.MAPPER.readValue(value, type);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private TestInputTopic<byte[], byte[]> input(Topic topic) {
        return driver().createInputTopic(topic.name(""), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private TestOutputTopic<String, byte[]> output(Topic topic) {
        return driver().createOutputTopic(topic.name(""), new StringDeserializer(), new ByteArrayDeserializer());
    }
}
