package dev.kubeproxyfleet.agent;

import dev.kubeproxyfleet.agent.collect.CollectorSettings;
import dev.kubeproxyfleet.agent.collect.DnsServers;
import dev.kubeproxyfleet.agent.collect.FileProcFiles;
import dev.kubeproxyfleet.agent.collect.HttpKubeProxyEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What is wrong with the agent's settings: it is told once and ends the process, before anything half right is shipped. */
final class SettingsCheck {

    /** Shorter ones would measure the agent itself. */
    static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

    /** The service forgets a node that claims a longer one. */
    static final Duration LONGEST_INTERVAL = Duration.ofMinutes(10);

    /** With the largest snapshots some 10 MB. */
    static final int LONGEST_QUEUE = 1000;

    private static final int LAST_PORT = 65_535;

    private SettingsCheck() {}

    /** The first problem, with the setting and what it may be. */
    static Optional<String> problem(AgentSettings settings) {
        Duration interval = settings.interval();
        if (interval.compareTo(SHORTEST_INTERVAL) < 0 || interval.compareTo(LONGEST_INTERVAL) > 0) {
            return wrong("interval", "100ms to 10m", interval);
        }
        if (settings.topServices() < 0 || settings.topServices() > CollectorSettings.MAX_TOP_SERVICES) {
            return wrong("top-services", "0 to " + CollectorSettings.MAX_TOP_SERVICES, settings.topServices());
        }
        if (settings.queueLimit() < 1 || settings.queueLimit() > LONGEST_QUEUE) {
            return wrong("queue-limit", "1 to " + LONGEST_QUEUE, settings.queueLimit());
        }
        if (settings.httpPort() < 0 || settings.httpPort() > LAST_PORT) {
            return wrong("http-port", "0 to " + LAST_PORT, settings.httpPort());
        }
        if (!HttpKubeProxyEndpoint.isPossible(settings.kubeProxyEndpoint())) {
            return wrong("kube-proxy-endpoint", "like http://127.0.0.1:10249", settings.kubeProxyEndpoint());
        }
        for (String server : settings.dnsServers().orElse(List.of())) {
            if (DnsServers.address(server).isEmpty()) {
                return wrong("dns-servers", "IP addresses, such as 10.0.0.10", server);
            }
        }
        return procRoot(settings.procRoot(), settings.netlink());
    }

    private static Optional<String> procRoot(Path root, boolean netlink) {
        Path net = new FileProcFiles(root).net();
        if (!Files.isDirectory(net) || !Files.isReadable(net)) {
            return Optional.of(
                    "kpfleet.agent.proc-root is %s, but %s is no folder that can be read: leave it at %s with host network, or mount"
                                    .formatted(root, net, FileProcFiles.OWN_PROC)
                            + " the host's /proc there");
        }
        if (netlink && !root.equals(FileProcFiles.OWN_PROC)) {
            return Optional.of(
                    "kpfleet.agent.netlink asks the network namespace of this process, but kpfleet.agent.proc-root is %s; give the"
                                    .formatted(root)
                            + " agent host network and leave the root at %s, or netlink off"
                                    .formatted(FileProcFiles.OWN_PROC));
        }
        return Optional.empty();
    }

    private static Optional<String> wrong(String setting, String allowed, Object value) {
        return Optional.of("kpfleet.agent.%s must be %s, not %s".formatted(setting, allowed, value));
    }
}
