/** Tests of what can befall processes. */
@NullMarked
package dev.kubeproxyfleet.simulator.hazard;

import org.jspecify.annotations.NullMarked;
