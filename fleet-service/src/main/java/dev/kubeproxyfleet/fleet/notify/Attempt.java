package dev.kubeproxyfleet.fleet.notify;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of one attempt to tell a target. No text holds a secret. */
sealed interface Attempt {

    /** How the target answered, or why it was not asked, in a sentence without its subject: {@code answered 503}. */
    String told();

    /** @param thread by which Slack knows the message again; null for other targets */
    record Taken(String told, @Nullable String thread) implements Attempt {}

    /** It may be taken later. @param after what the target asks to wait; null if it does not say */
    record NotYet(String told, @Nullable Duration after) implements Attempt {}

    /** It will not be taken, however often it is sent. */
    record Refused(String told) implements Attempt {}
}
