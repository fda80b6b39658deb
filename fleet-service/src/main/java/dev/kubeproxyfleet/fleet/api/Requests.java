package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request to its answer: published as an event, answered by the audit record that the controller writes for it.
 * Blocks its caller, at most for thrice the answer timeout and what Kafka takes; the number of callers is bounded.
 */
final class Requests {

    private final PendingAnswers answers;
    private final Effects effects;
    private final EventPublisher publisher;
    private final Duration patience;
    private final Semaphore places;
    private final Supplier<String> ids;
    private final InstantSource clock;

    Requests(
            PendingAnswers answers,
            Effects effects,
            EventPublisher publisher,
            Duration patience,
            int maxWaiting,
            Supplier<String> ids,
            InstantSource clock) {
        this.answers = answers;
        this.effects = effects;
        this.publisher = publisher;
        this.patience = patience;
        this.places = new Semaphore(maxWaiting);
        this.ids = ids;
        this.clock = clock;
    }

    /** What was done, as the API shows it. */
    interface Effects {

        /** Waits until it is shown, but not much longer than {@code patience}. */
        void await(Duration patience) throws InterruptedException;
    }

    /** What came of a request. */
    sealed interface Reply {
        record Answered(AuditRecord audit) implements Reply {}

        /** It is on its topic and will be done or refused; the controller has not said which yet. */
        record Unanswered(String requestId) implements Reply {}

        /** Nothing was asked. */
        record NotSent(RequestReason code, String message) implements Reply {}
    }

    /**
     * @param document in its canonical form
     * @param origin where in Git it stands; null if it does not come from there
     */
    Reply publish(String key, JsonNode document, String actor, @Nullable String reason, @Nullable Origin origin) {
        return desire(key, document, actor, reason, origin);
    }

    /** @param origin where in Git it stood; null if it is not withdrawn from there */
    Reply withdraw(String key, String actor, @Nullable String reason, @Nullable Origin origin) {
        return desire(key, null, actor, reason, origin);
    }

    private Reply desire(
            String key, @Nullable JsonNode document, String actor, @Nullable String reason, @Nullable Origin origin) {
        return ask(id ->
                publisher.desire(key, document, new EventPublisher.Asked(origin, id, actor, reason, clock.instant())));
    }

    /** What becomes a command once it has an id. */
    interface Asked {
        Command command(String id, Instant at);
    }

    Reply command(Asked asked) {
        return ask(id -> publisher.command(asked.command(id, clock.instant())));
    }

    private interface Sending {
        void send(String id) throws IOException;
    }

    private Reply ask(Sending sending) {
        if (!places.tryAcquire()) {
            return new Reply.NotSent(
                    RequestReason.TooManyRequests,
                    "too many requests wait for an answer already; ask again in a few seconds");
        }
        String id = ids.get();
        CompletableFuture<AuditRecord> answer = answers.await(id);
        try {
            sending.send(id);
            AuditRecord answered = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            // Whoever reads or asks further after the answer finds what it says.
            effects.await(patience);
            return new Reply.Answered(answered);
        } catch (TimeoutException e) {
            return new Reply.Unanswered(id);
        } catch (InterruptedIOException | InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Reply.Unanswered(id);
        } catch (IOException e) {
            return new Reply.NotSent(RequestReason.KafkaUnavailable, String.valueOf(e.getMessage()));
        } catch (ExecutionException e) {
            throw new IllegalStateException("an answer is only ever completed with a record", e);
        } finally {
            answers.forget(id);
            places.release();
        }
    }
}
