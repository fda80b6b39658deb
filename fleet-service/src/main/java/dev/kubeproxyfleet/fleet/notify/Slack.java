package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.schemas.message.Notification;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Blocks for an incoming webhook of Slack. Their texts are plain, so that others' words are no markup and call nobody.
 *
 * <p>Source: Slack, "Sending messages using incoming webhooks", "Block Kit".
 */
record Slack(Address address, Headline headline) implements Form {

    @Override
    public boolean isForPeople() {
        return true;
    }

    @Override
    public Letter letter(List<Notification> notifications, @Nullable String thread, Instant now) throws IOException {
        return new Letter(
                address.now(),
                Map.of("Content-Type", "application/json; charset=utf-8"),
                Form.json(message(Wording.of(notifications, headline))));
    }

    /** Text for notices and screen readers, and the blocks. */
    static Map<String, Object> message(Wording wording) {
        List<Object> blocks = new ArrayList<>();
        blocks.add(Map.of("type", "header", "text", plain(sign(wording.severity()) + " " + wording.headline())));
        wording.lines().forEach(line -> blocks.add(Map.of("type", "section", "text", plain(line))));
        if (!wording.link().isEmpty()) {
            blocks.add(Map.of(
                    "type",
                    "actions",
                    "elements",
                    List.of(Map.of("type", "button", "text", plain(wording.linkText()), "url", wording.link()))));
        }
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("text", escaped(wording.headline()));
        message.put("blocks", blocks);
        return message;
    }

    private static Map<String, Object> plain(String text) {
        return Map.of("type", "plain_text", "text", text);
    }

    private static String sign(Notification.Severity severity) {
        return switch (severity) {
            case Info -> "🟢";
            case Warning -> "🟡";
            case Error -> "🔴";
        };
    }

    /** Source: Slack, "Formatting text for app surfaces". */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
