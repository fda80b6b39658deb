package dev.kubeproxyfleet.agent.collect;

import dev.kubeproxyfleet.schemas.avro.DnsProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks cluster DNS through its ClusterIP, from the node's own network and without any privilege: if a proxy mode does not work,
 * this does not either. One attempt is a TCP connection and one query over UDP of each IP family, all at the same time.
 */
public final class DnsProber implements ServiceProbe {

    /** What was not answered within it, since the attempt began, has failed; services answer within milliseconds. */
    public static final Duration TIMEOUT = Duration.ofSeconds(1);

    private static final int DNS_PORT = 53;

    private final List<Target> targets = new ArrayList<>(2);
    private @Nullable Selector selector;
    private long begun;

    public DnsProber(DnsServers servers) {
        this(servers, DNS_PORT, DnsServers::isOfNode);
    }

    /** @param skipped of which addresses nothing is asked */
    DnsProber(DnsServers servers, int port, Predicate<InetAddress> skipped) {
        for (InetAddress address : servers.addresses()) {
            targets.add(new Target(
                    address.getHostAddress(),
                    skipped.test(address) ? null : new InetSocketAddress(address, port),
                    DnsExchange.query("kubernetes.default." + servers.domain())));
        }
    }

    /** Asks nothing, and says that a setting wants it so. */
    public static ServiceProbe disabled() {
        List<DnsProbe> told = List.of(skipped("", "Disabled"));
        return new ServiceProbe() {
            @Override
            public void begin() {}

            @Override
            public List<DnsProbe> finish() {
                return told;
            }
        };
    }

    @Override
    public void begin() {
        begun = System.nanoTime();
        try {
            Selector open = selector == null ? Selector.open() : selector;
            selector = open;
            for (Target target : targets) {
                if (target.server != null) {
                    target.exchange = DnsExchange.begin(target.server, target.query, open);
                }
            }
        } catch (IOException noSelector) {
            // The node has run out of files, which tells nothing of services: there is no attempt this time.
        }
    }

    @Override
    public List<DnsProbe> finish() {
        if (targets.isEmpty()) {
            return List.of(skipped("", "NoAddress"));
        }
        Selector open = selector;
        if (open != null) {
            await(open);
        }
        List<DnsProbe> outcomes = targets.stream().map(Target::outcome).toList();
        if (open != null) {
            forget(open);
        }
        return outcomes;
    }

    /** Until everything is answered or the time is over; takes what has arrived by now in any case. */
    private void await(Selector open) {
        boolean looked = false;
        while (targets.stream().anyMatch(Target::waits)) {
            long left = TIMEOUT.toMillis()
                    - Duration.ofNanos(System.nanoTime() - begun).toMillis();
            if (looked && left <= 0) {
                return;
            }
            looked = true;
            try {
                open.select(key -> ((DnsExchange) key.attachment()).ready(key), Math.max(1, left));
            } catch (IOException broken) {
                return;
            }
        }
    }

    /** A selector holds the files of closed channels until it looks again. */
    private static void forget(Selector open) {
        try {
            open.selectNow();
        } catch (IOException broken) {
            // It gives them back when it looks next.
        }
    }

    private static DnsProbe skipped(String address, String reason) {
        return new DnsProbe(address, reason, 0L, 0L, 0, null, null);
    }

    /** One address and what became of it so far. */
    private static final class Target {

        private final String address;
        private final @Nullable InetSocketAddress server;
        private final byte[] query;
        private @Nullable DnsExchange exchange;
        private long attempts;
        private long failures;
        private int consecutiveFailures;
        private @Nullable Boolean tcpReachable;
        private @Nullable Boolean udpAnswered;

        /** @param server null if it is not asked */
        Target(String address, @Nullable InetSocketAddress server, byte[] query) {
            this.address = address;
            this.server = server;
            this.query = query;
        }

        boolean waits() {
            return exchange != null && exchange.isOpen();
        }

        DnsProbe outcome() {
            if (server == null) {
                return skipped(address, "LinkLocal");
            }
            DnsExchange done = exchange;
            if (done != null) {
                exchange = null;
                done.close();
                attempts++;
                tcpReachable = done.tcpReachable();
                udpAnswered = done.udpAnswered();
                if (done.tcpReachable() && done.udpAnswered()) {
                    consecutiveFailures = 0;
                } else {
                    failures++;
                    consecutiveFailures++;
                }
            }
            return new DnsProbe(address, null, attempts, failures, consecutiveFailures, tcpReachable, udpAnswered);
        }
    }
}
