package dev.kubeproxyfleet.fleet.explain;

import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Parts of the sentences that explain something; times are UTC. */
public final class Words {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DATE_AND_TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Words() {}

    static String said(RolloutClusterStatus status) {
        return said(status.code(), status.message());
    }

    static String said(RolloutStatus rollout) {
        return said(rollout.code(), rollout.message());
    }

    static String said(RolloutPlan.Reason reason) {
        return said(reason.code(), reason.message());
    }

    private static String said(@Nullable ReasonCode code, String message) {
        String words = endless(message);
        String said = switch (code) {
            case null -> "";
            case AzureCode azures -> " (Azure says " + azures.code() + ")";
            case dev.kubeproxyfleet.schemas.reason.Reason ours -> " (" + ours.code() + ")";
        };
        return words.isEmpty() ? said : said + ": " + words;
    }

    /** Without the full stop that the sentence around it brings. */
    static String endless(String message) {
        String words = message.strip();
        while (words.endsWith(".")) {
            words = words.substring(0, words.length() - 1);
        }
        return words;
    }

    static String until(RolloutStatus.Stage stage, Instant now) {
        return stage.until() == null ? "" : " (until " + time(stage.until(), now) + ")";
    }

    static String ended(RolloutStatus rollout, Instant now) {
        return time(rollout.finishedAt() == null ? rollout.since() : rollout.finishedAt(), now);
    }

    /** A cluster's name, of its ARM resource id. */
    public static String nameOf(String cluster) {
        return cluster.substring(cluster.lastIndexOf('/') + 1);
    }

    static String configOf(String rollout) {
        int dot = rollout.lastIndexOf('.');
        return dot < 0 ? rollout : rollout.substring(0, dot);
    }

    /** @param now only decides whether a time needs its date */
    static String time(Instant at, Instant now) {
        boolean sameDay = at.atOffset(ZoneOffset.UTC)
                .toLocalDate()
                .equals(now.atOffset(ZoneOffset.UTC).toLocalDate());
        return (sameDay ? TIME : DATE_AND_TIME).format(at);
    }
}
