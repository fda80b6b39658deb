package dev.kubeproxyfleet.schemas.view;

import dev.kubeproxyfleet.schemas.message.Provenance;

/**
 * A config or strategy that was published from Git.
 *
 * @param kind {@code FleetConfig} or {@code FleetStrategy}
 * @param inForce false of a config that somebody has deleted past Git
 */
public record OriginView(String kind, String name, boolean inForce, Provenance provenance) {}
