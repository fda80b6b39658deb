package dev.kubeproxyfleet.agent.collect;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where cluster DNS is asked: the first nameserver of each IP family.
 *
 * @param addresses at most one of a family
 * @param domain what names of services end with, such as {@code svc.cluster.local}
 */
public record DnsServers(List<InetAddress> addresses, String domain) {

    /** Of every AKS cluster. */
    static final String DEFAULT_DOMAIN = "svc.cluster.local";

    private static final String SERVICES = "svc.";
    private static final Pattern SPACE = Pattern.compile("\\s+");

    public DnsServers {
        addresses = List.copyOf(addresses);
    }

    /**
     * As a resolv.conf names them, if it is one of the cluster: kubelet gives that one a search domain of services. Without it
     * the nameservers are the node's, which are reached without kube-proxy, so that there is no address here.
     */
    public static DnsServers ofResolvConf(String text) {
        List<String> servers = new ArrayList<>();
        String domain = null;
        for (String line : text.split("\n", -1)) {
            String[] words = SPACE.split(line.strip());
            if (words[0].equals("nameserver") && words.length > 1) {
                servers.add(words[1]);
            } else if (words[0].equals("search")) {
                // The last line of this keyword counts.
                domain = servicesAmong(words);
            }
        }
        return domain == null ? new DnsServers(List.of(), DEFAULT_DOMAIN) : of(servers, domain);
    }

    /** @param literals IP addresses; what is none is left out */
    public static DnsServers ofLiterals(List<String> literals) {
        return of(literals, DEFAULT_DOMAIN);
    }

    /** Empty if it is no IP address. Never asks a resolver. */
    public static Optional<InetAddress> address(String literal) {
        int zone = literal.indexOf('%');
        try {
            return Optional.of(InetAddress.ofLiteral(zone < 0 ? literal : literal.substring(0, zone)));
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }

    /** Whether an address is one of this node alone, and so none of a service. */
    static boolean isOfNode(InetAddress address) {
        return address.isLinkLocalAddress() || address.isLoopbackAddress();
    }

    private static DnsServers of(List<String> literals, String domain) {
        List<InetAddress> addresses = new ArrayList<>(2);
        for (String literal : literals) {
            address(literal)
                    .filter(it -> addresses.stream().noneMatch(known -> isV4(known) == isV4(it)))
                    .ifPresent(addresses::add);
        }
        return new DnsServers(addresses, domain);
    }

    private static boolean isV4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    private static @Nullable String servicesAmong(String[] words) {
        for (String word : words) {
            if (word.startsWith(SERVICES)) {
                return word;
            }
        }
        return null;
    }
}
