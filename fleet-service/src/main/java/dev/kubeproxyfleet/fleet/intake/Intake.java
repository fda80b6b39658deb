package dev.kubeproxyfleet.fleet.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.schemas.config.FleetConfigReader;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Problem;
import dev.kubeproxyfleet.schemas.config.Read;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RecordReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record of {@code desired}: a FleetConfig as a CloudEvent in binary or structured mode or as bare JSON or YAML, or a
 * tombstone. Never throws, whatever the bytes.
 *
 * <p>The record key is the config's name; an empty or absent key takes the name of the document.
 */
public final class Intake {

    private static final String ACTOR_HEADER = "ce_" + Attribution.ACTOR_ATTRIBUTE;
    private static final String REASON_HEADER = "ce_" + Attribution.REASON_ATTRIBUTE;
    private static final String BARE_SOURCE = "kafka";

    /** What came of reading a record. */
    public sealed interface Received {

        record Accepted(FleetEvent event) implements Received {}

        /**
         * @param code stable reason code
         * @param path JSON pointer into the FleetConfig; empty for the record itself
         * @param message one sentence for people
         */
        record Rejected(ReasonCode code, String path, String message) implements Received {}
    }

    /**
     * A FleetConfig out of its envelope.
     *
     * @param source and {@code id} together are unique for each event; a record without an envelope has its position
     */
    private record Envelope(
            byte[] document,
            String source,
            String id,
            String actor,
            @Nullable String reason) {}

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Received.Rejected rejected;

        Refused(ReasonCode code, String message) {
            this(new Received.Rejected(code, "", message));
        }

