package dev.kubeproxyfleet.fleet.check;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What may be asked: hosts that the operator of the service lists, over https or on this very machine, and never an address that gives
 * out the machine's own credentials. A config alone must not make the service ask just anybody.
 */
final class AllowedHosts {

    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;

    /** Azure's own services for the machine, beside the link-local 169.254.169.254. Source: Microsoft Learn, "What is IP address 168.63.129.16?" */
    private static final String AZURE_PLATFORM = "168.63.129.16";

    private static final Pattern ENTRY = Pattern.compile("([-.\\w]+|\\[[:.\\p{XDigit}]+])(:\\d{1,5})?");

    /** How names become addresses. */
    interface Resolver {
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    private final Set<String> allowed;
    private final Resolver resolver;

    /**
     * @param hosts {@code kpfleet.gates.hosts}
     * @throws IllegalArgumentException if one of them is no host
     */
    AllowedHosts(Set<String> hosts, Resolver resolver) {
        this.allowed = hosts.stream().map(AllowedHosts::entry).collect(Collectors.toUnmodifiableSet());
        this.resolver = resolver;
    }

    private static String entry(String host) {
        try {
            if (ENTRY.matcher(host.strip()).matches()) {
                return authority(URI.create("https://" + host.strip()));
            }
        } catch (IllegalArgumentException e) {
            // As below.
        }
        throw new IllegalArgumentException(
                "kpfleet.gates.hosts: \"" + host + "\" is no host such as prometheus.example or 127.0.0.1:9090");
    }

    /** Host and port. */
    private static String authority(URI url) {
        String host = url.getHost();
        if (host == null) {
            throw new IllegalArgumentException("no host in " + url);
        }
        boolean isPlain = "http".equalsIgnoreCase(url.getScheme());
        int port = url.getPort() != -1 ? url.getPort() : isPlain ? HTTP_PORT : HTTPS_PORT;
        return host.toLowerCase(Locale.ROOT) + ":" + port;
    }

    /**
     * Why {@code url} is not asked; empty if it may be. The connection that follows resolves the name again: the JDK keeps what was
     * resolved for 30 seconds, and nobody but an allowed host's own name server could make a difference.
     */
    Optional<Measurement> objection(URI url) {
        String authority;
        try {
            authority = authority(url);
        } catch (IllegalArgumentException e) {
            return refused("the address of the check names no host");
        }
        if (!allowed.contains(authority)) {
            return refused(authority + " is not among kpfleet.gates.hosts, so it is not asked");
        }
        List<InetAddress> addresses;
        try {
            addresses = resolver.resolve(url.getHost());
        } catch (UnknownHostException e) {
            return Optional.of(new Measurement.Unknown(authority + " has no address"));
        }
        for (InetAddress address : addresses) {
            if (isForbidden(address)) {
                return refused(authority + " is at " + address.getHostAddress()
                        + ", which is never asked: there a machine gets its own credentials");
            }
        }
        boolean isEncrypted = "https".equalsIgnoreCase(url.getScheme());
        return isEncrypted || addresses.stream().allMatch(InetAddress::isLoopbackAddress)
                ? Optional.empty()
                : refused(authority + " is on another machine, and is asked over https only");
    }

    private static boolean isForbidden(InetAddress address) {
        return address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || address.getHostAddress().equals(AZURE_PLATFORM);
    }

    private static Optional<Measurement> refused(String told) {
        return Optional.of(new Measurement.Refused(told));
    }
}
