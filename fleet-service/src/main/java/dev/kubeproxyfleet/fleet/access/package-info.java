/** Who calls, and what a caller may do. One place decides, from values; the API asks it. */
@NullMarked
package dev.kubeproxyfleet.fleet.access;

import org.jspecify.annotations.NullMarked;
