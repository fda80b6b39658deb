/** Follows {@code docs/production.md} as a new owner would. */
@NullMarked
package dev.kubeproxyfleet.fleet.guide;

import org.jspecify.annotations.NullMarked;
