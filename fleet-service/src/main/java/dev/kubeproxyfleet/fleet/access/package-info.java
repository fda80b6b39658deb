/** Who calls, and what a caller may do. One place decides, from values; the API and whoever reads what is asked for on Kafka ask it. */
@NullMarked
package dev.kubeproxyfleet.fleet.access;

import org.jspecify.annotations.NullMarked;
