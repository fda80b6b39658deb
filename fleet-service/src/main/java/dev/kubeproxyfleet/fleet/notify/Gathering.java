package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.schemas.message.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds notifications for a moment, so that what happens together is told together. */
final class Gathering {

    /** Notifications that are held at most; others wait in Kafka. */
    static final int MAX = 2_000;

    /** How long what happens to a rollout waits for more of it. */
    static final Duration BRIEFLY = Duration.ofSeconds(5);

    /** How long what happens to many clusters waits for the rest of them. */
    static final Duration FOR_MANY = Duration.ofMinutes(1);

    private final List<Notification> held = new ArrayList<>();
    private @Nullable Instant due;

    void add(Notification notification, Instant now) {
        held.add(notification);
        Instant until = now.plus(Digest.isOfMany(notification) ? FOR_MANY : BRIEFLY);
        if (due == null || until.isBefore(due)) {
            due = until;
        }
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    boolean isDue(Instant now) {
        return due != null && (held.size() >= MAX || !now.isBefore(due));
    }

    /** What is held, in order; nothing is from then on. */
    List<Notification> take() {
        List<Notification> taken = List.copyOf(held);
        clear();
        return taken;
    }

    void clear() {
        held.clear();
        due = null;
    }
}
