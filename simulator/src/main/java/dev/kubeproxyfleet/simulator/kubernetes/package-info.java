/**
 * The Kubernetes API of every simulated cluster. What stands in a cluster follows its ARM document and its simulated nodes, which
 * agents see too; what people apply is kept beside it.
 */
@NullMarked
package dev.kubeproxyfleet.simulator.kubernetes;

import org.jspecify.annotations.NullMarked;
