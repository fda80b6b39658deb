package dev.kubeproxyfleet.fleet.azure;

import java.time.Duration;
import java.util.Locale;

/**
 * Azure's token buckets, each per region.
 *
 * <p>Sources: "Throttling limits on AKS resource provider APIs" in the AKS quotas page; "Understand how Azure Resource Manager
 * throttles requests".
 */
enum Budget {
    PUT_CLUSTER(20, Duration.ofMinutes(1), Per.CLUSTER),
    GET_CLUSTER(60, Duration.ofSeconds(1), Per.CLUSTER),
    LIST_CLUSTERS(500, Duration.ofSeconds(1), Per.SUBSCRIPTION),
    OPERATION_STATUS(200, Duration.ofMillis(500), Per.REGION),
    OTHER_AKS(60, Duration.ofSeconds(1), Per.REGION),
    ARM_READS(250, Duration.ofMillis(40), Per.SUBSCRIPTION),
    ARM_WRITES(200, Duration.ofMillis(100), Per.SUBSCRIPTION);

    /** What one bucket is for. */
    enum Per {
        CLUSTER,
        SUBSCRIPTION,
        /** A region of a subscription. */
        REGION
    }

    private final int capacity;
    private final Duration refill;
    private final Per per;

    Budget(int capacity, Duration refill, Per per) {
        this.capacity = capacity;
        this.refill = refill;
        this.per = per;
    }

    /** Calls that a full bucket grants at once. */
    int capacity() {
        return capacity;
    }

    /** Time in which one call is granted anew. */
    Duration refill() {
        return refill;
    }

    Per per() {
        return per;
    }

    /** Azure Resource Manager's own, as against the resource provider's behind it. */
    boolean ofArm() {
        return this == ARM_READS || this == ARM_WRITES;
    }

    /** Value of the metric tag {@code budget}. */
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
