package dev.kubeproxyfleet.schemas.access;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What somebody may be permitted to do. */
public enum Permission {
    /** To read all that the API, its streams and the dashboard show. */
    View,
    /** To be told what a configuration would do; nothing is published. */
    Plan,
    /** To publish a configuration or to store a strategy. */
    Publish,
    /** To withdraw a configuration or to delete a strategy. */
    Delete,
    Rerun,
    Pause,
    Resume,
    Abort,
    Retry,
    Skip,
    Rollback,
    /** To give an external gate its verdict. */
    Answer,
    Approve,
    Reject,
    Promote,
    Override,
    /** To register a preview feature in a subscription. */
    RegisterFeature,
    CreateCluster,
    /** To have a target of notifications sent a test message. */
    TestNotification;

    /** As people and programs write it: {@code pause}, {@code create-cluster}. */
    @JsonValue
    public String text() {
        return name().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    /** Empty if there is none of this text. */
    public static Optional<Permission> parse(String text) {
        return Arrays.stream(values()).filter(each -> each.text().equals(text)).findFirst();
    }
}
