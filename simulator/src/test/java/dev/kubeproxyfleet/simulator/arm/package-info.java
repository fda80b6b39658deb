/** Tests of the ARM simulator, through real HTTPS. */
@NullMarked
package dev.kubeproxyfleet.simulator.arm;

import org.jspecify.annotations.NullMarked;
