/**
 * {@code kpfleet}: a thin client of the fleet service's REST interface. Drawing is pure (model, look and time in, lines out);
 * talking happens in {@link dev.kubeproxyfleet.cli.FleetClient}; commands join the two.
 */
@NullMarked
package dev.kubeproxyfleet.cli;

import org.jspecify.annotations.NullMarked;
