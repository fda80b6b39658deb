package dev.kubeproxyfleet.fleet.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.intake.Intake.Received;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.reason.RecordReason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignEnvelopeTest {

    private static final String CONFIG = """
            {"apiVersion":"kubeproxyfleet.dev/v1","kind":"FleetConfig","metadata":{"name":"prod-ipvs"},
             "spec":{"kubeProxy":{"mode":"IPVS"},"selector":{"names":["prod-*"]}}}""";
    private static final String TYPE = "dev.kubeproxyfleet.fleet-config.v1";
    private static final String EVENT =
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/git\",\"type\":\"" + TYPE + "\",\"data\":%s}";

    @Test
    void namesTheWireFormatOfConfluentWithTheSchemasIdAndTheSetting() {
        Received.Rejected rejected = rejected(confluent(17, CONFIG), new RecordHeaders());

        assertThat(rejected.code()).isEqualTo(RecordReason.ConfluentWireFormat);
        assertThat(rejected.message()).contains("magic byte 0", "schema id 17", "value.converter.schemas.enable=false");
    }

    @Test
    void namesTheEnvelopeOfKafkaConnectWithTheSetting() {
        for (String payload : new String[] {CONFIG, "\"text\"", "null"}) {
            Received.Rejected rejected = rejected(
                    bytes("{\"schema\":{\"type\":\"struct\",\"fields\":[]},\"payload\":" + payload + "}"),
                    new RecordHeaders());

            assertThat(rejected.code()).isEqualTo(RecordReason.ConnectEnvelope);
            assertThat(rejected.message()).contains("value.converter.schemas.enable=false");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/cloudevents-batch+json", "Application/CloudEvents-Batch+JSON; charset=UTF-8", ""})
    void namesABatchOfCloudEventsByItsTypeOrByWhatItIs(String contentType) {
        RecordHeaders headers = new RecordHeaders();
        if (!contentType.isEmpty()) {
            headers.add("content-type", bytes(contentType));
        }
        Received.Rejected rejected = rejected(bytes("[" + EVENT.formatted(CONFIG) + "]"), headers);

        assertThat(rejected.code()).isEqualTo(RecordReason.BatchedCloudEvents);
        assertThat(rejected.message()).contains("each event in a record of its own");
    }

    @Test
    void namesAnEnvelopeInsideOfACloudEventToo() {
        RecordHeaders binary = new RecordHeaders();
        EventHeaders.write(binary, TYPE, "42", "/git", Instant.EPOCH);

        assertThat(rejected(confluent(1, CONFIG), binary).code()).isEqualTo(RecordReason.ConfluentWireFormat);
        assertThat(rejected(bytes(EVENT.formatted("{\"schema\":null,\"payload\":" + CONFIG + "}")), new RecordHeaders())
                        .code())
                .isEqualTo(RecordReason.ConnectEnvelope);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[1]",
                "{}",
                "{\"schema\":1}",
                "{\"payload\":1}",
                "{\"schema\":1,\"payload\":2,\"c\":3}",
                "a: b",
                ""
            })
    void takesNothingElseForOne(String value) {
        assertThat(ForeignEnvelope.of(bytes(value), new RecordHeaders())).isEmpty();
    }

    @Test
    void takesNoOtherEncodingForTheWireFormat() {
        for (String encoding : new String[] {"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-16"}) {
            assertThat(ForeignEnvelope.of(CONFIG.getBytes(Charset.forName(encoding)), new RecordHeaders()))
                    .as(encoding)
                    .isEmpty();
        }
    }

    @Property
    void neverThrowsWhateverTheBytes(@ForAll byte[] value, @ForAll byte[] contentType) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("content-type", contentType);

        assertThat(ForeignEnvelope.of(value, headers)).isNotNull();
    }

    private static byte[] confluent(int schema, String json) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(0);
        value.writeBytes(
                java.nio.ByteBuffer.allocate(Integer.BYTES).putInt(schema).array());
        value.writeBytes(bytes(json));
        return value.toByteArray();
    }

    private static Received.Rejected rejected(byte[] value, Headers headers) {
        Received received =
                Intake.read(bytes("prod-ipvs"), value, headers, "position", Strategy.DEFAULT, Vouchers.NONE);
        assertThat(received).isInstanceOf(Received.Rejected.class);
        return (Received.Rejected) received;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
