package dev.kubeproxyfleet.fleet.azure;

import java.time.Duration;

/** A call that waits for its budgets. */
final class BudgetedCall {

    private BudgetedCall() {}

    static ArmResult send(ArmGateway arm, Budgets budgets, Pause pause, ArmRequest request) {
        for (Duration wait = budgets.take(request); !wait.isZero(); wait = budgets.take(request)) {
            pause.sleep(wait.plusMillis(1));
        }
        ArmResult result = arm.send(request);
        budgets.learn(request, result);
        return result;
    }
}
