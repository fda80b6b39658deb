package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code $filter} of lists: terms {@code member eq 'value'}, {@code member ne 'value'} and {@code substringof('value', member)},
 * joined by {@code and}; values are compared without regard to case, as Azure Resource Manager does. {@code tagName} and
 * {@code tagValue} are about one and the same tag.
 */
final class Filter {

    private static final Pattern TERM = Pattern.compile(
            "\\s*(?:(?<member>\\w+)\\s+(?<operator>eq|ne)\\s+'(?<value>(?:[^']|'')*)'"
                    + "|substringof\\(\\s*'(?<part>(?:[^']|'')*)'\\s*,\\s*(?<whole>\\w+)\\s*\\))\\s*",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern AND = Pattern.compile("and\\b", Pattern.CASE_INSENSITIVE);

    private record Term(String member, Predicate<String> test) {}

    private final List<Term> terms;

    private Filter(List<Term> terms) {
        this.terms = terms;
    }

    /**
     * Reads the filter of a call.
     *
     * @param members that may be asked about, in lower case
     * @return empty if it cannot be read, or asks about something else
     */
    static Optional<Filter> of(Call call, Set<String> members) {
        String text = call.request.query().getOrDefault("$filter", "");
        List<Term> terms = new ArrayList<>();
        int at = 0;
        Matcher matcher = TERM.matcher(text);
        Matcher and = AND.matcher(text);
        while (at < text.length()) {
            if (!terms.isEmpty()) {
                if (!and.region(at, text.length()).lookingAt()) {
                    return Optional.empty();
                }
                at = and.end();
            }
            if (!matcher.region(at, text.length()).lookingAt()) {
                return Optional.empty();
            }
            Term term = term(matcher);
            if (!members.contains(term.member())) {
                return Optional.empty();
            }
            terms.add(term);
            at = matcher.end();
        }
        return Optional.of(new Filter(terms));
    }

    static ArmResponse unreadable(Call call) {
        return ArmResponse.of(new ArmError(
                400,
                "InvalidFilterInQueryString",
                "Invalid $filter '" + call.request.query().getOrDefault("$filter", "")
                        + "' specified in the query string."));
    }

    private static Term term(Matcher matcher) {
        if (matcher.group("member") == null) {
            String part = unquoted(matcher.group("part"));
            return new Term(lower(matcher.group("whole")), value -> lower(value).contains(lower(part)));
        }
        String wanted = unquoted(matcher.group("value"));
        boolean equal = matcher.group("operator").equalsIgnoreCase("eq");
        return new Term(lower(matcher.group("member")), value -> value.equalsIgnoreCase(wanted) == equal);
    }

    private static String unquoted(String value) {
        return value.replace("''", "'");
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** Whether a resource or a group, as it is shown, is one of those that are asked for. */
    boolean accepts(JsonNode shown) {
        List<Term> ofTags =
                terms.stream().filter(term -> term.member().startsWith("tag")).toList();
        boolean tagged = ofTags.isEmpty()
                || shown.path("tags").properties().stream()
                        .anyMatch(tag -> ofTags.stream()
                                .allMatch(term -> term.test()
                                        .test(
                                                term.member().equals("tagname")
                                                        ? tag.getKey()
                                                        : tag.getValue().asText())));
        return tagged
                && terms.stream()
                        .filter(term -> !ofTags.contains(term))
                        .allMatch(term -> term.test().test(value(shown, term.member())));
    }

    private static String value(JsonNode shown, String member) {
        return switch (member) {
            case "resourcetype" -> shown.path("type").asText();
            case "resourcegroup" -> group(shown.path("id").asText());
            default -> shown.path(member).asText();
        };
    }

    private static String group(String id) {
        String[] parts = id.split("/");
        return parts.length > 4 ? parts[4] : "";
    }
}
