package dev.kubeproxyfleet.schemas.access;

import org.jspecify.annotations.Nullable;

/**
 * Whether the caller may do something.
 *
 * @param action what was asked about
 * @param cluster ARM resource id of the cluster that was asked about; null for the whole fleet
 * @param message one sentence for people: by which role it is permitted, or which one would permit it
 */
public record AccessReview(Permission action, @Nullable String cluster, boolean allowed, String message) {}
