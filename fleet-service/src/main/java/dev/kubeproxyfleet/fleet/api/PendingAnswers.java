package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.AuditListener;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The requests that wait for the audit record which answers them. Thread-safe. */
final class PendingAnswers implements AuditListener {

    private final Map<String, CompletableFuture<AuditRecord>> waiting = new ConcurrentHashMap<>();

    /**
     * The answer to a request, now or later. Ask before the request is sent, and {@link #forget} it when nobody waits any more.
     */
    CompletableFuture<AuditRecord> await(String requestId) {
        return waiting.computeIfAbsent(requestId, _ -> new CompletableFuture<>());
    }

    void forget(String requestId) {
        waiting.remove(requestId);
    }

    @Override
    public void recorded(AuditRecord entry) {
        String requestId = entry.requestId();
        CompletableFuture<AuditRecord> asked = requestId == null ? null : waiting.remove(requestId);
        if (asked != null) {
            asked.complete(entry);
        }
    }
}
