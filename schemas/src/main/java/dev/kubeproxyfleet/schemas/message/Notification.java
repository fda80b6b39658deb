package dev.kubeproxyfleet.schemas.message;

import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a target of notifications is told of a rollout's life: data of a CloudEvent of type {@link Kind#type()}, whose subject is the
 * rollout, or the config where there is none.
 *
 * @param id of the CloudEvent; the same each time that the same is told
 * @param rollout {@code <config>.<generation>}; null where it is about none
 * @param code stable reason code, such as {@code MaxFailuresExceeded}
 * @param message one sentence for people; the latest, where several are told as one
 * @param count how many events are told as one; 1 unless the same happened to several clusters
 * @param clusters ARM resource ids of those that it is about, at most {@link #MAX_CLUSTERS}; empty where it is about a rollout as a whole
 * @param actor who did it; {@code controller} for what the service did by itself
 * @param reason in the actor's words; null if none was given
 * @param at when the first of them happened
 * @param link to the page where a person sees it and acts; null if the service does not know its own address
 * @since 0.2.0
 */
public record Notification(
        String id,
        Kind kind,
        Severity severity,
        String config,
        @Nullable String rollout,
        ReasonCode code,
        String message,
        int count,
        List<String> clusters,
        String actor,
        @Nullable String reason,
        Instant at,
        @Nullable String link) {

    /** Clusters that are named; {@link #count} tells how many there are. */
    public static final int MAX_CLUSTERS = 10;

    public Notification {
        clusters = List.copyOf(clusters);
        message = Limits.cut(message, Limits.MAX_MESSAGE_LENGTH);
        if (count < 1 || clusters.size() > MAX_CLUSTERS) {
            throw new IllegalArgumentException("a notification of " + count + " events names " + clusters.size());
        }
    }

    /** What it is about. */
    public String subject() {
        return rollout == null ? config : rollout;
    }

    /** How much it matters, in rising order. */
    public enum Severity {
        /** All goes as it was meant to. */
        Info,
        /** A person may have to look, or is waited for. */
        Warning,
        /** Something failed. */
        Error;

        /** As settings write it: {@code warning}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What happened. */
    public enum Kind {
        Planned("rollout-planned", "was planned"),
        Started("rollout-started", "has started"),
        ApprovalAwaited("approval-awaited", "waits for approval"),
        Approved("stage-approved", "was approved"),
        StageDone("stage-done", "has finished a stage"),
        Paused("rollout-paused", "is paused"),
        Resumed("rollout-resumed", "goes on"),
        Overruled("gate-overruled", "goes on past a gate"),
        RollingBack("rollout-rolling-back", "is rolling back"),
        Succeeded("rollout-succeeded", "has succeeded"),
        Failed("rollout-failed", "has failed"),
        RolledBack("rollout-rolled-back", "is rolled back"),
        Aborted("rollout-aborted", "was aborted"),
        Drifted("cluster-drifted", "has clusters that drifted"),
        DriftEnded("cluster-drift-ended", "has clusters that drift no longer"),
        Refused("request-refused", "was asked for what is refused"),
        Test("test", "is a test");

        private final String suffix;
        private final String words;

        Kind(String suffix, String words) {
            this.suffix = suffix;
            this.words = words;
        }

        /** Type of the CloudEvent, for example {@code dev.kubeproxyfleet.notification.rollout-succeeded.v1}. */
        public String type() {
            return "dev.kubeproxyfleet.notification." + suffix + ".v1";
        }

        /** What follows the subject in a sentence. */
        public String words() {
            return words;
        }
    }
}
