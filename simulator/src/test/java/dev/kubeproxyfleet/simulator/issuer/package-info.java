/** The simulated issuer as its clients see it. */
@NullMarked
package dev.kubeproxyfleet.simulator.issuer;

import org.jspecify.annotations.NullMarked;
