package dev.kubeproxyfleet.fleet.azure;

import com.azure.json.JsonProviders;
import com.azure.json.JsonReader;
import com.azure.json.ReadValueCallback;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;

/** Reads documents of ARM into the models of the Azure SDK. Members that a model does not know are lost there. */
public final class SdkModels {

    private SdkModels() {}

    /**
     * @param model the model's {@code fromJson}
     * @return empty if the document is none of its kind: one member of another type is enough
     */
    public static <T> Optional<T> read(JsonNode document, ReadValueCallback<JsonReader, T> model) {
        try (JsonReader reader = JsonProviders.createReader(document.toString())) {
            return Optional.ofNullable(model.read(reader));
        } catch (IOException | RuntimeException e) {
            // Each model refuses in its own way: IllegalStateException, DateTimeException, NumberFormatException.
            return Optional.empty();
        }
    }
}
