package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Rules on what a config gives its clusters, checked before it is bound: a record of it holds one kind of thing, and all of that. */
final class GivenRules {

    private static final JsonPointer AGENTS = JsonPointer.compile("/spec/agents");

    private final List<Problem> problems = new ArrayList<>();

    private GivenRules() {}

    /** Whether one kind of thing is given. */
    static Optional<Problem> choice(JsonNode spec) {
        boolean kubeProxy = spec.has("kubeProxy");
        boolean agents = spec.has("agents");
        if (kubeProxy && agents) {
            return Optional.of(Problems.problem(
                    DocumentReason.InvalidValue,
                    AGENTS,
                    "is given beside kubeProxy; a config gives its clusters one of the two."));
        }
        return kubeProxy || agents
                ? Optional.empty()
                : Optional.of(Problems.problem(
                        DocumentReason.MissingField,
                        FleetConfigReader.KUBE_PROXY,
                        "is missing; expected is the object of az aks --kube-proxy-config: enabled, mode, ipvsConfig;"
                                + " or give agents in its place."));
    }

    /** What is wrong with {@code spec.agents}, if it is given; it is valid by its schema. */
    static List<Problem> agents(JsonNode spec) {
        GivenRules rules = new GivenRules();
        JsonNode agents = spec.path("agents");
        if (agents.isObject()) {
            boolean enabled = agents.path("enabled").asBoolean(true);
            rules.part(agents, enabled, "image", AgentManifest::problemWithImage);
            rules.part(agents, enabled, "jvmImage", AgentManifest::problemWithImage);
            rules.part(agents, enabled, "kafka", AgentManifest::problemWithBrokers);
        }
        return rules.problems;
    }

    private void part(JsonNode agents, boolean enabled, String name, Function<String, Optional<String>> wrong) {
        JsonPointer path = AGENTS.appendProperty(name);
        String value = agents.path(name).textValue();
        if (value == null) {
            if (enabled) {
                problems.add(
                        Problems.problem(
                                DocumentReason.MissingField,
                                path,
                                "is missing; agents are installed with image, jvmImage and kafka, or removed with enabled: false."));
            }
        } else if (!enabled) {
            problems.add(Problems.problem(
                    DocumentReason.InvalidValue,
                    path,
                    "is given although enabled is false; agents that are removed have neither images nor brokers."));
        } else {
            wrong.apply(Problems.shortened(value))
                    .map(text -> Problems.problem(DocumentReason.InvalidValue, path, "is wrong: " + text))
                    .ifPresent(problems::add);
        }
    }
}
