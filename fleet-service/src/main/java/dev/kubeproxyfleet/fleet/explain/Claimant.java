package dev.kubeproxyfleet.fleet.explain;

import dev.kubeproxyfleet.fleet.rollout.Preview;
import org.jspecify.annotations.Nullable;

/**
 * A config in force that selects a cluster which none of its rollouts has.
 *
 * @param prospect of that config
 * @param objection why it could not change the cluster now; null if it could
 * @param hasNamesake whether its latest rollout has another cluster that had this one's id
 */
record Claimant(Prospect prospect, Preview.@Nullable Objection objection, boolean hasNamesake) {}
