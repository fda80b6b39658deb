package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/** Asserts on something whose state may have a reason and a message. Every failure tells all three. */
abstract class StateAssert<S extends StateAssert<S, A>, A> extends AbstractAssert<S, A> {

    private final String name;
    private final Told told;

    /** A state and what it tells people. */
    record Told(
            Object state,
            @Nullable ReasonCode code,
            @Nullable String message) {

        @Override
        public String toString() {
            return state.getClass().getSimpleName()
                    + (code == null ? "" : " because of " + code)
                    + (message == null ? "" : ": \"" + message + '"');
        }
    }

    StateAssert(A actual, Class<S> self, String name, Told told) {
        super(actual, self);
        this.name = name;
        this.told = told;
    }

    /** To be said after what state it is in. */
    S becauseOf(ReasonCode expected) {
        return check(expected.equals(told.code()), "be in its state because of " + expected);
    }

    AbstractStringAssert<?> message() {
        return Assertions.assertThat(told.message()).as("%s (%s is %s)", descriptionText(), name, told);
    }

    protected S is(Class<?> expected) {
        return check(expected.isInstance(told.state()), "be " + expected.getSimpleName());
    }

    protected boolean hasReason() {
        return told.code() != null;
    }

    /** @param expected goes on after "to" */
    protected S check(boolean holds, String expected) {
        if (!holds) {
            failWithMessage("expected %s to %s, but it is %s", name, expected, told);
        }
        return myself;
    }
}
