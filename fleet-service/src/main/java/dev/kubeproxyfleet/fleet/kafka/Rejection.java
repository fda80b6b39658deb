package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.schemas.topic.RejectionHeader;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Why a record goes to {@code rejected}, and where it was received.
 *
 * @param message cut where it is very long: it may quote what was received
 * @param path JSON pointer; empty where the record as a whole is refused
 */
public record Rejection(String code, String message, String path, String topic, int partition, long offset) {

    /** Request size of a producer that has room for a rejected record of the largest size, with its headers. */
    public static final int MAX_REQUEST_BYTES = Topic.REJECTED_MAX_BYTES + 64 * 1024;

    private static final int MAX_MESSAGE_CHARACTERS = 2_000;

    public Rejection {
        message = message.length() <= MAX_MESSAGE_CHARACTERS ? message : message.substring(0, MAX_MESSAGE_CHARACTERS);
    }

    /** Those that it was received with, and {@link RejectionHeader}'s after them. */
    public Headers headers(Headers received) {
        Headers headers = new RecordHeaders(received);
        add(headers, RejectionHeader.CODE, code);
        add(headers, RejectionHeader.MESSAGE, message);
        add(headers, RejectionHeader.PATH, path);
        add(headers, RejectionHeader.TOPIC, topic);
        add(headers, RejectionHeader.PARTITION, Integer.toString(partition));
        add(headers, RejectionHeader.OFFSET, Long.toString(offset));
        return headers;
    }

    private static void add(Headers headers, RejectionHeader name, String value) {
        headers.add(name.header(), value.getBytes(StandardCharsets.UTF_8));
    }
}
