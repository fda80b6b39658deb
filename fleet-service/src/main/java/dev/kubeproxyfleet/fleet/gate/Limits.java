package dev.kubeproxyfleet.fleet.gate;

/**
 * What counts as harm.
 *
 * @param tolerance how many times the expected rate is none, above 1
 * @param floor events a second and node beyond the expected, below which nothing is
 * @param minNodeSeconds how long changed nodes must be watched, in sum, before nothing seen is nothing there
 */
public record Limits(double tolerance, double floor, double minNodeSeconds) {}
