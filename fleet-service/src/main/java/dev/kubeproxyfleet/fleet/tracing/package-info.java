/** What happens of one publication, from the API to Azure, as spans of OpenTelemetry. */
@NullMarked
package dev.kubeproxyfleet.fleet.tracing;

import org.jspecify.annotations.NullMarked;
