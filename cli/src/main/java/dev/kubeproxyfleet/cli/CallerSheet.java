package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.Grant;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Who somebody is to the service. */
final class CallerSheet {

    private CallerSheet() {}

    /** {@code GET /whoami}. */
    static List<Line> of(Caller caller, Instant now) {
        Map<String, Line> facts = new LinkedHashMap<>();
        facts.put("name", Line.of(caller.name(), Tone.STRONG));
        if (!caller.login()) {
            facts.put("login", Line.of("none: whoever can connect may do everything, and says its own name"));
            return Line.sheet(facts);
        }
        facts.put("subject", Line.orDash(caller.subject()));
        facts.put("roles", Line.of(grants(caller)));
        if (caller.expiresAt() != null) {
            facts.put(
                    "until",
                    Line.of("%s, for another %s".formatted(caller.expiresAt(), Ages.between(now, caller.expiresAt()))));
        }
        return Line.sheet(facts);
    }

    /** Such as {@code viewer, publisher for env=dev}. */
    static String grants(Caller caller) {
        return caller.grants().isEmpty()
                ? "without a role"
                : caller.grants().stream().map(CallerSheet::words).collect(Collectors.joining(", "));
    }

    private static String words(Grant grant) {
        return grant.text().replaceFirst(":", " for ");
    }
}
