/** The fleet that is simulated: which subscriptions, clusters and nodes there are, made from a seed. */
@NullMarked
package dev.kubeproxyfleet.simulator.world;

import org.jspecify.annotations.NullMarked;
