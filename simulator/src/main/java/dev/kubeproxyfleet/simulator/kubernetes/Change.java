package dev.kubeproxyfleet.simulator.kubernetes;

import org.jspecify.annotations.Nullable;

/**
 * One write.
 *
 * @param before null for what is new
 * @param after null for what is gone
 */
record Change(
        long version,
        Key key,
        @Nullable Stored before,
        @Nullable Stored after) {}
