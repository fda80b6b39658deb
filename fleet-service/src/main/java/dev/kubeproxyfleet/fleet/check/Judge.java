package dev.kubeproxyfleet.fleet.check;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.kubeproxyfleet.schemas.config.HttpCheck;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.limit.Limits;
import java.io.IOException;
import java.util.Optional;

/** What an answer over HTTP says of what was expected. Pure; never throws, whatever the bytes. */
final class Judge {

    /** As much of a stranger's text as a sentence bears. */
    static final int MAX_SHOWN = 200;

    private static final ObjectReader WHOLE = Json.MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Judge() {}

    /** @param status of HTTP */
    static Measurement judge(HttpCheck.Expectation expectation, int status, byte[] body) {
        Optional<JsonNode> json = parse(body);
        if (status / 100 != 2) {
            return unknown("the answer has status " + status
                    + json.flatMap(Judge::error).orElse(""));
        }
        return json.map(answer -> switch (expectation) {
                    case HttpCheck.JsonValue value -> value(value, answer);
                    case HttpCheck.InstantQuery query -> PrometheusAnswer.judge(query, answer);
                })
                .orElseGet(() -> unknown("the answer is no JSON"));
    }

    private static Optional<JsonNode> parse(byte[] body) {
        try {
            JsonNode json = WHOLE.readTree(body);
            return json.isMissingNode() ? Optional.empty() : Optional.of(json);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What Prometheus, and many others, say beside a status. */
    private static Optional<String> error(JsonNode answer) {
        return Optional.ofNullable(answer.path("error").textValue()).map(error -> ": " + shown(error));
    }

    private static Measurement value(HttpCheck.JsonValue value, JsonNode answer) {
        JsonNode expected = value.expected();
        JsonNode found = answer.at(value.pointer());
        String where = value.pointer().isEmpty() ? "the answer" : value.pointer();
        if (found.isMissingNode()) {
            return unknown("the answer has no " + where);
        }
        if (found.getNodeType() != expected.getNodeType()) {
            return unknown(where + " is " + shown(found) + ", which cannot be compared with " + shown(expected));
        }
        String told = where + " is " + shown(found);
        return isSame(found, expected)
                ? new Measurement.Good(told)
                : new Measurement.Bad(told + ", not " + shown(expected));
    }

    /** Numbers are the same by value: 1 is 1.0. */
    private static boolean isSame(JsonNode found, JsonNode expected) {
        if (!found.isNumber()) {
            return found.equals(expected);
        }
        return found.isIntegralNumber() && expected.isIntegralNumber()
                ? found.bigIntegerValue().equals(expected.bigIntegerValue())
                : found.doubleValue() == expected.doubleValue();
    }

    private static String shown(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> '"' + shown(value.textValue()) + '"';
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case BOOLEAN, NUMBER, NULL, BINARY, MISSING, POJO -> shown(value.asText());
        };
    }

    static String shown(String text) {
        return Limits.cut(text, MAX_SHOWN).replaceAll("\\p{Cntrl}", " ");
    }

    static Measurement unknown(String told) {
        return new Measurement.Unknown(told);
    }
}
