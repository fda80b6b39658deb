package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.fleet.azure.Backoff;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Notification;
import dev.kubeproxyfleet.schemas.reason.NotificationReason;
import dev.kubeproxyfleet.schemas.text.Count;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Messages for one target, sent one after the other. The first is sent until the target has taken it, has refused it for good, or has not
 * taken it for a day; the audit trail tells of those that are given up. Nothing here waits: who calls comes again.
 */
final class Outbox {

    private static final Logger LOG = Logger.getLogger(Outbox.class);

    /** After this a message that was sent in vain is given up. */
    static final Duration MAX_AGE = Duration.ofDays(1);

    private static final Duration AUDIT_PATIENCE = Duration.ofSeconds(10);
    private static final String ACTOR = "notify";

    private final Target target;
    private final Post post;
    private final Function<AuditRecord, CompletableFuture<Void>> audit;
    private final Backoff backoff;
    private final InstantSource clock;
    private final TargetMeters meters;
    private final Threads threads = new Threads();
    private final Deque<List<Notification>> messages = new ArrayDeque<>();
    private int failures;
    private Instant next = Instant.MIN;

    /** @param audit completes once the record is kept */
    Outbox(
            Target target,
            Post post,
            Function<AuditRecord, CompletableFuture<Void>> audit,
            Backoff backoff,
            InstantSource clock,
            TargetMeters meters) {
        this.target = target;
        this.post = post;
        this.audit = audit;
        this.backoff = backoff;
        this.clock = clock;
        this.meters = meters;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    Threads threads() {
        return threads;
    }

    /** @param notifications in order; they become as few messages as the target can be told them by */
    void put(List<Notification> notifications) {
        List<Notification> digest = Digest.of(notifications);
        messages.addAll(
                target.form().isForPeople()
                        ? Digest.bySubject(digest)
                        : digest.stream().map(List::of).toList());
        tellMeters();
    }

    /** Whoever sends them from now on begins anew. */
    void clear() {
        messages.clear();
        failures = 0;
        next = Instant.MIN;
        tellMeters();
    }

    /** Sends the first message, if it is time to; returns whether that is done, and the next one can be sent. */
    boolean attempt() {
        List<Notification> message = messages.peek();
        Instant now = clock.instant();
        if (message == null || now.isBefore(next)) {
            return false;
        }
        int before = messages.size();
        String subject = message.getFirst().subject();
        switch (send(target, post, message, threads.of(subject), now)) {
            case Attempt.Taken(String told, @Nullable String thread) -> {
                if (failures > 0) {
                    LOG.infof("told again target=%s: it %s", target.name(), told);
                }
                failures = 0;
                next = Instant.MIN;
                if (thread != null) {
                    threads.keep(subject, thread);
                }
                meters.taken();
                done();
            }
            case Attempt.NotYet(String told, @Nullable Duration after) -> {
                failed(told, now, after);
                if (message.getFirst().at().plus(MAX_AGE).isBefore(now)) {
                    giveUp(message, NotificationReason.NotificationExpired, told, now);
                }
            }
            case Attempt.Refused(String told) -> giveUp(message, NotificationReason.NotificationRefused, told, now);
        }
        return messages.size() < before;
    }

    /** Sends once. */
    static Attempt send(Target target, Post post, List<Notification> message, @Nullable String thread, Instant now) {
        try {
            Letter letter = target.form().letter(message, thread, now);
            return target.form().judge(post.send(letter, target.allowPrivate()), now);
        } catch (IOException e) {
            return new Attempt.NotYet(String.valueOf(e.getMessage()), null);
        }
    }

    private void failed(String told, Instant now, @Nullable Duration after) {
        failures++;
        meters.failed();
        if (failures == 1) {
            LOG.warnf(
                    "not told, and tried again until it is or a day has passed target=%s: it %s;"
                            + " try it with: kpfleet notify test %s",
                    target.name(), told, target.name());
        }
        Duration pause = backoff.after(failures);
        next = now.plus(after == null || after.compareTo(pause) < 0 ? pause : after);
    }

    private void giveUp(List<Notification> message, NotificationReason code, String told, Instant now) {
        Notification last = message.getLast();
        AuditRecord record = new AuditRecord(
                message.getFirst().id(),
                last.config(),
                last.rollout(),
                null,
                Reporter.NOTIFY,
                ACTOR,
                null,
                AuditRecord.Verdict.Refused,
                code,
                "target " + target.name() + " was not told that " + last.subject() + " "
                        + last.kind().words()
                        + (message.size() == 1 ? "" : ", nor of " + Count.of(message.size() - 1, "event") + " before")
                        + ": it " + told,
                now);
        try {
            audit.apply(record).get(AUDIT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            failed("is not given up before the audit trail says so", now, null);
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        LOG.errorf("given up target=%s code=%s: %s", target.name(), code, record.message());
        meters.givenUp(code);
        done();
    }

    private void done() {
        messages.remove();
        tellMeters();
    }

    private void tellMeters() {
        List<Notification> first = messages.peek();
        meters.waitingSince(first == null ? null : first.getFirst().at());
    }
}
