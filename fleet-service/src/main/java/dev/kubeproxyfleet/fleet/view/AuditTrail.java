package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The latest audit records. Not thread-safe: {@link FleetView} guards it. */
final class AuditTrail {

    private final int limit;
    private final Deque<AuditRecord> newestFirst = new ArrayDeque<>();

    AuditTrail(int limit) {
        this.limit = limit;
    }

    void add(AuditRecord entry) {
        newestFirst.addFirst(entry);
        if (newestFirst.size() > limit) {
            newestFirst.removeLast();
        }
    }

    void clear() {
        newestFirst.clear();
    }

    /** Newest first, of one config or of all. */
    List<AuditRecord> of(@Nullable String config) {
        return newestFirst.stream()
                .filter(entry -> config == null || entry.config().equals(config))
                .toList();
    }

    /** What there is to say of a rollout that was removed. */
    String ofRemoved(String rollout) {
        return newestFirst.stream()
                .filter(entry -> entry.code() == AnswerReason.RolloutRemoved && rollout.equals(entry.rollout()))
                .findFirst()
                .map(entry -> "rollout " + rollout + " was removed at " + entry.at() + ": " + entry.message())
                .orElse("rollout " + rollout
                        + " ended long ago and was removed; topic audit tells when, and what it was");
    }
}
