package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one message that kubectl sends in no other form: a {@code SelfSubjectAccessReview}, in the envelope of {@code
 * runtime.Unknown} ({@code k8s.io/apimachinery/pkg/runtime/generated.proto}).
 */
final class Protobuf {

    static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int RAW = 2;
    private static final int SPEC = 2;
    private static final int RESOURCE_ATTRIBUTES = 1;
    private static final int NON_RESOURCE_ATTRIBUTES = 2;

    /** Members of {@code ResourceAttributes} by their numbers, from 1 on. */
    private static final List<String> ATTRIBUTES =
            List.of("namespace", "verb", "group", "version", "resource", "subresource", "name");

    private Protobuf() {}

    /** As it would be in JSON; empty if it is no such message. */
    static Optional<ObjectNode> accessReview(byte[] body) {
        if (body.length < MAGIC.length || !Arrays.equals(MAGIC, Arrays.copyOf(body, MAGIC.length))) {
            return Optional.empty();
        }
        try {
            byte[] none = {};
            Map<Integer, byte[]> envelope = fields(Arrays.copyOfRange(body, MAGIC.length, body.length));
            Map<Integer, byte[]> review = fields(envelope.getOrDefault(RAW, none));
            Map<Integer, byte[]> spec = fields(review.getOrDefault(SPEC, none));
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.put("apiVersion", ResourceType.SELF_SUBJECT_ACCESS_REVIEW.apiVersion());
            object.put("kind", ResourceType.SELF_SUBJECT_ACCESS_REVIEW.kind);
            ObjectNode shown = object.putObject("spec");
            if (spec.containsKey(NON_RESOURCE_ATTRIBUTES)) {
                shown.putObject("nonResourceAttributes");
            }
            ObjectNode attributes = shown.putObject("resourceAttributes");
            fields(spec.getOrDefault(RESOURCE_ATTRIBUTES, none)).forEach((number, value) -> {
                if (number <= ATTRIBUTES.size()) {
                    attributes.put(ATTRIBUTES.get(number - 1), new String(value, StandardCharsets.UTF_8));
                }
            });
            return Optional.of(object);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Values of the fields that have a length, by number. */
    private static Map<Integer, byte[]> fields(byte[] message) {
        Map<Integer, byte[]> fields = new HashMap<>();
        ByteBuffer left = ByteBuffer.wrap(message);
        while (left.hasRemaining()) {
            int tag = varint(left);
            switch (tag & 7) {
                case 0 -> varint(left);
                case 2 -> {
                    int length = varint(left);
                    if (length < 0 || length > left.remaining()) {
                        throw new IllegalArgumentException("a field is longer than its message");
                    }
                    byte[] value = new byte[length];
                    left.get(value);
                    fields.put(tag >>> 3, value);
                }
                default -> throw new IllegalArgumentException("no such message has a field of this type");
            }
        }
        return fields;
    }

    private static int varint(ByteBuffer from) {
        int value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            byte next = from.get();
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number is too long");
    }
}
