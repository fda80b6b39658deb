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
    ARM_READS(250, 25, Per.SUBSCRIPTION_AND_PRINCIPAL),
    ARM_WRITES(200, 10, Per.SUBSCRIPTION_AND_PRINCIPAL);

    /** What one bucket is for. */
    enum Per {
        CLUSTER,
        SUBSCRIPTION,
        SUBSCRIPTION_AND_REGION,
        SUBSCRIPTION_AND_PRINCIPAL
    }

    final int capacity;
    final double refillPerSecond;
    final Per per;

    Bucket(int capacity, double refillPerSecond, Per per) {
        this.capacity = capacity;
        this.refillPerSecond = refillPerSecond;
        this.per = per;
    }

    /** Azure Resource Manager's own, as against the resource provider's behind it. */
    boolean ofArm() {
        return per == Per.SUBSCRIPTION_AND_PRINCIPAL;
    }
}
