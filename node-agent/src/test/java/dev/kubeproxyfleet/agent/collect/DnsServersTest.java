package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class DnsServersTest {

    @Test
    void takesTheFirstNameserverOfEachFamilyFromAClustersResolvConf() {
        DnsServers servers = DnsServers.ofResolvConf("""
                search kubeproxy-fleet.svc.corp.example svc.corp.example corp.example
                nameserver 10.0.0.10
                nameserver 10.0.0.11
                nameserver fd00:10::a
                options ndots:5
                """);

        assertThat(servers.addresses()).containsExactly(ip("10.0.0.10"), ip("fd00:10::a"));
        assertThat(servers.domain()).isEqualTo("svc.corp.example");
    }

    /** Of a pod with host network and the policy Default: Azure's own resolver answers without kube-proxy. */
    @Test
    void theNodesOwnResolvConfNamesNoNameserverOfTheCluster() {
        assertThat(DnsServers.ofResolvConf("""
                        nameserver 168.63.129.16
                        search abc.internal.cloudapp.net
                        """).addresses()).isEmpty();
        assertThat(DnsServers.ofResolvConf("").addresses()).isEmpty();
    }

    @Test
    void takesAddressesOnly() {
        assertThat(DnsServers.ofLiterals(List.of("kube-dns", "fe80::1%eth0", "10.0.0.10", "10.0.0.11"))
                        .addresses())
                .containsExactly(ip("fe80::1"), ip("10.0.0.10"));
        assertThat(DnsServers.address("kube-dns.kube-system")).isEmpty();
    }

    private static InetAddress ip(String literal) {
        return InetAddress.ofLiteral(literal);
    }
}
