package dev.kubeproxyfleet.schemas.view;

import org.jspecify.annotations.Nullable;

/**
 * What is asked of a rollout, beside the action that the path names.
 *
 * @param reason why, in the asker's words; what is longer than 1000 characters is cut
 * @param cluster name or ARM resource id of the one cluster meant; only {@code retry} and {@code skip} know one, and {@code skip}
 *     needs it
 * @param gate {@code proof}, key of a signal, or name of an external gate; only {@code override} knows one, and needs it
 */
public record SteeringRequest(
        @Nullable String reason,
        @Nullable String cluster,
        @Nullable String gate) {}
