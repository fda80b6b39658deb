package dev.kubeproxyfleet.simulator.arm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a test asks the simulator to get wrong, once per {@link ArmSimulator#inject}. */
public sealed interface Fault {

    /** Whether this fault is for that call. */
    boolean concerns(CallKind kind, @Nullable String cluster);

    /**
     * The next call of a kind is refused before anything happens.
     *
     * @param cluster name of the cluster; null for any
     * @param retryAfter sent as whole seconds, rounded up
     */
    record Refuse(
            CallKind kind,
            @Nullable String cluster,
            int status,
            String code,
            String message,
            @Nullable Duration retryAfter)
            implements Fault {
        @Override
        public boolean concerns(CallKind called, @Nullable String of) {
            return called == kind && matches(cluster, of);
        }
    }

    /** The next accepted PUT ends Failed; the cluster keeps what was written as its goal, and its nodes never get it. */
    record FailOperation(@Nullable String cluster, String code, String message) implements Fault {
        @Override
        public boolean concerns(CallKind called, @Nullable String of) {
            return called == CallKind.PUT_CLUSTER && matches(cluster, of);
        }
    }

    /** The next accepted PUT ends Succeeded, and the cluster reads back as it was before. */
    record SucceedWithoutEffect(@Nullable String cluster) implements Fault {
        @Override
        public boolean concerns(CallKind called, @Nullable String of) {
            return called == CallKind.PUT_CLUSTER && matches(cluster, of);
        }
    }

    /** The next accepted PUT ends Succeeded and reads back as written, and no node ever gets it. */
    record NeverReachNodes(@Nullable String cluster) implements Fault {
        @Override
        public boolean concerns(CallKind called, @Nullable String of) {
            return called == CallKind.PUT_CLUSTER && matches(cluster, of);
        }
    }

    private static boolean matches(@Nullable String wanted, @Nullable String cluster) {
        return wanted == null || wanted.equalsIgnoreCase(cluster);
    }
}
