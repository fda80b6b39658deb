/** Whether clusters can leave their mode of kube-proxy: decided from values, without I/O and without a clock. */
@NullMarked
package dev.kubeproxyfleet.fleet.readiness;

import org.jspecify.annotations.NullMarked;
