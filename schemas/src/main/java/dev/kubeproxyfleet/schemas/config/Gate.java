package dev.kubeproxyfleet.schemas.config;

/**
 * What must be seen on a cluster's nodes before it counts as converged.
 *
 * @param coverage share of the cluster's nodes, 0 to 1, that must report the desired configuration; 0 takes Azure's read-back
 *     alone and is meant for fleets without agents
 */
public record Gate(double coverage) {

    public static final double DEFAULT_COVERAGE = 0.9;

    public static final Gate DEFAULT = new Gate(DEFAULT_COVERAGE);

    public Gate {
        if (!(coverage >= 0 && coverage <= 1)) {
            throw new IllegalArgumentException("coverage is a share from 0 to 1, not " + coverage);
        }
    }

    public boolean needsNodeEvidence() {
        return coverage > 0;
    }
}
