package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * An object as it was written. It is kept as text, because a fleet has many that nobody looks at, and a tree takes several times
 * as much memory.
 *
 * @param version its {@code metadata.resourceVersion}, which is in the text too
 * @param text JSON; nobody may change it
 */
record Stored(Key key, long version, byte[] text) {

    static Stored of(Key key, long version, ObjectNode tree) {
        tree.withObject("/metadata").put("resourceVersion", Long.toString(version));
        try {
            return new Stored(key, version, Json.MAPPER.writeValueAsBytes(tree));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written", e);
        }
    }

    /** A tree of its own for each caller. */
    ObjectNode tree() {
        try {
            JsonNode read = Json.MAPPER.readTree(text);
            return (ObjectNode) read;
        } catch (IOException e) {
            throw new UncheckedIOException("what was written can be read", e);
        }
    }
}
