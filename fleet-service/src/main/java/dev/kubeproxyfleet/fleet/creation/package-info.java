/** New clusters with the kube-proxy configuration that a config has now, however they are asked for. */
@NullMarked
package dev.kubeproxyfleet.fleet.creation;

import org.jspecify.annotations.NullMarked;
