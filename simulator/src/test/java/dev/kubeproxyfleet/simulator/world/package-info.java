/** Tests of the simulated world. */
@NullMarked
package dev.kubeproxyfleet.simulator.world;

import org.jspecify.annotations.NullMarked;
