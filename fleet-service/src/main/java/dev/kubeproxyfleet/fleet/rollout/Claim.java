package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.Selector;

/** What a config that is not deleted lays claim to: one kind of thing in the clusters that it selects. */
public record Claim(String config, Desired.Kind kind, int priority, Selector selector) {}
