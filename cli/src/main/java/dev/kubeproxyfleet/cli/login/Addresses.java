package dev.kubeproxyfleet.cli.login;

import java.net.URI;
import java.util.Locale;

/** Where a token may be sent. */
public final class Addresses {

    private Addresses() {}

    /** Whether nobody on the way can read along: over HTTPS, or without leaving this machine. */
    public static boolean isPrivate(URI address) {
        String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
        boolean loopback = host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
        return "https".equals(address.getScheme()) || ("http".equals(address.getScheme()) && loopback);
    }
}
