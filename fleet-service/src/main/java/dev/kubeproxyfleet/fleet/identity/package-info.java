/** Whose nodes an agent speaks for: its token, checked with the keys of the issuer that Azure names for the cluster. */
@NullMarked
package dev.kubeproxyfleet.fleet.identity;

import org.jspecify.annotations.NullMarked;
