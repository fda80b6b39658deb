package dev.kubeproxyfleet.fleet.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.kafka.Rejection;
import dev.kubeproxyfleet.schemas.config.FleetConfigReader;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that a broker takes, because they come compressed, and that would make others that it does not. */
class PoisonRecordsTest {

    private static final int MEGABYTE = 1_000_000;
    private static final String CONFIG = """
            {"kind":"FleetConfig","apiVersion":"kubeproxyfleet.dev/v1",
             "spec":{"kubeProxy":{"mode":"IPVS"},"selector":{"tags":{"matchLabels":{"env":"prod"}}},
                     "strategy":{"stages":[{"name":"all"}]}}}""";

    @TempDir
    Path stateDir;

    private ControllerDriver controller;

    @BeforeEach
    void start() {
        controller = new ControllerDriver(stateDir);
        controller.list(ControllerDriver.cluster("prod-1"));
    }

    @AfterEach
    void everyRecordFitsIntoItsTopicAndTheNextRolloutEnds() {
        controller.publish("prod-ipvs", CONFIG);
        controller.converge(controller.operation("prod-1"));
        assertThat(controller.rollout("prod-ipvs.1").state()).isEqualTo(RolloutStatus.State.Succeeded);

        assertThat(controller.largest())
                .allSatisfy((topic, bytes) -> assertThat(bytes)
                        .as(topic)
                        .isLessThanOrEqualTo(
                                topic.endsWith("rejected")
                                        ? Topic.REJECTED_MAX_BYTES - 64 * 1024
                                        : Topic.WRITTEN_MAX_BYTES));
        controller.close();
    }

    @Test
    void aDocumentOfThreeMegabytesIsRejectedCutWithItsTrueSize() {
        pipe(Topic.DESIRED, bytes("prod-ipvs"), bytes("{\"spec\":\"" + "x".repeat(3 * MEGABYTE) + "\"}"));

        TestRecord<String, byte[]> rejected = onlyRejected();
        assertThat(header(rejected, "kpfleet-code")).isEqualTo("TooLarge");
        assertThat(rejected.value()).hasSize(Rejection.MAX_VALUE_BYTES);
        assertThat(header(rejected, "kpfleet-cut")).isEqualTo("value");
        assertThat(header(rejected, "kpfleet-size")).isEqualTo(Integer.toString(3 * MEGABYTE + 11));
        assertThat(header(rejected, "kpfleet-topic")).isEqualTo("kubeproxy.desired");
        assertThat(header(rejected, "kpfleet-partition")).isEqualTo("0");
        assertThat(header(rejected, "kpfleet-offset")).isEqualTo("0");
    }

    @Test
    void aStructuredEventOfThreeMegabytesIsRejectedToo() {
        Headers headers = new RecordHeaders();
        headers.add("content-type", bytes("application/cloudevents+json"));
        controller.pipe(Topic.DESIRED, bytes("prod-ipvs"), new byte[3 * MEGABYTE], headers);

        assertThat(header(onlyRejected(), "kpfleet-code")).isEqualTo("TooLarge");
    }

    @Test
    void aTombstoneWithAHugeKeyIsRejectedAndItsKeyIsRepeatedNowhere() {
        pipe(Topic.DESIRED, new byte[] {'a', '\n'}, null);
        pipe(Topic.DESIRED, bytes("x".repeat(MEGABYTE)), null);
        pipe(Topic.DESIRED, bytes("strategy/" + "x".repeat(MEGABYTE)), null);

        assertThat(controller.sent(Topic.REJECTED))
                .extracting(record -> header(record, "kpfleet-code"))
                .containsExactly("InvalidValue", "TooLong", "TooLong");
        TestRecord<String, byte[]> last = controller.sent(Topic.REJECTED).getLast();
        assertThat(last.key()).hasSize(Rejection.MAX_KEY_BYTES);
        assertThat(header(last, "kpfleet-cut")).isEqualTo("key");
        assertThat(header(last, "kpfleet-key-size")).isEqualTo(Integer.toString(MEGABYTE + 9));
        assertThat(controller.sent(Topic.AUDIT)).isEmpty();
    }

    @Test
    void aCommandWithHugeTextsIsRejected() {
        String huge = "x".repeat(300_000);
        command("{\"id\":\"1\",\"config\":\"" + huge + "\"");
        command("{\"id\":\"" + huge + "\",\"config\":\"prod-ipvs\"");
        command("{\"id\":\"1\",\"config\":\"prod-ipvs\",\"rollout\":\"" + huge + "\"");
        command("{\"id\":\"1\",\"config\":\"prod-ipvs\",\"cluster\":\"" + huge + "\"");
        command("{\"id\":\"1\",\"config\":\"a\\u001b[31m\"");
        command("{\"id\":\"" + "x".repeat(3 * MEGABYTE) + "\",\"config\":\"prod-ipvs\"");

        assertThat(controller.sent(Topic.REJECTED))
                .extracting(record -> header(record, "kpfleet-code") + header(record, "kpfleet-path"))
                .containsExactly(
                        "TooLong/config",
                        "TooLong/id",
                        "TooLong/rollout",
                        "TooLong/cluster",
                        "InvalidValue/config",
                        "TooLarge");
        assertThat(controller.sent(Topic.AUDIT)).isEmpty();
    }

