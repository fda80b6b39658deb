package dev.kubeproxyfleet.schemas.view;

import org.jspecify.annotations.Nullable;

/**
 * Data of the event {@code gone}: there is no such thing any more.
 *
 * @param kind the event that told of it while it was there: {@code cluster}, {@code rollout} or {@code rollout-cluster}
 * @param id of the cluster or the rollout
 * @param rollout that had the cluster, or is gone itself; null for a cluster of the fleet
 */
public record Gone(String kind, String id, @Nullable String rollout) {}
