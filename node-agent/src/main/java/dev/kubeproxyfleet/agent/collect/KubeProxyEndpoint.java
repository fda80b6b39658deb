package dev.kubeproxyfleet.agent.collect;

import java.util.Optional;

/** The metrics server of kube-proxy, by default on loopback port 10249. */
@FunctionalInterface
public interface KubeProxyEndpoint {

    /**
     * Body of a GET that was answered with 200; empty for anything else, since kube-proxy may be absent, bound elsewhere or
     * restarting, and all of that is "unknown".
     *
     * @param path such as {@code /proxyMode}
     */
    Optional<String> get(String path);
}
