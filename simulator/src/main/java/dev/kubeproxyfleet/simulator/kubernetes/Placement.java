package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.stream.StreamSupport;

/** On which nodes the pods of a DaemonSet may run: by node selector and required node affinity; nodes have no taints here. */
final class Placement {

    private Placement() {}

    /** @param podSpec of the template */
    static boolean admits(JsonNode podSpec, NodeFacts node) {
        Map<String, String> labels = node.labels();
        boolean selected = podSpec.path("nodeSelector").properties().stream()
                .allMatch(wanted -> wanted.getValue().asText().equals(labels.get(wanted.getKey())));
        JsonNode terms =
                podSpec.at("/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms");
        return selected
                && (terms.isEmpty()
                        || StreamSupport.stream(terms.spliterator(), false)
                                .anyMatch(term -> StreamSupport.stream(
                                                term.path("matchExpressions").spliterator(), false)
                                        .allMatch(expression -> matches(expression, labels))));
    }

    private static boolean matches(JsonNode expression, Map<String, String> labels) {
        String value = labels.get(expression.path("key").asText());
        boolean among = StreamSupport.stream(expression.path("values").spliterator(), false)
                .anyMatch(one -> one.asText().equals(value));
        return switch (expression.path("operator").asText()) {
            case "In" -> among;
            case "NotIn" -> !among;
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }
}
