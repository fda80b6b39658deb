package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The end of namespaces: a namespace that is deleted is there for a while, with what is in it, and then all of that is gone. */
final class Namespaces {

    static final Duration TERMINATION = Duration.ofSeconds(2);

    private final ClusterStore store;
    private final InstantSource clock;

    Namespaces(ClusterStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    static boolean isTerminating(ObjectNode namespace) {
        return namespace.path("metadata").has("deletionTimestamp");
    }

    /** Marks one as terminating. */
    Reply delete(Stored there, boolean dryRun) {
        ObjectNode after = there.tree();
        if (!isTerminating(after)) {
            after.withObject("/metadata").put("deletionTimestamp", Objects.time(clock.instant()));
            after.withObject("/status").put("phase", "Terminating");
            if (!dryRun) {
                store.put(there.key(), there, after);
            }
        }
        return Reply.ok(after);
    }

    /** Ends those whose time has come. */
    void follow() {
        for (Stored namespace : store.list(ResourceType.NAMESPACE, "").objects()) {
            ObjectNode tree = namespace.tree();
            if (isTerminating(tree)
                    && !clock.instant()
                            .isBefore(Instant.parse(tree.at("/metadata/deletionTimestamp")
                                            .asText())
                                    .plus(TERMINATION))) {
                store.all().stream()
                        .map(Stored::key)
                        .filter(key -> key.namespace().equals(namespace.key().name()))
                        .forEach(store::remove);
                store.remove(namespace.key());
            }
        }
    }
}
