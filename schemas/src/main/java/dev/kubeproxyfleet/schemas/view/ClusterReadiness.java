package dev.kubeproxyfleet.schemas.view;

import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a cluster can leave its mode for another one, by what Azure, its agents, its Kubernetes API and the calendar tell.
 *
 * @param id ARM resource id, lower case
 * @param subscription subscription id, lower case
 * @param location such as {@code westeurope}
 * @param tags as Azure shows them
 * @param kubernetesVersion such as {@code 1.33.2}
 * @param mode that it has: {@code IPTABLES}, {@code IPVS}, {@code NFTABLES}, {@code DISABLED} or {@code UNKNOWN}
 * @param to the mode that was asked about
 * @param findings those that block first, then those of which too little is known, then notes
 * @param support how long AKS supports its version
 */
public record ClusterReadiness(
        String id,
        String name,
        String subscription,
        String resourceGroup,
        String location,
        Map<String, String> tags,
        String kubernetesVersion,
        String mode,
        KubeProxyMode to,
        Verdict verdict,
        List<Finding> findings,
        Support support) {

    public ClusterReadiness {
        tags = Map.copyOf(tags);
        findings = List.copyOf(findings);
    }

    public enum Verdict {
        /** Nothing is known that speaks against it, and all that is needed is known. */
        Ready,
        /** Something has to be changed before. */
        Blocked,
        /** Nothing that is known speaks against it, and not all that is needed is known. */
        Unknown,
        /** It has the mode already, or runs no kube-proxy. */
        NothingToDo
    }

    /** What a finding means for the verdict. */
    public enum Weight {
        Blocks,
        Unknown,
        /** Good to know, and no obstacle. */
        Note
    }

    /** Who tells. */
    public enum Source {
        Azure,
        Agents,
        Kubernetes,
        Calendar
    }

    /**
     * @param code stable, see the guide of reasons
     * @param message one sentence for people
     * @param helps what helps, one sentence; null if there is nothing to do
     */
    public record Finding(
            String code,
            Weight weight,
            Source source,
            String message,
            @Nullable String helps) {}

    /**
     * Null is not known.
     *
     * @param endOfLife last day of AKS's support of the version, such as {@code 2026-11-30}
     * @param longTermEndOfLife the same of clusters with long-term support; Azure's listing does not tell which have it
     * @param daysLeft until {@code endOfLife}; negative once that has passed
     * @param asOf the day on which the calendar was true
     */
    public record Support(
            @Nullable String endOfLife,
            @Nullable String longTermEndOfLife,
            @Nullable Integer daysLeft,
            String asOf) {}
}
