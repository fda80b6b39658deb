package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.access.Warrant;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;

/** An event, and who stands behind it. */
record Arrival(FleetEvent event, Warrant warrant) {}
