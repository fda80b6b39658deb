/** Sees through the clusters' Kubernetes APIs that a change was rolled out. */
@NullMarked
package dev.kubeproxyfleet.fleet.kubernetes;

import org.jspecify.annotations.NullMarked;
