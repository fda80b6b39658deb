package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.RolloutStatus.Counts;
import java.util.function.ToIntFunction;
import org.assertj.core.api.AbstractAssert;

final class StageAssert extends AbstractAssert<StageAssert, Stage> {

    StageAssert(Stage actual) {
        super(actual, StageAssert.class);
    }

    void isBaking() {
        is(StageState.Baking.class);
    }

    void isAwaitingApproval() {
        is(StageState.AwaitingApproval.class);
    }

    void hasClusters(int expected) {
        counts("clusters", Counts::total, expected);
    }

    void hasRolledBack(int expected) {
        counts("rolled back clusters", Counts::rolledBack, expected);
    }

    private void is(Class<?> expected) {
        if (!expected.isInstance(actual.state())) {
            failWithMessage(
                    "expected stage %s to be %s, but it is %s",
                    actual.spec().name(), expected.getSimpleName(), actual.state());
        }
    }

    private void counts(String what, ToIntFunction<Counts> count, int expected) {
        if (count.applyAsInt(actual.counts()) != expected) {
            failWithMessage(
                    "expected stage %s to have %s %s, but it has %s",
                    actual.spec().name(), expected, what, actual.counts());
        }
    }
}
