package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.schemas.message.Notification;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line with placeholders such as {@code {rollout}}. It can do nothing but show what a notification says. */
final class Headline {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    private static final Map<String, Function<Notification, String>> VALUES = values();

    private final String template;

    /** @throws IllegalArgumentException if it has a placeholder that there is not */
    Headline(String template) {
        Matcher placeholders = PLACEHOLDER.matcher(template);
        while (placeholders.find()) {
            if (!VALUES.containsKey(placeholders.group(1))) {
                throw new IllegalArgumentException(
                        placeholders.group() + " is no placeholder; there are " + String.join(", ", VALUES.keySet()));
            }
        }
        this.template = template;
    }

    String of(Notification notification) {
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(found -> Matcher.quoteReplacement(
                        Objects.requireNonNull(VALUES.get(found.group(1))).apply(notification)));
    }

    private static Map<String, Function<Notification, String>> values() {
        Map<String, Function<Notification, String>> values = new LinkedHashMap<>();
        values.put("subject", Notification::subject);
        values.put("what", notification -> notification.kind().words());
        values.put("message", Notification::message);
        values.put("config", Notification::config);
        values.put("code", notification -> notification.code().code());
        values.put("severity", notification -> notification.severity().text());
        values.put("count", notification -> Integer.toString(notification.count()));
        values.put("actor", Notification::actor);
        return values;
    }
}
