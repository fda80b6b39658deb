package dev.kubeproxyfleet.fleet.azure;

import java.util.Locale;
import java.util.Set;

/** What a call to ARM is, and the budgets that it spends. */
enum CallKind {
    PUT_CLUSTER(Budget.PUT_CLUSTER, Budget.ARM_WRITES),
    GET_CLUSTER(Budget.GET_CLUSTER, Budget.ARM_READS),
    LIST_CLUSTERS(Budget.LIST_CLUSTERS, Budget.ARM_READS),
    OPERATION_STATUS(Budget.OPERATION_STATUS, Budget.ARM_READS),
    MAINTENANCE(Budget.OTHER_AKS, Budget.ARM_READS),
    /** ARM counts every POST among the writes, although this one changes nothing. */
    USER_CREDENTIAL(Budget.OTHER_AKS, Budget.ARM_WRITES),
    /** Provider, feature, permissions and locks, which are ARM's own. */
    OTHER(Budget.ARM_READS),
    REGISTER(Budget.ARM_WRITES),
    /** A POST, too. */
    POLICY_TOKEN(Budget.ARM_WRITES),
    LIST_SUBSCRIPTIONS(Budget.ARM_READS);

    private final Set<Budget> budgets;

    CallKind(Budget... budgets) {
        this.budgets = Set.of(budgets);
    }

    Set<Budget> budgets() {
        return budgets;
    }

    boolean writes() {
        return budgets.contains(Budget.ARM_WRITES);
    }

    /** Value of the metric tag {@code kind}. */
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
