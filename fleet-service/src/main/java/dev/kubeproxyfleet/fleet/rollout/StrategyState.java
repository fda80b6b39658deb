package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Strategy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stored strategy.
 *
 * @param spec null once deleted
 * @param vouchedAt when the service vouched for the latest of what has come, as {@link ConfigState.Vouched} has it; null if it has not
 */
public record StrategyState(
        String name, @Nullable Strategy spec, @Nullable Instant vouchedAt) {}
