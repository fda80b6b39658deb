package dev.kubeproxyfleet.simulator.arm;

/**
 * Azure's token buckets.
 *
 * <p>Sources: "Throttling limits on AKS resource provider APIs" in "Quotas, virtual machine size restrictions, and region
 * availability in AKS"; "Understand how Azure Resource Manager throttles requests".
 */
enum Bucket {
    PUT_CLUSTER(20, 1 / 60.0, Per.CLUSTER),
    GET_CLUSTER(60, 1, Per.CLUSTER),
    LIST_CLUSTERS(500, 1, Per.SUBSCRIPTION),
    OPERATION_STATUS(200, 2, Per.SUBSCRIPTION_AND_REGION),
    OTHER_AKS(60, 1, Per.SUBSCRIPTION_AND_REGION),
    ARM_READS(250, 25, Per.SUBSCRIPTION_AND_PRINCIPAL, "subscription-reads"),
    ARM_WRITES(200, 10, Per.SUBSCRIPTION_AND_PRINCIPAL, "subscription-writes"),
    ARM_DELETES(200, 10, Per.SUBSCRIPTION_AND_PRINCIPAL, "subscription-deletes"),
    ARM_GLOBAL_READS(3_750, 375, Per.SUBSCRIPTION, "subscription-global-reads"),
    ARM_GLOBAL_WRITES(3_000, 150, Per.SUBSCRIPTION, "subscription-global-writes"),
    ARM_GLOBAL_DELETES(3_000, 150, Per.SUBSCRIPTION, "subscription-global-deletes"),
    TENANT_READS(250, 25, Per.PRINCIPAL, "tenant-reads");

    /** What one bucket is for. */
    enum Per {
        CLUSTER,
        SUBSCRIPTION,
        SUBSCRIPTION_AND_REGION,
        SUBSCRIPTION_AND_PRINCIPAL,
        PRINCIPAL
    }

    final int capacity;
    final double refillPerSecond;
    final Per per;

    /** What is left is told in {@code x-ms-ratelimit-remaining-} followed by this; empty where it is not told. */
    final String told;

    Bucket(int capacity, double refillPerSecond, Per per) {
        this(capacity, refillPerSecond, per, "");
    }

    Bucket(int capacity, double refillPerSecond, Per per, String told) {
        this.capacity = capacity;
        this.refillPerSecond = refillPerSecond;
        this.per = per;
        this.told = told;
    }

    /** Azure Resource Manager's own, as against the resource provider's behind it. */
    boolean ofArm() {
        return !told.isEmpty();
    }
}
