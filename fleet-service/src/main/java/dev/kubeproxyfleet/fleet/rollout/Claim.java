package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Selector;

/** What a config that is not deleted lays claim to. */
public record Claim(String config, int priority, Selector selector) {}
