package dev.kubeproxyfleet.simulator.arm;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A registration that takes its time. Guarded by the lock of {@link ArmModel}. */
final class Registration {

    private boolean registered = true;

    @Nullable
    private Instant due;

    /** ARM's text. */
    String state(Instant now) {
        if (due != null && !now.isBefore(due)) {
            registered = true;
            due = null;
        }
        if (due != null) {
            return "Registering";
        }
        return registered ? "Registered" : "NotRegistered";
    }

    boolean registered(Instant now) {
        return state(now).equals("Registered");
    }

    /** Begins to register; one that is under way goes on. */
    void begin(Instant now, Duration takes) {
        if (state(now).equals("Registering")) {
            return;
        }
        due = now.plus(takes);
    }

    void set(boolean newlyRegistered) {
        registered = newlyRegistered;
        due = null;
    }
}
