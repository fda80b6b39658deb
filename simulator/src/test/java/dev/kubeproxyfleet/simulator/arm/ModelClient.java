package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Calls a model of ARM, with a good token and JSON unless told otherwise. */
record ModelClient(ArmModel arm) {

    ArmAnswer get(String pathOrUrl) {
        return call("GET", pathOrUrl, "");
    }

    ArmAnswer call(String method, String pathOrUrl, String body) {
        return call(method, pathOrUrl, body, Map.of());
    }

    /** @param more headers, beside or instead of the usual ones */
    ArmAnswer call(String method, String pathOrUrl, String body, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Authorization", "Bearer " + ArmModel.SANDBOX_TOKEN);
        headers.put("Content-Type", "application/json");
        headers.putAll(more);
        String url = pathOrUrl.startsWith("https:") ? pathOrUrl : "https://localhost" + pathOrUrl;
        return arm.answer(method, URI.create(url), headers, body.getBytes(StandardCharsets.UTF_8));
    }

    static JsonNode body(ArmAnswer answer) {
        try {
            return Json.MAPPER.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(new String(answer.body(), StandardCharsets.UTF_8), e);
        }
    }

    static String header(ArmAnswer answer, String name) {
        return answer.headers().getOrDefault(name, "");
    }

    static String code(ArmAnswer answer) {
        return body(answer).at("/error/code").asText();
    }

    static String message(ArmAnswer answer) {
        return body(answer).at("/error/message").asText();
    }
}
