/** Alerts of Prometheus and dashboards of Grafana. */
@NullMarked
package dev.kubeproxyfleet.fleet.monitoring;

import org.jspecify.annotations.NullMarked;
