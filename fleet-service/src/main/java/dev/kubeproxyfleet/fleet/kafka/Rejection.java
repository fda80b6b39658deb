package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.topic.RejectionHeader;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Why a record goes to {@code rejected}, and where it was received.
 *
 * @param message cut where it is very long: it may quote what was received
 * @param path JSON pointer, cut like the message; empty where the record as a whole is refused
 */
public record Rejection(ReasonCode code, String message, String path, String topic, int partition, long offset) {

    /** What is kept of a value: all that its topic takes uncompressed. */
    public static final int MAX_VALUE_BYTES = Topic.ASKED_MAX_BYTES;

    public static final int MAX_KEY_BYTES = 256 * 1024;

    /** What is kept of the headers that it was received with; those that do not fit are left out. */
    public static final int MAX_HEADER_BYTES = 256 * 1024;

    /** Request size of a producer that has room for a rejected record of the largest size, with its headers. */
    public static final int MAX_REQUEST_BYTES = Topic.REJECTED_MAX_BYTES + 64 * 1024;

    private static final int MAX_MESSAGE_CHARACTERS = 2_000;

    /** Of Kafka's own for each header, at most. */
    private static final int HEADER_OVERHEAD_BYTES = 10;

    /**
     * A record that {@code rejected} takes whatever was received.
     *
     * @param headers those that it was received with, and {@link RejectionHeader}'s after them
     */
    public record Kept(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {}

    public Rejection {
        message = Limits.cut(message, MAX_MESSAGE_CHARACTERS);
        path = Limits.cut(path, MAX_MESSAGE_CHARACTERS);
    }

    /** The record as it was received, cut where it is more than the topic takes. */
    public Kept keep(byte @Nullable [] key, byte @Nullable [] value, Headers received) {
        List<String> cut = new ArrayList<>();
        byte[] keptKey = upTo(MAX_KEY_BYTES, key, "key", cut);
        byte[] keptValue = upTo(MAX_VALUE_BYTES, value, "value", cut);
        RecordHeaders headers = new RecordHeaders();
        int room = MAX_HEADER_BYTES;
        boolean whole = true;
        for (Header header : received) {
            // A name's bytes are at most three for each of its characters.
            int size = HEADER_OVERHEAD_BYTES + 3 * header.key().length() + length(header.value());
            if (size <= room) {
                headers.add(header);
                room -= size;
            } else {
                whole = false;
            }
        }
        if (!whole) {
            cut.add("headers");
        }
        addReason(headers);
        if (!cut.isEmpty()) {
            add(headers, RejectionHeader.CUT, String.join(",", cut));
            add(headers, RejectionHeader.SIZE, Integer.toString(length(value)));
            add(headers, RejectionHeader.KEY_SIZE, Integer.toString(length(key)));
        }
        return new Kept(keptKey, keptValue, headers);
    }

    private static byte @Nullable [] upTo(int most, byte @Nullable [] bytes, String part, List<String> cut) {
        if (bytes == null || bytes.length <= most) {
            return bytes;
        }
        cut.add(part);
        return Arrays.copyOf(bytes, most);
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private void addReason(Headers headers) {
        add(headers, RejectionHeader.CODE, code.code());
        add(headers, RejectionHeader.MESSAGE, message);
        add(headers, RejectionHeader.PATH, path);
        add(headers, RejectionHeader.TOPIC, topic);
        add(headers, RejectionHeader.PARTITION, Integer.toString(partition));
        add(headers, RejectionHeader.OFFSET, Long.toString(offset));
    }

    private static void add(Headers headers, RejectionHeader name, String value) {
        headers.add(name.header(), value.getBytes(StandardCharsets.UTF_8));
    }
}
