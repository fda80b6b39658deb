package dev.kubeproxyfleet.simulator.arm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An assignment of Azure Policy that has writes of clusters evaluated elsewhere: it refuses each one that shows no policy token for
 * exactly that request.
 *
 * @param name of the policy and its assignment
 * @param cluster name of the cluster that it is about; null for all
 * @param denies whether the evaluation comes out against the request, so that there is no token
 * @param changeReference whether whoever asks for a token must name a change
 * @param validFor how long a token is good for; null for an hour
 */
public record ExternalPolicy(
        String name,
        @Nullable String cluster,
        boolean denies,
        boolean changeReference,
        @Nullable Duration validFor) {

    private static final Duration AN_HOUR = Duration.ofHours(1);

    public ExternalPolicy {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("name is missing");
        }
    }

    Duration life() {
        return validFor == null ? AN_HOUR : validFor;
    }

    boolean concerns(String clusterName) {
        return cluster == null || cluster.equalsIgnoreCase(clusterName);
    }
}
