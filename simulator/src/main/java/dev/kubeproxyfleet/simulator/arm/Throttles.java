package dev.kubeproxyfleet.simulator.arm;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Azure's budgets, spent and enforced. Guarded by the lock of {@link ArmModel}. */
final class Throttles {

    /** Buckets kept; the least recently used is forgotten, and full when it is needed again. */
    static final int MAX_BUCKETS = 100_000;

    private record Key(Bucket bucket, String scope) {}

    /** What a call costs. */
    record Charge(Optional<ArmResponse> refusal, Map<String, String> headers) {}

    private final double speed;
    private final Map<Key, TokenBucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, TokenBucket> eldest) {
            return size() > MAX_BUCKETS;
        }
    };

    /** @param speed multiplies every refill */
    Throttles(double speed) {
        this.speed = speed;
    }

    /**
     * Azure Resource Manager charges first and the resource provider behind it only for what comes through.
     *
     * @param region of the cluster or operation, where it is known
     */
    Charge charge(Call call, String region) {
        Map<String, String> headers = new HashMap<>();
        for (Bucket bucket : call.kind.buckets) {
            if (bucket.ofArm()) {
                String header = "x-ms-ratelimit-remaining-" + bucket.told;
                switch (bucketOf(bucket, call, region).spend(call.now)) {
                    case TokenBucket.Spending.Granted(long left) -> headers.put(header, Long.toString(left));
                    case TokenBucket.Spending.Refused(Duration wait) -> {
                        headers.put(header, "0");
                        return new Charge(Optional.of(refusedByArm(bucket, call, wait)), headers);
                    }
                }
            }
        }
        for (Bucket bucket : call.kind.buckets) {
            if (!bucket.ofArm()
                    && bucketOf(bucket, call, region).spend(call.now)
                            instanceof TokenBucket.Spending.Refused(Duration wait)) {
                return new Charge(
                        Optional.of(refusal(
                                ArmError.ofService(
                                        429,
                                        "Throttled",
                                        "The request is throttled: too many " + call.kind + " requests for '"
                                                + scope(bucket, call, region)
                                                + "'. Please retry after " + wait.toSeconds()
                                                + " seconds; see https://aka.ms/aks/throttling."),
                                wait)),
                        headers);
            }
        }
        return new Charge(Optional.empty(), headers);
    }

    private static ArmResponse refusedByArm(Bucket bucket, Call call, Duration wait) {
        String kind = bucket.told.substring(bucket.told.lastIndexOf('-') + 1);
        boolean ofTenant = bucket.per == Bucket.Per.PRINCIPAL;
        return refusal(
                new ArmError(
                        429,
                        ofTenant ? "TenantRequestsThrottled" : "SubscriptionRequestsThrottled",
                        "Number of '" + kind + "' requests for "
                                + (ofTenant ? "tenant" : "subscription '" + call.subscription() + "'")
                                + " actor '" + call.principal + "' exceeded. Please try again after '"
                                + wait.toSeconds()
                                + "' seconds after additional tokens are available. Refer"
                                + " to https://aka.ms/arm-throttling for additional information."),
                wait);
    }

    private TokenBucket bucketOf(Bucket bucket, Call call, String region) {
        return buckets.computeIfAbsent(
                new Key(bucket, scope(bucket, call, region)),
                key -> new TokenBucket(bucket.capacity, bucket.refillPerSecond * speed, call.now));
    }

    private static String scope(Bucket bucket, Call call, String region) {
        return switch (bucket.per) {
            case CLUSTER -> call.scope();
            case SUBSCRIPTION -> call.subscription();
            case SUBSCRIPTION_AND_REGION -> call.subscription() + "/" + region;
            case SUBSCRIPTION_AND_PRINCIPAL -> call.subscription() + "/" + call.principal;
            case PRINCIPAL -> call.principal;
        };
    }

    private static ArmResponse refusal(ArmError error, Duration wait) {
        return ArmResponse.of(error).with("Retry-After", Long.toString(wait.toSeconds()));
    }
}
