package dev.kubeproxyfleet.schemas.message;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Attributes of a CloudEvent 1.0 in binary mode: the record's value is the JSON data, its headers say what it is.
 *
 * <p>Source: CloudEvents Kafka Protocol Binding 1.0.2, section 3.2.
 */
public final class EventHeaders {

    private static final String VOUCHER = "ce_" + Attribution.VOUCHER_ATTRIBUTE;

    private EventHeaders() {}

    /** Adds the attributes of an event to {@code headers}. */
    public static void write(Headers headers, String type, String id, String source, Instant time) {
        add(headers, "ce_specversion", "1.0");
        add(headers, "ce_type", type);
        add(headers, "ce_id", id);
        add(headers, "ce_source", source);
        add(headers, "ce_time", time.toString());
        add(headers, "content-type", "application/json");
    }

    /** Adds how the service knows the event again: {@link Attribution#VOUCHER_ATTRIBUTE}. */
    public static void vouch(Headers headers, String voucher) {
        add(headers, VOUCHER, voucher);
    }

    /** What {@link #vouch} has added; empty if nothing was. */
    public static Optional<String> voucher(Headers headers) {
        Header voucher = headers.lastHeader(VOUCHER);
        return voucher == null || voucher.value() == null
                ? Optional.empty()
                : Optional.of(new String(voucher.value(), StandardCharsets.UTF_8));
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
