package dev.kubeproxyfleet.schemas.reason;

/** What becomes of a notification that its target does not take. */
public enum NotificationReason implements Reason {
    NotificationRefused(
            "A target has refused a notification for good, so that it was not sent again; the message says how it answered.",
            "See the target's address and secrets, then run `kpfleet notify test`."),
    NotificationExpired(
            "A target has not taken a notification for a day, so that it is given up.",
            "See what the target answers, with `kpfleet notify test`."),
    NotificationTest("Somebody has asked for a test message.");

    private final Words words;

    NotificationReason(String meaning) {
        words = new Words(meaning, null);
    }

    NotificationReason(String meaning, String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }
}
