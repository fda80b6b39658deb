package dev.kubeproxyfleet.fleet.intake;

import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.access.Warrant;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.schemas.config.FleetConfigReader;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Problem;
import dev.kubeproxyfleet.schemas.config.Read;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RecordReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record of {@code desired}: a FleetConfig as a CloudEvent in binary or structured mode or as bare JSON or YAML, or a
 * tombstone. Never throws, whatever the bytes.
 *
 * <p>The record key is the config's name; an empty or absent key takes the name of the document.
 */
public final class Intake {

    /** What came of reading a record. */
    public sealed interface Received {

        /** @param warrant who stands behind it */
        record Accepted(FleetEvent event, Warrant warrant) implements Received {}

        /**
         * @param code stable reason code
         * @param path JSON pointer into the FleetConfig; empty for the record itself
         * @param message one sentence for people
         */
        record Rejected(ReasonCode code, String path, String message) implements Received {}
    }

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
     * @param vouchers know again what the service has published
     */
    public static Received read(
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers,
            String position,
            Strategy defaults,
            Vouchers vouchers) {
        try {
            if (value != null && value.length > Topic.ASKED_MAX_BYTES) {
                // The broker looks at what it is sent, which may have been compressed.
                throw new Refused(
                        DocumentReason.TooLarge,
                        "the record's value has " + value.length + " bytes; at most " + Topic.ASKED_MAX_BYTES
                                + " are allowed");
            }
            String name = name(key);
            if (value == null && name.isEmpty()) {
                throw new Refused(RecordReason.MissingKey, "a tombstone needs the name of a config as its key");
            }
            Envelope envelope = open(value, headers, position);
            Warrant warrant = envelope.warrant(vouchers, Topic.DESIRED, key);
            String actor = envelope.actor(warrant);
            byte[] document = envelope.document();
            return new Received.Accepted(
                    document == null
                            ? deletion(name, envelope, actor)
                            : publication(name, document, envelope, actor, defaults),
                    warrant);
        } catch (Refused e) {
            return e.rejected;
        }
    }

    private static Envelope open(byte @Nullable [] value, Headers headers, String position) throws Refused {
        String type = Objects.requireNonNull(Topic.DESIRED.eventType());
        return switch (Envelope.open(value, headers, position, type)) {
            case Envelope.Opened.Taken(Envelope envelope) -> envelope;
            case Envelope.Opened.Refused(Received.Rejected why) -> throw new Refused(why);
        };
    }

    private static FleetEvent deletion(String name, Envelope from, String actor) {
        return name.startsWith(FleetStrategy.KEY_PREFIX)
                ? new FleetEvent.StrategyDeleted(withoutPrefix(name), from.source(), from.id(), actor, from.reason())
                : new FleetEvent.ConfigDeleted(name, from.source(), from.id(), actor, from.reason());
    }

    private static FleetEvent publication(String name, byte[] document, Envelope from, String actor, Strategy defaults)
            throws Refused {
        boolean keyOfStrategy = name.startsWith(FleetStrategy.KEY_PREFIX);
        String expected = withoutPrefix(name);
        return switch (FleetConfigReader.read(document, name.isEmpty() ? null : expected, defaults)) {
            case Read.Valid valid
            when keyOfStrategy -> throw misplaced(name, valid.config().kind());
            case Read.Valid valid ->
                new FleetEvent.ConfigPublished(valid.config(), from.source(), from.id(), actor, from.reason());
            case Read.ValidStrategy valid
            when !keyOfStrategy && !name.isEmpty() ->
                throw misplaced(name, valid.strategy().kind());
            case Read.ValidStrategy valid ->
                new FleetEvent.StrategyPublished(valid.strategy(), from.source(), from.id(), actor, from.reason());
            case Read.Invalid invalid -> throw new Refused(rejected(invalid));
        };
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
    private static Received.Rejected rejected(Read.Invalid invalid) {
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
}
