package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a server adds to an object that somebody wrote. */
final class Completion {

    private Completion() {}

    /** @param before null for a new one */
    static void complete(Key key, @Nullable ObjectNode before, ObjectNode after, Instant now) {
        after.put("apiVersion", key.type().apiVersion());
        after.put("kind", key.type().kind);
        ObjectNode metadata = after.withObject("/metadata");
        metadata.put("name", key.name());
        if (key.type().namespaced) {
            metadata.put("namespace", key.namespace());
        }
        JsonNode old = before == null ? metadata : before.path("metadata");
        metadata.put(
                "uid",
                before == null ? UUID.randomUUID().toString() : old.path("uid").asText());
        metadata.put(
                "creationTimestamp",
                before == null
                        ? Objects.time(now)
                        : old.path("creationTimestamp").asText());
        switch (key.type()) {
            case DAEMON_SET -> {
                completeDaemonSet(after.withObject("/spec"));
                count(before, after, metadata);
            }
            case NETWORK_POLICY -> count(before, after, metadata);
            case NAMESPACE -> {
                after.withObject("/spec").putArray("finalizers").add("kubernetes");
                after.withObject("/status").put("phase", "Active");
                metadata.withObject("/labels").put("kubernetes.io/metadata.name", key.name());
            }
            case SECRET -> {
                if (!after.hasNonNull("type")) {
                    after.put("type", "Opaque");
                }
            }
            default -> {
                // Kept as it was sent.
            }
        }
    }

    /** A generation is a specification that there has been. */
    private static void count(@Nullable ObjectNode before, ObjectNode after, ObjectNode metadata) {
        long generation = before == null ? 0 : before.at("/metadata/generation").asLong();
        boolean same = before != null && before.path("spec").equals(after.path("spec"));
        metadata.put("generation", same ? generation : generation + 1);
    }

    private static void completeDaemonSet(ObjectNode spec) {
        if (!spec.hasNonNull("revisionHistoryLimit")) {
            spec.put("revisionHistoryLimit", 10);
        }
        ObjectNode strategy = spec.withObject("/updateStrategy");
        if (!strategy.hasNonNull("type")) {
            strategy.put("type", "RollingUpdate");
        }
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = strategy.withObject("/rollingUpdate");
            if (!rolling.hasNonNull("maxUnavailable")) {
                rolling.put("maxUnavailable", 1);
            }
            if (!rolling.hasNonNull("maxSurge")) {
                rolling.put("maxSurge", 0);
            }
        }
    }
}
