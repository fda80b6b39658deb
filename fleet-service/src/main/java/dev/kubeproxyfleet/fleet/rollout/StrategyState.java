package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Strategy;
import org.jspecify.annotations.Nullable;

/**
 * A stored strategy.
 *
 * @param spec null once deleted
 */
public record StrategyState(String name, @Nullable Strategy spec) {}
