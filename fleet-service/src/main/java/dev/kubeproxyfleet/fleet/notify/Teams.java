package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.schemas.message.Notification;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An Adaptive Card for a workflow of Microsoft Teams that begins with "When a Teams webhook request is received". Texts are runs, which show
 * others' words as they are, where a text block would take them for Markdown.
 *
 * <p>Source: Microsoft Learn, "Create incoming webhooks with Workflows for Microsoft Teams"; Adaptive Cards schema 1.4.
 */
record Teams(Address address, Headline headline) implements Form {

    @Override
    public boolean isForPeople() {
        return true;
    }

    @Override
    public Letter letter(List<Notification> notifications, @Nullable String thread, Instant now) throws IOException {
        Wording wording = Wording.of(notifications, headline);
        List<Object> body = new ArrayList<>();
        body.add(text(Map.of(
                "type",
                "TextRun",
                "text",
                wording.headline(),
                "weight",
                "Bolder",
                "size",
                "Medium",
                "color",
                colour(wording.severity()))));
        wording.lines().forEach(line -> body.add(text(Map.of("type", "TextRun", "text", line))));
        List<Object> actions = wording.link().isEmpty()
                ? List.of()
                : List.of(Map.of("type", "Action.OpenUrl", "title", wording.linkText(), "url", wording.link()));
        Map<String, Object> card = Map.of(
                "$schema",
                "http://adaptivecards.io/schemas/adaptive-card.json",
                "type",
                "AdaptiveCard",
                "version",
                "1.4",
                "body",
                body,
                "actions",
                actions);
        Map<String, Object> message = Map.of(
                "type",
                "message",
                "attachments",
                List.of(Map.of("contentType", "application/vnd.microsoft.card.adaptive", "content", card)));
        return new Letter(address.now(), Map.of("Content-Type", "application/json"), Form.json(message));
    }

    private static Map<String, Object> text(Map<String, Object> run) {
        return Map.of("type", "RichTextBlock", "inlines", List.of(run));
    }

    private static String colour(Notification.Severity severity) {
        return switch (severity) {
            case Info -> "Good";
            case Warning -> "Warning";
            case Error -> "Attention";
        };
    }
}
