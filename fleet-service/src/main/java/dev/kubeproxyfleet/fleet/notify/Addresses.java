package dev.kubeproxyfleet.fleet.notify;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;

/**
 * At which address a target is asked. It is resolved once for each request, and the request goes to the address that was looked at: a name
 * server that answers differently the next time changes nothing.
 */
final class Addresses {

    /** Where a machine gets its own credentials. Source: Microsoft Learn, "Azure Instance Metadata Service" and "What is IP address 168.63.129.16?" */
    private static final Set<String> NEVER = Set.of("169.254.169.254", "168.63.129.16");

    /** How names become addresses. */
    interface Resolver {
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    private final Resolver resolver;

    Addresses(Resolver resolver) {
        this.resolver = resolver;
    }

    /** @throws IOException if it has none that may be asked; its message says why */
    InetAddress of(URI url, boolean allowPrivate) throws IOException {
        boolean isEncrypted = "https".equals(url.getScheme());
        if (!isEncrypted && !allowPrivate) {
            throw new IOException("is sent to by https only, unless allow-private is set");
        }
        String host = url.getHost();
        List<InetAddress> addresses;
        try {
            addresses = resolver.resolve(host);
        } catch (UnknownHostException e) {
            throw new IOException(host + " has no address", e);
        }
        for (InetAddress address : addresses) {
            if (isNever(address)) {
                throw new IOException(host + " is at " + address.getHostAddress() + ", which is never asked");
            }
            if (!allowPrivate && isPrivate(address)) {
                throw new IOException(host + " is at " + address.getHostAddress()
                        + ", which is no public address, and is asked only if allow-private is set");
            }
        }
        return addresses.getFirst();
    }

    private static boolean isNever(InetAddress address) {
        return address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || NEVER.contains(address.getHostAddress())
                || NEVER.contains(embedded(address.getAddress()));
    }

    private static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        return address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || (bytes.length == 4
                        ? first == 0 || first >= 240 || (first == 100 && second >= 64 && second < 128)
                        // Unique local addresses (RFC 4193), and those that lead to one of IPv4 (RFC 3056, RFC 6052).
                        : (first & 0xfe) == 0xfc
                                || (first == 0x20 && second == 0x02)
                                || !embedded(bytes).isEmpty());
    }

    /** The address of IPv4 in one of 64:ff9b::/96, as text; empty in others. */
    private static String embedded(byte[] bytes) {
        boolean translated = bytes.length == 16
                && bytes[0] == 0
                && bytes[1] == 0x64
                && (bytes[2] & 0xff) == 0xff
                && (bytes[3] & 0xff) == 0x9b;
        return translated
                ? (bytes[12] & 0xff) + "." + (bytes[13] & 0xff) + "." + (bytes[14] & 0xff) + "." + (bytes[15] & 0xff)
                : "";
    }
}
