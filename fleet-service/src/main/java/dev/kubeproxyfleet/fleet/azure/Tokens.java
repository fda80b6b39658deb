package dev.kubeproxyfleet.fleet.azure;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** Tokens for calls that one operation has taken and not spent yet. Not thread-safe. */
final class Tokens {

    private final Budgets budgets;
    private final Map<CallKind, ArmRequest> unspent = new EnumMap<>(CallKind.class);

    Tokens(Budgets budgets) {
        this.budgets = budgets;
    }

    /**
     * Takes the tokens of a call, unless they are taken already.
     *
     * @return zero if the call may be made now, with {@link BudgetedArm#sendPaid}; else the wait for its tokens, which are its own from
     *     here on
     */
    Duration take(ArmRequest request) {
        boolean mine = unspent.remove(request.kind()) != null;
        if (mine && budgets.held(request).isZero()) {
            return Duration.ZERO;
        }
        Duration wait = budgets.reserve(request);
        if (!wait.isZero()) {
            keep(request);
        }
        return wait;
    }

    /** The call is not made for the moment: its tokens are for the next of its kind. */
    void keep(ArmRequest request) {
        unspent.put(request.kind(), request);
    }

    /** No call is made any more. */
    void giveBack() {
        unspent.values().forEach(budgets::giveBack);
        unspent.clear();
    }
}