        Refused(Received.Rejected rejected) {
            super(rejected.message(), null, false, false);
            this.rejected = rejected;
        }
    }

    private Intake() {}

    /**
     * Reads one record.
     *
     * @param key null if the record has none
     * @param value null for a tombstone
     * @param position unique for the record, such as {@code kubeproxy.desired-0-42}
     * @param defaults what a document's strategy leaves out
     */
    public static Received read(
            byte @Nullable [] key, byte @Nullable [] value, Headers headers, String position, Strategy defaults) {
        try {
            if (value != null && value.length > Topic.ASKED_MAX_BYTES) {
                // The broker looks at what it is sent, which may have been compressed.
                throw new Refused(
                        DocumentReason.TooLarge,
                        "the record's value has " + value.length + " bytes; at most " + Topic.ASKED_MAX_BYTES
                                + " are allowed");
            }
            String name = name(key);
            if (value == null) {
                return deletion(name, headers, position);
            }
            Envelope envelope = open(value, headers, position);
            boolean keyOfStrategy = name.startsWith(FleetStrategy.KEY_PREFIX);
            String expected = withoutPrefix(name);
            return switch (FleetConfigReader.read(envelope.document(), name.isEmpty() ? null : expected, defaults)) {
                case Read.Valid valid
                when keyOfStrategy -> throw misplaced(name, valid.config().kind());
                case Read.Valid valid ->
                    new Received.Accepted(new FleetEvent.ConfigPublished(
                            valid.config(), envelope.source(), envelope.id(), envelope.actor(), envelope.reason()));
                case Read.ValidStrategy valid
                when !keyOfStrategy && !name.isEmpty() ->
                    throw misplaced(name, valid.strategy().kind());
                case Read.ValidStrategy valid ->
                    new Received.Accepted(new FleetEvent.StrategyPublished(
                            valid.strategy(), envelope.source(), envelope.id(), envelope.actor(), envelope.reason()));
                case Read.Invalid invalid -> rejected(invalid);
            };
        } catch (Refused e) {
            return e.rejected;
        }
    }

    private static Received deletion(String name, Headers headers, String position) {
        if (name.isEmpty()) {
            return new Received.Rejected(
                    RecordReason.MissingKey, "", "a tombstone needs the name of a config as its key");
        }
        String id = header(headers, "ce_id").orElse(position);
        String source = header(headers, "ce_source").orElse(BARE_SOURCE);
        Optional<Received.Rejected> refusal = AskedTexts.refusal(source, id);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        String actor = actor(headers, source);
        String reason = reason(headers);
        return new Received.Accepted(
                name.startsWith(FleetStrategy.KEY_PREFIX)
                        ? new FleetEvent.StrategyDeleted(withoutPrefix(name), source, id, actor, reason)
                        : new FleetEvent.ConfigDeleted(name, source, id, actor, reason));
    }

    /** Two documents under one key would lose one of them to compaction. */
    private static Refused misplaced(String key, String kind) {
        return new Refused(
                RecordReason.KeyMismatch,
                "a " + kind + " was sent under the key " + key
                        + "; the key of a FleetConfig is its name, that of a FleetStrategy " + FleetStrategy.KEY_PREFIX
                        + " and its name");
    }

    /** The first problem decides the code; the message tells all of them. */
    private static Received rejected(Read.Invalid invalid) {
        Problem first = invalid.problems().getFirst();
        String message = invalid.problems().stream()
                .map(Problem::message)
                .reduce((a, b) -> a + "; " + b)
                .orElseThrow();
        return new Received.Rejected(first.code(), first.path(), message);
    }

    private static String name(byte @Nullable [] key) throws Refused {
        if (key == null) {
            return "";
        }
        try {
            String name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
            if (!name.isEmpty()) {
                Optional<Received.Rejected> refusal = AskedTexts.name("", withoutPrefix(name));
                if (refusal.isPresent()) {
                    throw new Refused(refusal.get());
                }
            }
            return name;
        } catch (CharacterCodingException e) {
            throw new Refused(RecordReason.KeyNotText, "the record key is not UTF-8 text; it is the config's name");
        }
    }

    private static String withoutPrefix(String key) {
        return key.startsWith(FleetStrategy.KEY_PREFIX) ? key.substring(FleetStrategy.KEY_PREFIX.length()) : key;
    }

    /** The CloudEvents library refuses by exceptions of several kinds, so any of them is a refusal here. */
    private static Envelope open(byte[] value, Headers headers, String position) throws Refused {
        refuseForeign(value, headers);
        try {
            return opened(KafkaMessageFactory.createReader(headers, value).toEvent());
        } catch (RuntimeException e) {
            if (claimsEnvelope(headers)) {
                throw new Refused(
                        RecordReason.NotACloudEvent, "its headers announce a CloudEvent, but: " + e.getMessage());
            }
        }
        if (looksStructured(value)) {
            try {
                return opened(
                        Objects.requireNonNull(EventFormatProvider.getInstance().resolveFormat(JsonFormat.CONTENT_TYPE))
                                .deserialize(value));
            } catch (RuntimeException e) {
                throw new Refused(
                        RecordReason.NotACloudEvent, "it has a specversion like a CloudEvent, but: " + e.getMessage());
            }
        }
        return new Envelope(value, BARE_SOURCE, position, actor(headers, BARE_SOURCE), reason(headers));
    }

    private static Envelope opened(CloudEvent event) throws Refused {
        if (!Objects.requireNonNull(Topic.DESIRED.eventType()).equals(event.getType())) {
            throw new Refused(
                    RecordReason.UnexpectedEventType,
                    "event type " + event.getType() + " is not " + Topic.DESIRED.eventType() + ", the only one here");
        }
        CloudEventData data = event.getData();
        if (data == null) {
            throw new Refused(RecordReason.MissingData, "the CloudEvent carries no data");
        }
        refuseForeign(data.toBytes(), new RecordHeaders());
        Object actor = event.getExtension(Attribution.ACTOR_ATTRIBUTE);
        Object reason = event.getExtension(Attribution.REASON_ATTRIBUTE);
        String source = event.getSource().toString();
        Optional<Received.Rejected> refusal = AskedTexts.refusal(source, event.getId());
        if (refusal.isPresent()) {
            throw new Refused(refusal.get());
        }
        return new Envelope(
                data.toBytes(),
                source,
                event.getId(),
                Attribution.actor(actor == null ? source : actor.toString()),
                Attribution.reason(reason == null ? null : reason.toString()));
    }

    private static void refuseForeign(byte[] value, Headers headers) throws Refused {
        Optional<ForeignEnvelope> foreign = ForeignEnvelope.of(value, headers);
        if (foreign.isPresent()) {
            throw new Refused(foreign.get().code(), foreign.get().message());
        }
    }

    private static boolean claimsEnvelope(Headers headers) {
        return header(headers, "ce_specversion").isPresent()
                || header(headers, "content-type")
                        .filter(type -> type.startsWith("application/cloudevents"))
                        .isPresent();
    }

    /** A structured CloudEvent sent without headers, as {@code kcat} does unless told otherwise. */
    private static boolean looksStructured(byte[] value) {
        if (value.length > FleetConfigReader.MAX_BYTES) {
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

    private static String actor(Headers headers, String source) {
        return Attribution.actor(header(headers, ACTOR_HEADER).orElse(source));
    }

    private static Optional<String> header(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
    }
}
