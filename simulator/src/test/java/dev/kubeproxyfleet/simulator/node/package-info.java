/** Tests of the simulated node. */
@NullMarked
package dev.kubeproxyfleet.simulator.node;

import org.jspecify.annotations.NullMarked;
