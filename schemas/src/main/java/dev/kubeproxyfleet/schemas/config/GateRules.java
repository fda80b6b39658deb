package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Rules on external gates, checked before they are bound: the gates of a record can be told apart. */
final class GateRules {

    private GateRules() {}

    /** @param document valid by its schema */
    static List<Problem> problems(JsonNode document, boolean isStrategy) {
        JsonPointer path = JsonPointer.compile((isStrategy ? "/spec" : "/spec/strategy") + "/gate/external");
        JsonNode gates = document.at(path);
        List<Problem> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < gates.size(); i++) {
            JsonPointer at = path.appendIndex(i).appendProperty("name");
            String name = gates.get(i).path("name").textValue();
            if (Stream.of(Signal.values()).anyMatch(signal -> signal.key().equalsIgnoreCase(name))) {
                problems.add(invalid(at, "is \"" + name + "\", which is a signal; use another name."));
            } else if (!names.add(name)) {
                problems.add(invalid(
                        at,
                        "is \"" + name + "\" as that of an earlier gate; the names of external gates must differ."));
            }
        }
        return problems;
    }

    private static Problem invalid(JsonPointer path, String predicate) {
        return Problems.problem(DocumentReason.InvalidValue, path, predicate);
    }
}
