package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import org.jspecify.annotations.Nullable;

/**
 * A config in force that selects a cluster which none of its rollouts has.
 *
 * @param prospect of that config
 * @param objection why it could not change the cluster now; null if it could
 */
record Claimant(Prospect prospect, RolloutPlan.@Nullable Reason objection) {}
