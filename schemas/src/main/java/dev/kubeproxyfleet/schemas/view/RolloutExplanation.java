package dev.kubeproxyfleet.schemas.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a rollout is in the state it is in.
 *
 * @param rollout its id
 * @param sentence state, reason, since when, and what would unblock it; times are UTC
 * @param state of the rollout
 * @param code stable reason code; null where the state says it all
 * @param since when the state began
 * @param command what a person would type to move it on; null where there is nothing to do
 */
public record RolloutExplanation(
        String rollout,
        String sentence,
        String state,
        @Nullable String code,
        Instant since,
        @Nullable String command) {}
