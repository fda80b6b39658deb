package dev.kubeproxyfleet.schemas.view;

import java.time.Instant;

/**
 * A sign of life of an event stream on which nothing else happens.
 *
 * @param at by the service's clock
 */
public record Heartbeat(Instant at) {}