    @Test
    void idsOfEventsHaveALimitSinceTheyAreRemembered() {
        for (int i = 0; i < 4; i++) {
            event("prod-ipvs", CONFIG, i + "x".repeat(700_000), "/test");
        }
        event("prod-ipvs", null, "x".repeat(700_000), "/test");
        event("prod-ipvs", CONFIG, "1", "/" + "x".repeat(700_000));
        event("prod-ipvs", CONFIG, "a\nb", "/test");

        assertThat(controller.sent(Topic.REJECTED))
                .extracting(record -> header(record, "kpfleet-code") + header(record, "kpfleet-path"))
                .containsExactly(
                        "TooLong/id",
                        "TooLong/id",
                        "TooLong/id",
                        "TooLong/id",
                        "TooLong/id",
                        "TooLong/source",
                        "InvalidValue/id");
    }

    @Test
    void headersThatDoNotFitAreLeftOut() {
        Headers headers = new RecordHeaders();
        headers.add("small", bytes("kept"));
        headers.add("huge", new byte[3 * MEGABYTE]);
        controller.pipe(Topic.DESIRED, bytes("prod-ipvs"), bytes("{"), headers);

        TestRecord<String, byte[]> rejected = onlyRejected();
        assertThat(header(rejected, "small")).isEqualTo("kept");
        assertThat(rejected.headers().lastHeader("huge")).isNull();
        assertThat(header(rejected, "kpfleet-cut")).isEqualTo("headers");
    }

    @Test
    void theLargestConfigWithTheLargestStrategyFits() {
        controller.publish("strategy/large", withTag("FleetStrategy", """
                "stages":[{"name":"a","selector":{"tags":{"matchLabels":{%s}}}},{"name":"b"}]"""));
        controller.publish("large", withTag("FleetConfig", """
                "kubeProxy":{"mode":"IPVS"},"strategyRef":"large","selector":{"tags":{"matchLabels":{%s}}}"""));

        assertThat(controller.sent(Topic.REJECTED)).isEmpty();
        assertThat(controller.audits("large")).extracting(AuditRecord::code).contains(AnswerReason.RolloutPlanned);
    }

    @Test
    void aDocumentThatBecomesTooLargeWithItsDefaultsIsRejected() {
        StringBuilder stages = new StringBuilder("{\"name\":\"s\"}");
        String quotes = "\\\"".repeat(200);
        StringBuilder tags = new StringBuilder("\"t\":\"1\"");
        for (int i = 0; i < 49; i++) {
            tags.append(",\"t").append(i).append("\":\"").append(quotes).append('"');
        }
        for (int i = 0; i < 31; i++) {
            stages.append(",{\"name\":\"s")
                    .append(i)
                    .append("\",\"size\":1,\"selector\":{\"tags\":{\"matchLabels\":{\"a\":\"b\"}}}}");
        }
        String document =
                "{\"kind\":\"FleetConfig\",\"apiVersion\":\"kubeproxyfleet.dev/v1\",\"spec\":{\"kubeProxy\":{},"
                        + "\"selector\":{\"tags\":{\"matchLabels\":{" + tags + "}}},\"strategy\":{\"stages\":[" + stages
                        + "]}}}";
        assertThat(document.length()).isLessThan(FleetConfigReader.MAX_BYTES);

        controller.publish("quotes", document);

        assertThat(controller.sent(Topic.REJECTED).size()
                        + controller.audits("quotes").size())
                .isEqualTo(1);
    }

    @Test
    void aLongAnswerOfAzureIsCutWhereItIsRepeated() {
        controller.publish("azure", CONFIG.replace("\"all\"", "\"all\",\"maxFailures\":1"));
        String outcome = """
                {"config":"azure","rollout":"azure.1","generation":1,"cluster":"%s","attempt":1,"at":"%s",
                 "result":{"kind":"Failed","code":"%s","message":"%s"}}""".formatted(
                        ControllerDriver.id("prod-1"), controller.now(), "C".repeat(400_000), "m".repeat(400_000));
        pipe(Topic.OUTCOMES, bytes("azure"), bytes(outcome));

        assertThat(controller.cluster("azure.1", "prod-1").message()).hasSizeLessThan(5_000);
        controller.publish("azure", null);
    }

    private static String withTag(String kind, String spec) {
        StringBuilder tags = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            tags.append(i == 0 ? "" : ",")
                    .append("\"")
                    .append("k".repeat(500))
                    .append(i)
                    .append("\":\"");
            tags.append("v".repeat(250)).append("\"");
        }
        return "{\"kind\":\"" + kind + "\",\"apiVersion\":\"kubeproxyfleet.dev/v1\",\"spec\":{" + spec.formatted(tags)
                + "}}";
    }

    private void command(String beginning) {
        pipe(
                Topic.COMMANDS,
                bytes("prod-ipvs"),
                bytes(beginning + ",\"action\":\"Pause\",\"actor\":\"bob\",\"at\":\"2026-01-01T00:00:00Z\"}"));
    }

    private void event(String key, @Nullable String document, String id, String source) {
        Headers headers = new RecordHeaders();
        EventHeaders.write(
                headers, Objects.requireNonNull(Topic.DESIRED.eventType()), id, source, ControllerDriver.START);
        controller.pipe(Topic.DESIRED, bytes(key), document == null ? null : bytes(document), headers);
    }

    private void pipe(Topic topic, byte[] key, byte @Nullable [] value) {
        controller.pipe(topic, key, value, new RecordHeaders());
    }

    private TestRecord<String, byte[]> onlyRejected() {
        assertThat(controller.sent(Topic.REJECTED)).hasSize(1);
        return controller.sent(Topic.REJECTED).getFirst();
    }

    private static String header(TestRecord<String, byte[]> record, String name) {
        return new String(
                Objects.requireNonNull(record.headers().lastHeader(name), name).value(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
