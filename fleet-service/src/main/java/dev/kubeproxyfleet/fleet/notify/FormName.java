package dev.kubeproxyfleet.fleet.notify;

import java.util.Locale;

/** Forms that messages have, as settings name them. */
enum FormName {
    WEBHOOK,
    TEAMS,
    SLACK,
    SLACK_API;

    /** {@code slack-api}. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
