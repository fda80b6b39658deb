package dev.kubeproxyfleet.schemas.config;

/**
 * What must be seen on a cluster's nodes before it counts as converged.
 *
 * @param coverage share of the cluster's Linux nodes, 0 to 1, that must prove the desired configuration; 0 takes Azure's
 *     read-back alone and is meant for fleets without agents
 * @param proof whether a node must tell that its kube-proxy has programmed its rules since it started
 */
public record Gate(double coverage, Proof proof) {

    public static final double DEFAULT_COVERAGE = 0.9;

    public static final Gate DEFAULT = new Gate(DEFAULT_COVERAGE);

    /** What is made of a node whose kube-proxy's metrics cannot be reached. One that is known to lag never counts. */
    public enum Proof {
        /** It is no evidence of the mode; where mode IPVS stays, what its kernel shows counts. */
        Require,
        /** kube-proxy's word counts. */
        Ignore
    }

    public Gate {
        if (!(coverage >= 0 && coverage <= 1)) {
            throw new IllegalArgumentException("coverage is a share from 0 to 1, not " + coverage);
        }
    }

    /** With proof, as it is unless one asks otherwise. */
    public Gate(double coverage) {
        this(coverage, Proof.Require);
    }

    public boolean needsNodeEvidence() {
        return coverage > 0;
    }
}
