package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which objects of a list or a watch are wanted. */
record Selection(Predicate<JsonNode> wanted) implements Predicate<JsonNode> {

    private static final Set<String> FIELDS_OF_ALL = Set.of("metadata.name", "metadata.namespace");

    private static final Set<String> FIELDS_OF_PODS = Set.of("spec.nodeName", "status.phase");

    private static final Set<String> FIELDS_OF_EVENTS = Set.of(
            "involvedObject.kind",
            "involvedObject.name",
            "involvedObject.namespace",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "reason",
            "source",
            "type");

    private static final Pattern SET = Pattern.compile("\\s*(\\S+)\\s+(in|notin)\\s+\\(([^)]*)\\)\\s*");
    private static final Pattern EQUALITY = Pattern.compile("\\s*([^=!\\s]+)\\s*(==|=|!=)\\s*([^=!\\s]*)\\s*");
    private static final Pattern COMMA_OUTSIDE_OF_SET = Pattern.compile(",(?![^(]*\\))");

    @Override
    public boolean test(JsonNode object) {
        return wanted.test(object);
    }

    /**
     * By both selectors, either of which may be empty.
     *
     * @throws IllegalArgumentException if one cannot be read; the message is the API server's
     */
    static Selection of(ResourceType type, String labels, String fields) {
        List<Predicate<JsonNode>> all = new ArrayList<>();
        for (String term : COMMA_OUTSIDE_OF_SET.split(labels)) {
            if (!term.isBlank()) {
                all.add(label(term));
            }
        }
        for (String term : fields.split(",")) {
            if (!term.isBlank()) {
                all.add(field(type, term));
            }
        }
        return new Selection(object -> all.stream().allMatch(one -> one.test(object)));
    }

    private static Predicate<JsonNode> label(String term) {
        Matcher set = SET.matcher(term);
        if (set.matches()) {
            List<String> values = List.of(set.group(3).trim().split("\\s*,\\s*"));
            boolean in = set.group(2).equals("in");
            return object -> {
                JsonNode label = object.path("metadata").path("labels").path(set.group(1));
                return in == (label.isTextual() && values.contains(label.textValue()));
            };
        }
        Matcher equality = EQUALITY.matcher(term);
        if (equality.matches()) {
            boolean equal = !equality.group(2).equals("!=");
            return object -> equal
                    == equality.group(3)
                            .equals(object.path("metadata")
                                    .path("labels")
                                    .path(equality.group(1))
                                    .textValue());
        }
        String name = term.trim();
        if (name.matches("!?[\\w./-]+")) {
            boolean absent = name.startsWith("!");
            return object -> absent != object.path("metadata").path("labels").has(absent ? name.substring(1) : name);
        }
        throw new IllegalArgumentException("unable to parse requirement: " + term);
    }

    private static Predicate<JsonNode> field(ResourceType type, String term) {
        Matcher equality = EQUALITY.matcher(term);
        if (!equality.matches()) {
            throw new IllegalArgumentException("invalid selector: '" + term + "'; can't understand '" + term + "'");
        }
        String field = equality.group(1);
        if (!FIELDS_OF_ALL.contains(field) && !more(type).contains(field)) {
            throw new IllegalArgumentException(
                    more(type).isEmpty()
                            ? "\"" + field
                                    + "\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                            : "field label not supported: " + field);
        }
        boolean equal = !equality.group(2).equals("!=");
        // An event's source is asked for by the name of its component.
        String pointer = field.equals("source") ? "/source/component" : "/" + field.replace('.', '/');
        return object -> equal == object.at(pointer).asText().equals(equality.group(3));
    }

    private static Set<String> more(ResourceType type) {
        return switch (type) {
            case POD -> FIELDS_OF_PODS;
            case EVENT -> FIELDS_OF_EVENTS;
            default -> Set.of();
        };
    }
}
