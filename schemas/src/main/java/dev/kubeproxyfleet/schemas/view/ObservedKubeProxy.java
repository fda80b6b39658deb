package dev.kubeproxyfleet.schemas.view;

import org.jspecify.annotations.Nullable;

/**
 * What a node shows that it runs, as kube-proxy and the kernel name it; null is unknown.
 *
 * @param mode such as {@code ipvs}
 * @param scheduler such as {@code lc}
 * @param tcpTimeoutSeconds idle time of an established TCP session
 * @param tcpFinTimeoutSeconds idle time of a TCP session after a FIN
 * @param udpTimeoutSeconds idle time of a UDP flow
 * @param proof whether it proves what it shows: {@code Proven}, or the code of why not
 * @param proofText the same for people
 * @param timeoutsByKernel the timeouts are those that the kernel holds; else they are kube-proxy's word
 */
public record ObservedKubeProxy(
        @Nullable String mode,
        @Nullable String scheduler,
        @Nullable Integer tcpTimeoutSeconds,
        @Nullable Integer tcpFinTimeoutSeconds,
        @Nullable Integer udpTimeoutSeconds,
        String proof,
        String proofText,
        boolean timeoutsByKernel) {

    /** {@link #proof()} of a node that proves what it shows. */
    public static final String PROVEN = "Proven";

    /** Whether it proves what it shows. */
    public boolean isProven() {
        return proof.equals(PROVEN);
    }
}
