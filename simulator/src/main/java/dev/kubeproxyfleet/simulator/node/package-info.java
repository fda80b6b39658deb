/** Nodes whose kernel and kube-proxy follow their cluster's configuration, in the text formats of the real ones. */
@NullMarked
package dev.kubeproxyfleet.simulator.node;

import org.jspecify.annotations.NullMarked;
