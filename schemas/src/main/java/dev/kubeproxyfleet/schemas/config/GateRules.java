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
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules on external gates, checked before they are bound: a record of them holds only what can be asked and told apart. */
final class GateRules {

    /** Hosts that are the service's own machine, as a URL writes them. */
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]", Pattern.CASE_INSENSITIVE);

    /** What the connection needs is not for a config to say. */
    private static final Set<String> OWN_HEADERS =
            Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

    /** Headers that hold nothing but what must not be known. */
    private static final Set<String> SECRET_HEADERS = Set.of("authorization", "cookie", "proxy-authorization");

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
            if (Gate.PROOF.equalsIgnoreCase(name)) {
                invalid(
                        at.appendProperty("name"),
                        "is \"" + name + "\", which is a gate of its own; use another name.");
            } else if (Stream.of(Signal.values())
                    .anyMatch(signal -> signal.key().equalsIgnoreCase(name))) {
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
        boolean isPrometheus = check.has("prometheus");
        if (check.has("json") == isPrometheus) {
            invalid(
                    path,
                    (isPrometheus ? "has both json and" : "has neither json nor") + " prometheus; one is needed.");
        }
        url(check.path("url"), path.appendProperty("url"), isPrometheus);
        headers(check.path("headers"), path.appendProperty("headers"));
        if (isPrometheus) {
            bounds(check.get("prometheus"), path.appendProperty("prometheus"));
        }
        within(check, "interval", HttpCheck.MIN_INTERVAL, HttpCheck.MAX_INTERVAL, path);
        within(check, "timeout", Duration.ofMillis(1), HttpCheck.MAX_TIMEOUT, path);
    }

    private void url(JsonNode found, JsonPointer path, boolean isPrometheus) {
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
            invalid(path, "holds a user; name a secret in headers instead.");
        } else if (url.getRawFragment() != null) {
            invalid(path, "is " + Problems.found(found) + "; a fragment (#) is never sent, leave it out.");
        } else if (isPrometheus && url.getRawQuery() != null) {
            invalid(path, "is " + Problems.found(found) + "; allowed is Prometheus's address without a query.");
        } else if ("http".equalsIgnoreCase(url.getScheme())
                && !LOOPBACK.matcher(url.getHost()).matches()) {
            invalid(path, "is " + Problems.found(found) + "; http goes to the service's own machine only, use https.");
        }
    }

    private void headers(JsonNode headers, JsonPointer path) {
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < headers.size(); i++) {
            JsonNode header = headers.get(i);
            JsonPointer at = path.appendIndex(i);
            String key = header.path("key").textValue().toLowerCase(Locale.ROOT);
            if (header.has("value") == header.has("secret")) {
                invalid(
                        at,
                        (header.has("value") ? "has both value and" : "has neither value nor")
                                + " secret; one is needed.");
            } else if (OWN_HEADERS.contains(key)) {
                invalid(
                        at.appendProperty("key"),
                        "is " + Problems.found(header.get("key")) + ", which the service sets itself; leave it out.");
            } else if (SECRET_HEADERS.contains(key) && header.has("value")) {
                invalid(at.appendProperty("value"), "stands where everybody can read it; name a secret instead.");
            } else if (!keys.add(key)) {
                invalid(
                        at.appendProperty("key"),
                        "is " + Problems.found(header.get("key"))
                                + " as that of an earlier header; each is sent once.");
            }
        }
    }

    private void bounds(JsonNode query, JsonPointer path) {
        JsonNode above = query.path("failAbove");
        JsonNode below = query.path("failBelow");
        if (above.isMissingNode() && below.isMissingNode()) {
            invalid(path, "has neither failAbove nor failBelow; one is needed.");
        } else if (above.isNumber() && below.isNumber() && below.doubleValue() > above.doubleValue()) {
            invalid(
                    path.appendProperty("failBelow"),
                    "is " + below.asText() + ", more than failAbove, so that every number would fail.");
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
