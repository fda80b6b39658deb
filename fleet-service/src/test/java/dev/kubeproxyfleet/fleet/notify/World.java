package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.fleet.azure.Backoff;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Notification;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A receiver that answers as a test likes, time that passes when a test says so, and an audit trail. */
final class World {

    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final List<Letter> sent = new ArrayList<>();
    final List<AuditRecord> audited = new ArrayList<>();
    boolean isAuditAway;
    Instant now = News.AT;

    /** What the receiver answers; null for no answer at all. */
    Supplier<Post.Reply> answer = () -> reply(204);

    static Post.Reply reply(int status) {
        return new Post.Reply(status, null, "");
    }

    Post.Reply send(Letter letter, boolean allowPrivate) throws IOException {
        sent.add(letter);
        Post.Reply reply = answer.get();
        if (reply == null) {
            throw new IOException("was not reached: Connection refused");
        }
        return reply;
    }

    CompletableFuture<Void> audit(AuditRecord record) {
        if (isAuditAway) {
            return CompletableFuture.failedFuture(new IllegalStateException("no broker"));
        }
        audited.add(record);
        return CompletableFuture.completedFuture(null);
    }

    /** Ids of the events that the receiver got, whatever it answered. */
    List<String> ids() {
        return sent.stream().map(letter -> letter.headers().get("webhook-id")).toList();
    }

    Target webhook() {
        return target(new Webhook(() -> URI.create("https://hooks.example/x"), null));
    }

    Target target(Form form) {
        return new Target("ops", FormName.WEBHOOK, form, false, Set.of(), Notification.Severity.Info, Set.of());
    }

    Outbox outbox(Target target) {
        return new Outbox(
                target,
                this::send,
                this::audit,
                new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5), new Random(7)),
                () -> now,
                new TargetMeters("ops", () -> now, metrics));
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    double counted(String result) {
        return metrics.get("kpfleet.notify.messages")
                .tag("result", result)
                .counter()
                .count();
    }

    double waiting() {
        return metrics.get("kpfleet.notify.waiting").gauge().value();
    }
}
