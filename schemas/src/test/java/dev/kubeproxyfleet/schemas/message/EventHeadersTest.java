package dev.kubeproxyfleet.schemas.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class EventHeadersTest {

    private static final Instant TIME = Instant.parse("2026-05-04T03:02:01.500Z");

    /** Read by the CloudEvents SDK, as any consumer that is not ours would. */
    @Test
    void aCloudEventsReaderFindsEveryAttribute() {
        RecordHeaders headers = new RecordHeaders();

        EventHeaders.write(headers, Command.TYPE, "id-1", "/api/é", TIME);

        CloudEvent event = KafkaMessageFactory.createReader(headers, "{}".getBytes(StandardCharsets.UTF_8))
                .toEvent();
        assertThat(event.getSpecVersion()).hasToString("1.0");
        assertThat(event.getType()).isEqualTo("dev.kubeproxyfleet.command.v1");
        assertThat(event.getId()).isEqualTo("id-1");
        assertThat(event.getSource()).isEqualTo(URI.create("/api/é"));
        assertThat(event.getTime()).isEqualTo(TIME.atOffset(ZoneOffset.UTC));
        assertThat(event.getDataContentType()).isEqualTo("application/json");
    }
}
