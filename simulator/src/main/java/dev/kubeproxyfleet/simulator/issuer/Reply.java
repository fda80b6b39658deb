package dev.kubeproxyfleet.simulator.issuer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is answered to a request.
 *
 * @param location where the browser goes instead; null where it stays
 */
record Reply(
        int status,
        String contentType,
        String body,
        @Nullable String location) {

    static Reply json(int status, JsonNode body) {
        return new Reply(status, "application/json", body.toString(), null);
    }

    static Reply page(int status, String html) {
        return new Reply(status, "text/html; charset=utf-8", html, null);
    }

    /** Sends the browser to {@code uri}, with these parameters of its query added. */
    static Reply redirect(String uri, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        String separator = query.isEmpty() ? "" : uri.contains("?") ? "&" : "?";
        return new Reply(302, "text/plain", "", uri + separator + query);
    }

    static Reply of(Refusal refusal) {
        return json(
                refusal.status(),
                JsonNodeFactory.instance
                        .objectNode()
                        .put("error", refusal.error())
                        .put("error_description", refusal.description()));
    }
}
