package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Rules on texts that mean times, checked before they are bound: whether such a day or zone exists is beyond a pattern. */
final class TimeRules {

    private TimeRules() {}

    /** @param spec of a document that is valid by its schema */
    static List<Problem> problems(JsonNode spec, boolean isStrategy) {
        List<Problem> problems = new ArrayList<>();
        JsonPointer path = JsonPointer.compile(isStrategy ? "/spec" : "/spec/strategy");
        JsonNode strategy = isStrategy ? spec : spec.path("strategy");
        if (!isStrategy && spec.has("strategy") && spec.has("strategyRef")) {
            problems.add(Problems.problem(
                    DocumentReason.InvalidValue,
                    JsonPointer.compile("/spec/strategyRef"),
                    "is given beside strategy; allowed is one of the two."));
        }
        JsonNode startAt = strategy.path("startAt");
        if (startAt.isTextual() && !isInstant(startAt.textValue())) {
            problems.add(Problems.problem(
                    DocumentReason.InvalidValue,
                    path.appendProperty("startAt"),
                    "is " + Problems.found(startAt)
                            + "; allowed is a point in time that exists, such as 2026-03-01T22:00:00Z."));
        }
        JsonPointer schedule = path.appendProperty("windows").appendProperty("schedule");
        JsonNode windows = strategy.at("/windows/schedule");
        for (int i = 0; i < windows.size(); i++) {
            JsonNode zone = windows.get(i).path("timeZone");
            if (!isZone(zone.asText())) {
                problems.add(Problems.problem(
                        DocumentReason.InvalidValue,
                        schedule.appendIndex(i).appendProperty("timeZone"),
                        "is " + Problems.found(zone)
                                + "; allowed is a time zone such as Europe/Amsterdam, UTC or +02:00."));
            }
        }
        return problems;
    }

    private static boolean isInstant(String text) {
        try {
            Instant.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isZone(String text) {
        try {
            ZoneId.of(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
