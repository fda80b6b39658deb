/** The read model: the fleet folded from the topics that show it, and what of it is shown. Knows nothing of HTTP. */
@NullMarked
package dev.kubeproxyfleet.fleet.view;

import org.jspecify.annotations.NullMarked;
