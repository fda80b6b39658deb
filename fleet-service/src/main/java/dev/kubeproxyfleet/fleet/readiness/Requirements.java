package dev.kubeproxyfleet.fleet.readiness;

import dev.kubeproxyfleet.schemas.config.KubernetesVersion;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What mode NFTABLES needs of versions. */
final class Requirements {

    /** Of Kubernetes 1; the first minor version that has a rule here. AKS takes the mode from it on. */
    static final int FIRST_MINOR = 33;

    /**
     * First patch of each minor version of Kubernetes 1 whose kube-proxy works in mode nftables on nodes with nft 1.1.3.
     *
     * <p>Source: kubernetes/kubernetes#137501 and its cherry picks #137809, #137808 and #137807, by Kubernetes' release notes of
     * 1.33.11, 1.34.7 and 1.35.4 (15 April 2026).
     */
    private static final Map<Integer, Integer> FIRST_PATCH_WITH_FIX = Map.of(33, 11, 34, 7, 35, 4);

    /** The change itself is in this minor version from its first release on, by Kubernetes' release notes of 1.36. */
    private static final int FIRST_MINOR_WITH_FIX = 36;

    /**
     * kube-proxy refuses mode nftables on an older kernel. Source: {@code pkg/proxy/nftables/supported.go} of Kubernetes, which takes the
     * kernel for a sign that the node has nft 1.0.1.
     */
    static final Release KERNEL = new Release(5, 13, 0);

    /**
     * Before it, connections are reset that mode iptables protects by dropping invalid packets. Source: Kubernetes' page "Virtual IPs and
     * Service Proxies", on moving from mode iptables to nftables.
     */
    static final Release KERNEL_WITHOUT_RESETS = new Release(6, 1, 0);

    private Requirements() {}

    /** Whether this release has the fix; empty if the version has no patch, and that would decide. */
    static Optional<Boolean> hasFix(KubernetesVersion version) {
        if (version.isAtLeast(1, FIRST_MINOR_WITH_FIX)) {
            return Optional.of(true);
        }
        Integer first = FIRST_PATCH_WITH_FIX.get(version.minor());
        if (version.major() != 1 || first == null) {
            return Optional.of(false);
        }
        return version.patch().isEmpty()
                ? Optional.empty()
                : Optional.of(version.patch().getAsInt() >= first);
    }

    /** The same of a version with all its numbers. */
    static boolean hasFix(Release kubeProxy) {
        return KubernetesVersion.parse(kubeProxy.toString())
                .flatMap(Requirements::hasFix)
                .orElse(false);
    }

    /** The first releases with the fix, for people. */
    static String withFix() {
        return FIRST_PATCH_WITH_FIX.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(patch -> "1." + patch.getKey() + "." + patch.getValue())
                        .collect(Collectors.joining(", "))
                + " and 1." + FIRST_MINOR_WITH_FIX;
    }
}
