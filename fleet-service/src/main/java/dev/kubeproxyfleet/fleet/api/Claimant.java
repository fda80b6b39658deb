package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import org.jspecify.annotations.Nullable;

/**
 * A config in force that selects a cluster which none of its rollouts has.
 *
 * @param rollout its latest
 * @param objection why it could not change the cluster now; null if it could
 */
record Claimant(RolloutStatus rollout, RolloutPlan.@Nullable Reason objection) {}
