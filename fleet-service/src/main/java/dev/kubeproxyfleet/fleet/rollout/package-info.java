/**
 * The core: what a rollout does next, as pure functions of (state, event, inventory, now).
 *
 * <p>Imports no framework, reads no clock, does no I/O; {@code controller} loads, calls, stores and forwards.
 */
@NullMarked
package dev.kubeproxyfleet.fleet.rollout;

import org.jspecify.annotations.NullMarked;
