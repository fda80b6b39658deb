/** The simulated Kubernetes API, driven by clients that others wrote. */
@NullMarked
package dev.kubeproxyfleet.simulator.kubernetes;

import org.jspecify.annotations.NullMarked;
