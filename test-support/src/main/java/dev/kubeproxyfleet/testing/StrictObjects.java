package dev.kubeproxyfleet.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** YAML read as Kubernetes would read it, and more strictly: a member that a type does not have is an error. */
public final class StrictObjects {

    /** The kinds of Kubernetes itself that the project ships objects of. */
    public static final StrictObjects KUBERNETES = new StrictObjects(Map.of(
            "Namespace", Namespace.class,
            "ServiceAccount", ServiceAccount.class,
            "ConfigMap", ConfigMap.class,
            "DaemonSet", DaemonSet.class,
            "StatefulSet", StatefulSet.class,
            "Service", Service.class,
            "Ingress", Ingress.class,
            "NetworkPolicy", NetworkPolicy.class,
            "PodDisruptionBudget", PodDisruptionBudget.class));

    private static final ObjectMapper YAML = YAMLMapper.builder().build();

    /** The models keep what they do not know in a map that every member fits into; here nothing does. */
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated member) {
                    return false;
                }
            })
            .build();

    private final Map<String, Class<? extends HasMetadata>> types;

    /** @param types by kind */
    public StrictObjects(Map<String, Class<? extends HasMetadata>> types) {
        this.types = Map.copyOf(types);
    }

    /** Every document of {@code yaml}; empty ones are left out. */
    public static List<JsonNode> documents(String yaml) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            return documents.readAll().stream().filter(JsonNode::isObject).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws AssertionError if {@code document} is of no type known here, or has a member that its type does not have */
    public HasMetadata typed(JsonNode document) {
        String kind = document.path("kind").asText();
        Class<? extends HasMetadata> type = types.get(kind);
        if (type == null) {
            throw new AssertionError("an object of kind '" + kind + "'");
        }
        try {
            return STRICT.treeToValue(document, type);
        } catch (JsonProcessingException e) {
            throw new AssertionError(kind + ": " + e.getOriginalMessage(), e);
        }
    }

    /** Every document of {@code yaml}, typed, in its order. */
    public List<HasMetadata> all(String yaml) {
        return documents(yaml).stream().map(this::typed).toList();
    }

    /** By kind and name, so that two lists can be compared. */
    public static List<HasMetadata> sorted(List<HasMetadata> objects) {
        return objects.stream()
                .sorted(Comparator.comparing((HasMetadata object) ->
                        object.getKind() + "/" + object.getMetadata().getName()))
                .toList();
    }
}
