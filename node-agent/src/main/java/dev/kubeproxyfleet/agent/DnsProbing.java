package dev.kubeproxyfleet.agent;

import dev.kubeproxyfleet.agent.collect.DnsProber;
import dev.kubeproxyfleet.agent.collect.DnsServers;
import dev.kubeproxyfleet.agent.collect.ServiceProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** The probe of services that the settings ask for. */
final class DnsProbing {

    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    private static final Logger LOG = Logger.getLogger(DnsProbing.class);

    private DnsProbing() {}

    /** Reads resolv.conf once: kubelet does not change it while a container runs. */
    static ServiceProbe of(AgentSettings settings) {
        if (!settings.dnsProbe()) {
            return DnsProber.disabled();
        }
        DnsServers servers = settings.dnsServers()
                .map(DnsServers::ofLiterals)
                .orElseGet(() -> DnsServers.ofResolvConf(resolvConf()));
        if (servers.addresses().isEmpty()) {
            LOG.infof(
                    "whether services can be reached is not told: %s names no nameserver of the cluster; give the pod"
                            + " dnsPolicy: ClusterFirstWithHostNet, or set kpfleet.agent.dns-servers",
                    RESOLV_CONF);
        }
        return new DnsProber(servers);
    }

    /** Empty if it cannot be read. */
    private static String resolvConf() {
        try {
            return Files.readString(RESOLV_CONF);
        } catch (IOException unknown) {
            return "";
        }
    }
}
