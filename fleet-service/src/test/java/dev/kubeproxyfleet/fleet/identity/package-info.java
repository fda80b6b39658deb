/** Tests of whose nodes agents speak for. */
@NullMarked
package dev.kubeproxyfleet.fleet.identity;

import org.jspecify.annotations.NullMarked;
