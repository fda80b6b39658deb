package dev.kubeproxyfleet.simulator.arm;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request as the core sees it.
 *
 * @param path percent-encoded as it came, without the query
 * @param query names in lower case
 * @param headers names in lower case
 */
record ReceivedRequest(
        String method, String path, Map<String, String> query, Map<String, String> headers, byte[] body) {

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }
}
