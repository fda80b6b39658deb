package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** ARM within its budgets: no call leaves before its tokens are taken, and every answer corrects what is left. Thread-safe. */
public final class BudgetedArm {

    /** Beyond it the trouble is no hiccup, and the caller's to judge. */
    static final int MAX_READ_REPEATS = 2;

    /** Pause before the first repeat; each further one waits as long again. */
    static final Duration REPEAT_DELAY = Duration.ofMillis(200);

    private static final Duration UNLIMITED = ChronoUnit.FOREVER.getDuration();

    private final ArmGateway arm;
    private final Budgets budgets;
    private final Pause pause;

    BudgetedArm(ArmGateway arm, Budgets budgets, Pause pause) {
        this.arm = arm;
        this.budgets = budgets;
        this.pause = pause;
    }

    /** Waits for the call's budgets, and makes it again if it only reads and got no answer or a 5xx. */
    public ArmResult send(ArmRequest request) {
        for (int repeats = 0; ; repeats++) {
            ArmResult result = once(request, UNLIMITED);
            boolean hiccup = result instanceof ArmResult.ArmError error
                    && (error.code() == WorkerReason.NetworkError || error.status() >= 500);
            if (!hiccup || request.writes() || repeats >= MAX_READ_REPEATS) {
                return result;
            }
            pause.sleep(REPEAT_DELAY.multipliedBy(repeats + 1L));
        }
    }

    /**
     * One try. Where its budgets would hold it back for longer than {@code heldAtMost}, nothing is sent, and the answer is {@link
     * #WorkerReason.LocalBudget}.
     */
    ArmResult once(ArmRequest request, Duration heldAtMost) {
        Duration patience = heldAtMost;
        Duration wait = budgets.reserve(request);
        while (!wait.isZero()) {
            if (wait.compareTo(patience) > 0) {
                budgets.giveBack(request);
                return new ArmResult.ArmError(
                        0,
                        WorkerReason.LocalBudget,
                        "the budget for " + request.kind().tag() + " is spent for the next " + wait.toSeconds() + " s",
                        wait);
            }
            patience = patience.minus(wait);
            pause.sleep(wait.plusMillis(1));
            // What ARM has refused meanwhile was to hold this call too: it queues again.
            wait = budgets.held(request).isZero() ? Duration.ZERO : budgets.reserve(request);
        }
        return sendPaid(request);
    }

    /** One try of a call whose tokens {@link Budgets#reserve} has taken already. */
    ArmResult sendPaid(ArmRequest request) {
        ArmResult result = arm.send(request);
        budgets.learn(request, result);
        return result;
    }
}
