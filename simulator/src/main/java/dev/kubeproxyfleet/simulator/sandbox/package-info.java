/** The whole system on one machine: broker, simulated Azure, simulated nodes, and the fleet service as it runs in production. */
@NullMarked
package dev.kubeproxyfleet.simulator.sandbox;

import org.jspecify.annotations.NullMarked;
