/** What every part of the service is given instead of reaching for it. */
@NullMarked
package dev.kubeproxyfleet.fleet;

import org.jspecify.annotations.NullMarked;
