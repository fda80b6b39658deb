package dev.kubeproxyfleet.fleet.rollout;

/** Something that must always hold does not. */
public final class SimulationFailure extends AssertionError {

    private static final long serialVersionUID = 1;

    SimulationFailure(String message) {
        super(message);
    }

    SimulationFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
