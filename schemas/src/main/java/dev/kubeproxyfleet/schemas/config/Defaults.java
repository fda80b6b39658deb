package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.util.List;

/** Fills in what a valid {@link FleetConfig} may leave out, so that its JSON binds to the records as it is. */
final class Defaults {

    private Defaults() {}

    /** Fills {@code document} in place; it must be valid. */
    static void fill(ObjectNode document, Strategy strategy) {
        ObjectNode spec = (ObjectNode) document.get("spec");
        setIfAbsent(spec, "priority", 0);
        setIfAbsent(spec, "strategy", strategy);
        setIfAbsent(spec, "drift", FleetConfig.Drift.Report);
        setIfAbsent(spec, "newClusters", FleetConfig.NewClusters.Join);
        fillFrom(Selector.EMPTY, spec.get("selector"));
        fillFrom(Selector.Tags.NONE, spec.at("/selector/tags"));
        spec.at("/selector/tags/matchExpressions")
                .forEach(expression -> setIfAbsent((ObjectNode) expression, "values", List.of()));
        fillFrom(strategy, spec.get("strategy"));
        fillFrom(Gate.DEFAULT, spec.at("/strategy/gate"));
        spec.at("/strategy/stages").forEach(stage -> fillStage((ObjectNode) stage));
    }

    private static void fillStage(ObjectNode stage) {
        setIfAbsent(stage, "maxConcurrent", StageSpec.DEFAULT_MAX_CONCURRENT);
        setIfAbsent(stage, "maxFailures", StageSpec.DEFAULT_MAX_FAILURES);
        setIfAbsent(stage, "bake", StageSpec.DEFAULT_BAKE);
    }

    private static void fillFrom(Object defaults, JsonNode given) {
        Json.MAPPER
                .<ObjectNode>valueToTree(defaults)
                .properties()
                .forEach(field -> setIfAbsent((ObjectNode) given, field.getKey(), field.getValue()));
    }

    private static void setIfAbsent(ObjectNode object, String field, Object value) {
        if (!object.has(field)) {
            object.set(field, Json.MAPPER.valueToTree(value));
        }
    }
}
