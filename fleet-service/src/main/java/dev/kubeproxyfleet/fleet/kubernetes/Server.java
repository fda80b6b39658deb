package dev.kubeproxyfleet.fleet.kubernetes;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A cluster's API server.
 *
 * @param address https, without a slash at its end
 * @param authorities the only ones that may have signed its certificate; one at least
 */
record Server(URI address, List<X509Certificate> authorities) {

    Server {
        authorities = List.copyOf(authorities);
    }
}
