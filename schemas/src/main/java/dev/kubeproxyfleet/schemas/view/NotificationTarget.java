package dev.kubeproxyfleet.schemas.view;

import dev.kubeproxyfleet.schemas.message.Notification;
import java.util.List;

/**
 * Who is told what becomes of rollouts.
 *
 * @param type {@code webhook}, {@code teams}, {@code slack} or {@code slack-api}
 * @param severity it is told what matters at least so much
 * @param configs names of configs that it is told of, with {@code *} for any text; empty for all
 * @param codes reason codes that it is told of; empty for all
 */
public record NotificationTarget(
        String name, String type, Notification.Severity severity, List<String> configs, List<String> codes) {

    public NotificationTarget {
        configs = List.copyOf(configs);
        codes = List.copyOf(codes);
    }

    /**
     * What came of a test message.
     *
     * @param taken whether the target has taken it
     * @param message one sentence that says what the target answered, without its address
     */
    public record Test(String target, boolean taken, String message) {}
}
