package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/** Keeps what somebody asked for and what came of it, on the topic {@code audit}. Thread-safe. */
public final class AuditLog {

    private static final Logger LOG = Logger.getLogger(AuditLog.class);

    private final CloudEventPublisher publisher;

    AuditLog(CloudEventPublisher publisher) {
        this.publisher = publisher;
    }

    /**
     * A failure is logged.
     *
     * @return as {@link CloudEventPublisher#publish}
     */
    public CompletableFuture<Void> write(AuditRecord record) {
        return publisher
                .publish(Topic.AUDIT, record.config(), AuditRecord.TYPE, record)
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        LOG.errorf(
                                "audit record not published action=%s actor=%s code=%s cause=%s",
                                record.action(), record.actor(), record.code(), failure.getMessage());
                    }
                });
    }
}
