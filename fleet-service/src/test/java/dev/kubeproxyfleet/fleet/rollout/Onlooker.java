package dev.kubeproxyfleet.fleet.rollout;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Looks on at a life and takes no part in it. */
public interface Onlooker {

    Onlooker NOBODY = new Onlooker() {};

    /**
     * The controller has taken in something.
     *
     * @param event null if it was only the time
     */
    default void looks(SimulatedController controller, @Nullable FleetEvent event, Instant now) {}

    /** From now on nobody disturbs the fleet, and people only let go on what waits for them. */
    default void worldBecomesKind() {}

    /** Nothing changes any more. */
    default void worldRests(SimulatedController controller, Instant now) {}
}
