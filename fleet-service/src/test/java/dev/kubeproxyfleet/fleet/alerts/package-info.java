/** What Prometheus is to watch. */
@NullMarked
package dev.kubeproxyfleet.fleet.alerts;

import org.jspecify.annotations.NullMarked;
