package dev.kubeproxyfleet.fleet.notify;

import java.net.URI;
import java.util.Map;

/** A request that tells a target. Its text never shows where it goes, or a header: both may be secret. */
record Letter(URI url, Map<String, String> headers, String body) {

    Letter {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return "a letter of " + body.length() + " characters to " + url.getHost();
    }
}
