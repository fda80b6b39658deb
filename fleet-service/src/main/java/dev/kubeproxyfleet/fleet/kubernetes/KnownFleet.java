package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import java.util.Optional;
import java.util.Set;

/** What the watcher asks about the fleet, as this process knows it from the topics. Thread-safe. */
public interface KnownFleet {

    /** False until everything that the topics held at start is known. */
    boolean isKnown();

    /** Ids of the clusters that a rollout writes, verifies or bakes, and of those that have drifted. */
    Set<String> watchedFirst();

    /** What was written of a cluster last; empty if nothing was. */
    Optional<ClusterKubernetes> published(String cluster);
}
