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
        if (spec.get("agents") instanceof ObjectNode agents) {
            setIfAbsent(agents, "enabled", true);
        }
        fillSelector(spec.get("selector"));
        setIfAbsent(spec, "priority", 0);
        setIfAbsent(spec, "strategy", strategy);
        setIfAbsent(spec, "drift", FleetConfig.Drift.Report);
        setIfAbsent(spec, "newClusters", FleetConfig.NewClusters.Join);
        fillStrategy((ObjectNode) spec.get("strategy"), strategy);
    }

    /** Fills a {@link Strategy} in place; it must be valid. */
    static void fillStrategy(ObjectNode given, Strategy defaults) {
        fillFrom(defaults, given);
        fillFrom(Gate.DEFAULT, given.get("gate"));
        given.at("/gate/external").forEach(Defaults::fillExternal);
        fillFrom(Windows.ANY_TIME, given.get("windows"));
        given.at("/windows/schedule")
                .forEach(window -> setIfAbsent((ObjectNode) window, "days", Windows.Window.EVERY_DAY));
        given.get("stages").forEach(stage -> fillStage((ObjectNode) stage));
    }

    private static void fillSelector(JsonNode selector) {
        fillFrom(Selector.EMPTY, selector);
        fillFrom(Selector.Tags.NONE, selector.get("tags"));
        selector.at("/tags/matchExpressions")
                .forEach(expression -> setIfAbsent((ObjectNode) expression, "values", List.of()));
    }

    private static void fillStage(ObjectNode stage) {
        setIfAbsent(stage, "maxConcurrent", StageSpec.DEFAULT_MAX_CONCURRENT);
        setIfAbsent(stage, "maxFailures", StageSpec.DEFAULT_MAX_FAILURES);
        setIfAbsent(stage, "bake", StageSpec.DEFAULT_BAKE);
        setIfAbsent(stage, "groups", List.of());
        if (stage.has("selector")) {
            fillSelector(stage.get("selector"));
        }
        stage.get("groups").forEach(group -> {
            fillSelector(group.get("selector"));
            setIfAbsent((ObjectNode) group, "maxConcurrent", StageSpec.Group.DEFAULT_MAX_CONCURRENT);
        });
    }

    private static void fillExternal(JsonNode gate) {
        if (gate.get("http") instanceof ObjectNode check) {
            setIfAbsent(check, "headers", List.of());
            setIfAbsent(check, "interval", HttpCheck.DEFAULT_INTERVAL);
            setIfAbsent(check, "count", HttpCheck.DEFAULT_COUNT);
            setIfAbsent(check, "failureLimit", HttpCheck.DEFAULT_FAILURE_LIMIT);
            setIfAbsent(check, "consecutiveErrorLimit", HttpCheck.DEFAULT_CONSECUTIVE_ERROR_LIMIT);
            setIfAbsent(check, "timeout", HttpCheck.DEFAULT_TIMEOUT);
        }
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
