package dev.kubeproxyfleet.schemas.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a part of a record whose null means that it is unknown: what this version cannot read of it, such as a constant of a later one,
 * makes the part unknown, and leaves the rest of the record readable.
 */
public final class NullIfUnreadable extends JsonDeserializer<@Nullable Object> implements ContextualDeserializer {

    private final @Nullable JsonDeserializer<?> reader;

    /** For Jackson. */
    NullIfUnreadable() {
        this(null);
    }

    private NullIfUnreadable(@Nullable JsonDeserializer<?> reader) {
        this.reader = reader;
    }

    @Override
    public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty property)
            throws JsonMappingException {
        return new NullIfUnreadable(context.findContextualValueDeserializer(property.getType(), property));
    }

    @Override
    public @Nullable Object deserialize(JsonParser json, DeserializationContext context) throws IOException {
        JsonNode part = context.readTree(json);
        if (reader == null) {
            throw new IllegalStateException("Jackson has not said of which type the part is");
        }
        try (JsonParser whole = part.traverse(json.getCodec())) {
            whole.nextToken();
            return reader.deserialize(whole, context);
        } catch (JsonProcessingException ofAnotherVersion) {
            return null;
        }
    }
}
