package dev.kubeproxyfleet.schemas.view;

import org.jspecify.annotations.Nullable;

/**
 * Why something is asked for.
 *
 * @param reason in the asker's words; what is longer than 1000 characters is cut
 */
public record ReasonRequest(@Nullable String reason) {}
