package dev.kubeproxyfleet.simulator.arm;

import java.util.Optional;

/** Where the Kubernetes APIs of the clusters are. Must not call the simulated Azure: it asks while it is locked. */
@FunctionalInterface
public interface KubernetesServers {

    /** There are none. */
    KubernetesServers NONE = _ -> Optional.empty();

    /**
     * What a kubeconfig says of a server.
     *
     * @param url without a slash at its end
     * @param caPem certificate of the authority that clients must trust, in PEM
     * @param clientCertificatePem of the local administrator
     * @param clientKeyPem of that certificate
     */
    record Server(String url, String caPem, String clientCertificatePem, String clientKeyPem) {

        /** The same under another address. */
        Server at(String other) {
            return new Server(other, caPem, clientCertificatePem, clientKeyPem);
        }
    }

    /** The server of a cluster, whose id is in lower case; empty if nobody has said where it is. */
    Optional<Server> of(String clusterId);
}
