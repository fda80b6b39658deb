package dev.kubeproxyfleet.fleet.access;

import dev.kubeproxyfleet.schemas.access.Permission;

/** A permission, and what it is needed for. */
public record Demand(Permission permission, Reach reach) {}
