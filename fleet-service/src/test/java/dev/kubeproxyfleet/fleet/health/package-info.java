/** Tests of the health fold and its topology. */
@NullMarked
package dev.kubeproxyfleet.fleet.health;

import org.jspecify.annotations.NullMarked;
