package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request that the simulator answered.
 *
 * @param path as it came, without the query
 * @param cluster resource id in lower case, where one was named
 * @param body of a PUT that could be read
 * @param lost JSON pointers of what the cluster had and a PUT no longer named, read-only members aside
 * @param changed JSON pointers of what a PUT changed or added, kubeProxyConfig aside
 * @param operationEndsAt when the operation of an accepted PUT ends
 */
public record JournalEntry(
        long number,
        Instant at,
        CallKind kind,
        String method,
        String path,
        @Nullable String cluster,
        int status,
        @Nullable JsonNode body,
        List<String> lost,
        List<String> changed,
        @Nullable Instant operationEndsAt) {

    public JournalEntry {
        lost = List.copyOf(lost);
        changed = List.copyOf(changed);
    }

    /** Whether this is a PUT of a cluster that began an operation. */
    public boolean accepted() {
        return operationEndsAt != null;
    }
}
