/** What people write: the FleetConfig and the kube-proxy configuration inside it. */
@NullMarked
package dev.kubeproxyfleet.schemas.config;

import org.jspecify.annotations.NullMarked;
