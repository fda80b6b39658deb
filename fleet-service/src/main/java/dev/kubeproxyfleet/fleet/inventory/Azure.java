package dev.kubeproxyfleet.fleet.inventory;

import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.Subscriptions;
import java.util.Set;

/** What the inventory needs of Azure. Thread-safe. */
interface Azure {

    /** Whether a subscription is this replica's. */
    boolean owns(String subscription);

    /** The partitions of the fleet that this replica owns. */
    Set<Integer> partitions();

    /** The fleet's subscriptions; one call to ARM unless they are configured. */
    Subscriptions subscriptions();

    /** Whether an operator says which subscriptions the fleet has; else they are those that ARM shows. */
    boolean fleetIsConfigured();

    /** That clusters are written with. */
    String apiVersion();

    /** A call that waits for its budgets. */
    ArmResult call(ArmRequest request);

    /** Lists the clusters of a subscription, and hands the listing to {@link InventoryScheduler#listed} before it returns. */
    void list(String subscription);
}
