package dev.kubeproxyfleet.fleet.azure;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Hosts that are this machine, whoever resolves them. */
public final class Loopback {

    private Loopback() {}

    /** @param host as a URL writes it: {@code localhost}, or the literal of a loopback address */
    public static boolean isMeant(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        boolean literal = host.startsWith("[") || host.chars().allMatch(c -> c == '.' || Character.isDigit(c));
        try {
            // Only literals: a name could resolve to somewhere else with the next request.
            return literal && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
