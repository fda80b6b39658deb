/** Why a cluster or a rollout is in its state, in sentences for people. Pure. */
@NullMarked
package dev.kubeproxyfleet.fleet.explain;

import org.jspecify.annotations.NullMarked;
