package dev.kubeproxyfleet.fleet.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.config.HttpCheck;

/**
 * The answer of an instant query.
 *
 * <p>Source: Prometheus, HTTP API, "Format overview" and "Expression query result formats". {@code data.result} is {@code [time, "value"]}
 * of a scalar, and a list of {@code {"metric": {…}, "value": [time, "value"]}} of a vector.
 */
final class PrometheusAnswer {

    private PrometheusAnswer() {}

    static Measurement judge(HttpCheck.InstantQuery query, JsonNode answer) {
        if (!"success".equals(answer.path("status").textValue())) {
            return Judge.unknown("Prometheus says: " + said(answer.path("error")));
        }
        JsonNode warnings = answer.path("warnings");
        if (!warnings.isEmpty()) {
            // Such as that a store did not answer, so that its part of the sum is missing.
            return Judge.unknown("Prometheus warns: " + said(warnings.path(0)));
        }
        JsonNode result = answer.at("/data/result");
        String type = answer.at("/data/resultType").asText();
        return switch (type) {
            case "scalar" -> compare(query, result.path(1));
            case "vector" -> single(query, result);
            default -> Judge.unknown("the query results in a " + Judge.shown(type) + ", not in a number");
        };
    }

    private static Measurement single(HttpCheck.InstantQuery query, JsonNode vector) {
        return switch (vector.size()) {
            case 0 -> Judge.unknown("the query found nothing");
            case 1 -> compare(query, vector.at("/0/value/1"));
            default ->
                Judge.unknown(
                        "the query found " + vector.size() + " series; aggregate them into one, such as by sum()");
        };
    }

    private static String said(JsonNode text) {
        return text.isTextual() ? Judge.shown(text.textValue()) : "nothing that could be read";
    }

    /** @param value a text, as JSON has no infinite numbers */
    private static Measurement compare(HttpCheck.InstantQuery query, JsonNode value) {
        if (!value.isTextual()) {
            return Judge.unknown("the query results in no number");
        }
        String shown = Judge.shown(value.textValue());
        double number;
        try {
            number = Double.parseDouble(value.textValue());
        } catch (NumberFormatException e) {
            return Judge.unknown("the query gave " + shown + ", which is no number to compare");
        }
        if (!Double.isFinite(number)) {
            // 0/0 and 1/0 say that nothing was counted.
            return Judge.unknown("the query gave " + shown + ", which is no number to compare");
        }
        if (query.failAbove() != null && number > query.failAbove()) {
            return new Measurement.Bad("the query gave " + shown + ", more than " + query.failAbove());
        }
        if (query.failBelow() != null && number < query.failBelow()) {
            return new Measurement.Bad("the query gave " + shown + ", less than " + query.failBelow());
        }
        return new Measurement.Good("the query gave " + shown);
    }
}
