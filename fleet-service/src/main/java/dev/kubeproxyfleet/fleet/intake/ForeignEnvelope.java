package dev.kubeproxyfleet.fleet.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RecordReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What another tool put around a value, told by the value's beginning: a producer's setting to change, not a mistake in a document.
 *
 * @param code stable reason code
 * @param message what it is, and what to do
 */
public record ForeignEnvelope(ReasonCode code, String message) {

    private static final JsonFactory JSON = new JsonFactory();

    /** Docs of Confluent, "Wire format": byte 0 is 0, bytes 1 to 4 are the schema's id, big-endian. */
    private static final int CONFLUENT_PREFIX = 5;

    private static final Set<String> OF_CONNECT = Set.of("schema", "payload");

    /** CloudEvents, "JSON Event Format", section 4 "JSON Batch Format". */
    private static final String BATCH = "application/cloudevents-batch";

    /** The envelope of {@code value}; empty if it has none of these. Never throws, whatever the bytes; reads no further than needed. */
    public static Optional<ForeignEnvelope> of(byte[] value, Headers headers) {
        if (isBatch(headers) || isArrayOfCloudEvents(value)) {
            return Optional.of(new ForeignEnvelope(
                    RecordReason.BatchedCloudEvents,
                    "the value is a batch of CloudEvents (" + BATCH
                            + "+json); publish each event in a record of its own, under its own key"));
        }
        if (isConfluent(value)) {
            return Optional.of(
                    new ForeignEnvelope(
                            RecordReason.ConfluentWireFormat,
                            "the value begins with Confluent's wire format: the magic byte 0 and schema id "
                                    + ByteBuffer.wrap(value).getInt(1)
                                    + "; publish plain JSON, by StringSerializer, or in Kafka Connect by value.converter"
                                    + " org.apache.kafka.connect.json.JsonConverter with value.converter.schemas.enable=false"));
        }
        if (isConnect(value)) {
            return Optional.of(new ForeignEnvelope(
                    RecordReason.ConnectEnvelope,
                    "the value is Kafka Connect's envelope of \"schema\" and \"payload\"; set"
                            + " value.converter.schemas.enable=false, so that the payload is published alone"));
        }
        return Optional.empty();
    }

    private static boolean isBatch(Headers headers) {
        Header type = headers.lastHeader("content-type");
        return type != null
                && type.value() != null
                && new String(type.value(), StandardCharsets.UTF_8)
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .startsWith(BATCH);
    }

    /** JSON in UTF-16 begins with a zero byte too, but its third one is zero again and its second and fourth are not. */
    private static boolean isConfluent(byte[] value) {
        if (value.length <= CONFLUENT_PREFIX || value[0] != 0) {
            return false;
        }
        boolean utf16 = value[1] != 0 && value[2] == 0 && value[3] != 0;
        return !utf16;
    }

    private static boolean isArrayOfCloudEvents(byte[] value) {
        try (JsonParser json = JSON.createParser(value)) {
            if (json.nextToken() != JsonToken.START_ARRAY || json.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                if (json.currentName().equals("specversion")) {
                    return true;
                }
                json.nextToken();
                json.skipChildren();
            }
            return false;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private static boolean isConnect(byte[] value) {
        try (JsonParser json = JSON.createParser(value)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            Set<String> names = new HashSet<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                if (!OF_CONNECT.contains(json.currentName())) {
                    return false;
                }
                names.add(json.currentName());
                json.nextToken();
                json.skipChildren();
            }
            return names.equals(OF_CONNECT);
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
