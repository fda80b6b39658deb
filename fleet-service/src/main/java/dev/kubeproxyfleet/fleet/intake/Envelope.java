package dev.kubeproxyfleet.fleet.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.access.Statement;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.access.Warrant;
import dev.kubeproxyfleet.fleet.intake.Intake.Received;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RecordReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What somebody published, out of its CloudEvent in binary or structured mode, or bare.
 *
 * @param document null for a tombstone
 * @param source and {@code id} together are unique for each event; a record without an envelope has its position
 * @param named who it says has published it; null if it does not
 * @param voucher how the service knows again what it has published; null if it carries none
 */
public record Envelope(
        byte @Nullable [] document,
        String source,
        String id,
        @Nullable String named,
        @Nullable String reason,
        @Nullable String voucher) {

    private static final String ACTOR_HEADER = "ce_" + Attribution.ACTOR_ATTRIBUTE;
    private static final String REASON_HEADER = "ce_" + Attribution.REASON_ATTRIBUTE;
    private static final String BARE_SOURCE = "kafka";

    /** Who has published it, as far as it says. */
    private String actor() {
        return named == null ? Attribution.actor(source) : named;
    }

    /** Who has published it, where {@code warrant} stands behind it. */
    public String actor(Warrant warrant) {
        return warrant.actor(named, actor());
    }

    /** Who stands behind it. @param key of its record; null if it has none */
    public Warrant warrant(Vouchers vouchers, Topic topic, byte @Nullable [] key) {
        return vouchers.check(new Statement(topic, key, document, source, id, actor(), reason), voucher);
    }

    /** What came of opening a record. */
    public sealed interface Opened {

        record Taken(Envelope envelope) implements Opened {}

        record Refused(Received.Rejected why) implements Opened {}
    }

    /**
     * Opens a record. Never throws, whatever the bytes.
     *
     * @param value null for a tombstone
     * @param position unique for the record, such as {@code kubeproxy.desired-0-42}
     * @param type of CloudEvents, the only one that its topic takes
     */
    public static Opened open(byte @Nullable [] value, Headers headers, String position, String type) {
        if (value == null) {
            return tombstone(headers, position);
        }
        Optional<Opened> foreign = foreign(value, headers);
        if (foreign.isPresent()) {
            return foreign.get();
        }
        // The CloudEvents library refuses by exceptions of several kinds, so any of them is a refusal here.
        CloudEvent event;
        try {
            event = KafkaMessageFactory.createReader(headers, value).toEvent();
        } catch (RuntimeException e) {
            if (claimsEnvelope(headers)) {
                return refused(
                        RecordReason.NotACloudEvent, "its headers announce a CloudEvent, but: " + e.getMessage());
            }
            return looksStructured(value) ? structured(value, type, headers) : bare(value, headers, position);
        }
        return opened(event, type, headers);
    }

    private static Opened tombstone(Headers headers, String position) {
        String id = header(headers, "ce_id").orElse(position);
        String source = header(headers, "ce_source").orElse(BARE_SOURCE);
        return taken(new Envelope(null, source, id, named(headers), reason(headers), voucher(headers)));
    }

    private static Opened bare(byte[] value, Headers headers, String position) {
        return taken(new Envelope(value, BARE_SOURCE, position, named(headers), reason(headers), voucher(headers)));
    }

    private static Opened structured(byte[] value, String type, Headers headers) {
        CloudEvent event;
        try {
            event = Objects.requireNonNull(EventFormatProvider.getInstance().resolveFormat(JsonFormat.CONTENT_TYPE))
                    .deserialize(value);
        } catch (RuntimeException e) {
            return refused(
                    RecordReason.NotACloudEvent, "it has a specversion like a CloudEvent, but: " + e.getMessage());
        }
        return opened(event, type, headers);
    }

    private static Opened opened(CloudEvent event, String type, Headers headers) {
        if (!type.equals(event.getType())) {
            return refused(
                    RecordReason.UnexpectedEventType,
                    "event type " + event.getType() + " is not " + type + ", the only one here");
        }
        CloudEventData data = event.getData();
        if (data == null) {
            return refused(RecordReason.MissingData, "the CloudEvent carries no data");
        }
        byte[] document = data.toBytes();
        Optional<Opened> foreign = foreign(document, new RecordHeaders());
        if (foreign.isPresent()) {
            return foreign.get();
        }
        Object actor = event.getExtension(Attribution.ACTOR_ATTRIBUTE);
        Object reason = event.getExtension(Attribution.REASON_ATTRIBUTE);
        Object voucher = event.getExtension(Attribution.VOUCHER_ATTRIBUTE);
        return taken(new Envelope(
                document,
                event.getSource().toString(),
                event.getId(),
                actor == null ? null : Attribution.actor(actor.toString()),
                Attribution.reason(reason == null ? null : reason.toString()),
                voucher == null ? voucher(headers) : voucher.toString()));
    }

    private static Opened taken(Envelope envelope) {
        return AskedTexts.refusal(envelope.source(), envelope.id())
                .<Opened>map(Opened.Refused::new)
                .orElseGet(() -> new Opened.Taken(envelope));
    }

    private static Optional<Opened> foreign(byte[] value, Headers headers) {
        return ForeignEnvelope.of(value, headers).map(found -> refused(found.code(), found.message()));
    }

    private static Opened refused(ReasonCode code, String message) {
        return new Opened.Refused(new Received.Rejected(code, "", message));
    }

    private static boolean claimsEnvelope(Headers headers) {
        return header(headers, "ce_specversion").isPresent()
                || header(headers, "content-type")
                        .filter(type -> type.startsWith("application/cloudevents"))
                        .isPresent();
    }

    /** A structured CloudEvent sent without headers, as {@code kcat} does unless told otherwise. */
    private static boolean looksStructured(byte[] value) {
        if (value.length > Topic.ASKED_MAX_BYTES) {
            return false;
        }
        try {
            JsonNode document = Json.MAPPER.readTree(value);
            return document != null && document.has("specversion") && !document.has("spec");
        } catch (IOException e) {
            return false;
        }
    }

    private static @Nullable String reason(Headers headers) {
        return Attribution.reason(header(headers, REASON_HEADER).orElse(null));
    }

    private static @Nullable String named(Headers headers) {
        return header(headers, ACTOR_HEADER).map(Attribution::actor).orElse(null);
    }

    private static @Nullable String voucher(Headers headers) {
        return EventHeaders.voucher(headers).orElse(null);
    }

    private static Optional<String> header(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
    }
}
