package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.text.Count;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hosts under which the service answers, whatever the port.
 *
 * <p>A web page whose own name was made to point here (DNS rebinding) sends that name, and is told nothing. Only names can be made
 * to point elsewhere, so that the address at which a connection has come in is always one of ours: a probe of the kubelet names it.
 */
final class Hosts {

    /** RFC 9110, section 7.2: a name or address, with one dot of the root at most, and a port that may be empty. */
    private static final Pattern AUTHORITY = Pattern.compile(
            "(?:\\[(?<v6>[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)]|(?<name>[A-Za-z0-9._-]+?)\\.?)(?::[0-9]{0,5})?");

    private static final Pattern V4 = Pattern.compile("[0-9]+(?:\\.[0-9]+){3}");

    /** RFC 9112, section 3.2.2: the target of a request as a proxy gets it. */
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/?#]*).*");

    private final Set<String> allowed = new HashSet<>();

    /** As the setting spells them. */
    private final String shown;

    /**
     * @param allowed names and addresses, without a port
     * @param bound where the service listens; an address that stands for all of the machine's allows none
     * @throws IllegalArgumentException if something is no name and no address; the message names the setting
     */
    Hosts(Set<String> allowed, String bound) {
        this.shown = String.join(", ", new TreeSet<>(allowed));
        for (String host : allowed) {
            this.allowed.add(canonical(host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host)
                    .orElseThrow(() -> new IllegalArgumentException("kpfleet.api.allowed-hosts has '" + host
                            + "', which is no host name and no address; write names and addresses without a port")));
        }
        canonical(bound.contains(":") ? "[" + bound + "]" : bound)
                .filter(host -> !host.equals("0.0.0.0") && !host.equals("0:0:0:0:0:0:0:0"))
                .ifPresent(this.allowed::add);
    }

    /**
     * Empty if the request may go on.
     *
     * @param headers every value of the header {@code Host}
     * @param target of the request's first line
     * @param local address at which the connection came in
     */
    Optional<Refusal> refuse(List<String> headers, String target, String local) {
        if (headers.size() != 1) {
            return Optional.of(bad("the request has " + Count.of(headers.size(), "header") + " Host; send one"));
        }
        Optional<Refusal> refused = refuse(headers.getFirst(), local);
        return refused.isPresent() || target.startsWith("/") || target.equals("*")
                ? refused
                : refuse(authority(target), local);
    }

    private Optional<Refusal> refuse(String authority, String local) {
        Optional<String> host = canonical(authority);
        if (host.isEmpty()) {
            return Optional.of(bad("the request is to a host that is no name and no address"));
        }
        return allowed.contains(host.get()) || host.equals(canonicalAddress(local))
                ? Optional.empty()
                : Optional.of(new Refusal(
                        RequestReason.ForeignHost,
                        "nothing is answered here under the host " + host.get() + "; use one of " + shown
                                + ", or add it to kpfleet.api.allowed-hosts"));
    }

    private static Refusal bad(String message) {
        return new Refusal(RequestReason.BadHost, message);
    }

    private static String authority(String target) {
        Matcher absolute = ABSOLUTE.matcher(target);
        return absolute.matches() ? absolute.group(1) : target;
    }

    /** One spelling for each host; empty if it is none. */
    private static Optional<String> canonical(String authority) {
        Matcher matcher = AUTHORITY.matcher(authority);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String v6 = matcher.group("v6");
        if (v6 != null) {
            return canonicalAddress(v6);
        }
        String name = matcher.group("name");
        return V4.matcher(name).matches() ? canonicalAddress(name) : Optional.of(name.toLowerCase(Locale.ROOT));
    }

    private static Optional<String> canonicalAddress(String literal) {
        try {
            return Optional.of(InetAddress.ofLiteral(literal.split("%", 2)[0]).getHostAddress());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
