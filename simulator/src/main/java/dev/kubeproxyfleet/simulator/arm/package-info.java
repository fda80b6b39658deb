/** Azure Resource Manager for simulated clusters: a pure core of state and rules, and a thin HTTPS shell around it. */
@NullMarked
package dev.kubeproxyfleet.simulator.arm;

import org.jspecify.annotations.NullMarked;
