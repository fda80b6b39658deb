package dev.kubeproxyfleet.fleet.identity;

/** Whose snapshots count. */
public enum Believed {
    /** Every agent's, unless its token disproves what it says. */
    ANY,
    /** Those whose token proves it. */
    PROVEN;

    /** Whether a snapshot of this verdict counts. */
    public boolean counts(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Proven _ -> true;
            case Verdict.Unproven unproven -> this == ANY && !unproven.reason().refutes();
        };
    }
}
