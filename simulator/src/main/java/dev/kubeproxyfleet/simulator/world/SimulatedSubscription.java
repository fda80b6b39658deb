package dev.kubeproxyfleet.simulator.world;

/**
 * A subscription of the fleet.
 *
 * @param id GUID, lower case
 */
public record SimulatedSubscription(String id, String tenantId, String displayName) {}
