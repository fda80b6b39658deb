package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One request that the simulator answered.
 *
 * @param path as it came, without the query
 * @param query names in lower case
 * @param headers names in lower case, without tokens
 * @param cluster resource id in lower case, where one was named
 * @param body that was sent and could be read
 * @param lost JSON pointers of what the cluster had and a PUT no longer named, read-only members aside
 * @param changed JSON pointers of what a PUT changed or added, kubeProxyConfig aside
 * @param operationEndsAt when the operation of an accepted PUT ends
 */
public record JournalEntry(
        long number,
        Instant at,
        ApiCall kind,
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        @Nullable String cluster,
        int status,
        @Nullable JsonNode body,
        List<String> lost,
        List<String> changed,
        @Nullable Instant operationEndsAt) {

    private static final Set<String> TOKENS = Set.of("authorization", ExternalPolicies.HEADER);

    public JournalEntry {
        query = Map.copyOf(query);
        headers = headers.entrySet().stream()
                .filter(header -> !TOKENS.contains(header.getKey()))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
        lost = List.copyOf(lost);
        changed = List.copyOf(changed);
    }

    /** Whether this is a PUT of a cluster that began an operation. */
    public boolean accepted() {
        return kind == ApiCall.PUT_CLUSTER && operationEndsAt != null;
    }
}
