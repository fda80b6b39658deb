/** What the fleet takes from others at most; every other package may ask. */
@NullMarked
package dev.kubeproxyfleet.schemas.limit;

import org.jspecify.annotations.NullMarked;
