/** The certificate that the API is served with, and its replacement while the service runs. */
@NullMarked
package dev.kubeproxyfleet.fleet.tls;

import org.jspecify.annotations.NullMarked;
