package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Rules on external gates, checked before they are bound: a record of them holds only what can be asked and told apart. */
final class GateRules {

    static final Duration MIN_INTERVAL = Duration.ofSeconds(10);
    static final Duration MAX_INTERVAL = Duration.ofHours(1);
    static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);

    private final List<Problem> problems = new ArrayList<>();

    private GateRules() {}

    /** @param document valid by its schema */
    static List<Problem> problems(JsonNode document, boolean isStrategy) {
        JsonPointer path = JsonPointer.compile((isStrategy ? "/spec" : "/spec/strategy") + "/gate/external");
        GateRules rules = new GateRules();
        rules.external(document.at(path), path);
        return rules.problems;
    }

    private void external(JsonNode gates, JsonPointer path) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < gates.size(); i++) {
            JsonPointer at = path.appendIndex(i);
            String name = gates.get(i).path("name").textValue();
            if (Stream.of(Signal.values()).anyMatch(signal -> signal.key().equalsIgnoreCase(name))) {
                invalid(at.appendProperty("name"), "is \"" + name + "\", which is a signal; use another name.");
            } else if (!names.add(name)) {
                invalid(
                        at.appendProperty("name"),
                        "is \"" + name + "\" as that of an earlier gate; the names of external gates must differ.");
            }
            if (gates.get(i).has("http")) {
                http(gates.get(i).get("http"), at.appendProperty("http"));
            }
        }
    }

    private void http(JsonNode check, JsonPointer path) {
        boolean prometheus = check.has("prometheus");
        if (check.has("json") == prometheus) {
            invalid(path, (prometheus ? "has both json and" : "has neither json nor") + " prometheus; one is needed.");
        }
        url(check.path("url"), path.appendProperty("url"), prometheus);
        within(check, "interval", MIN_INTERVAL, MAX_INTERVAL, path);
        within(check, "timeout", Duration.ofMillis(1), MAX_TIMEOUT, path);
    }

    private void url(JsonNode found, JsonPointer path, boolean prometheus) {
        URI url;
        try {
            url = new URI(found.textValue());
        } catch (URISyntaxException e) {
            invalid(path, "is " + Problems.found(found) + ", which is no address: " + e.getReason() + ".");
            return;
        }
        if (url.getHost() == null) {
            invalid(path, "is " + Problems.found(found) + ", which names no host.");
        } else if (url.getRawUserInfo() != null) {
            invalid(path, "holds a user; name a secret in secretRef instead.");
        } else if (url.getRawFragment() != null) {
            invalid(path, "is " + Problems.found(found) + "; a fragment (#) is never sent, leave it out.");
        } else if (prometheus && url.getRawQuery() != null) {
            invalid(path, "is " + Problems.found(found) + "; allowed is Prometheus's address without a query.");
        }
    }

    private void within(JsonNode check, String field, Duration least, Duration most, JsonPointer path) {
        if (!check.has(field)) {
            return;
        }
        Duration given = Duration.parse(check.get(field).textValue());
        if (given.compareTo(least) < 0 || given.compareTo(most) > 0) {
            invalid(path.appendProperty(field), "is " + given + "; allowed is from " + least + " to " + most + ".");
        }
    }

    private void invalid(JsonPointer path, String predicate) {
        problems.add(Problems.problem(DocumentReason.InvalidValue, path, predicate));
    }
}
