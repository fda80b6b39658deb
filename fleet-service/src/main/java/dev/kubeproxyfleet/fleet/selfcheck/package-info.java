/** Looks whether the service could work as it is configured, without starting any of it. */
@NullMarked
package dev.kubeproxyfleet.fleet.selfcheck;

import org.jspecify.annotations.NullMarked;
