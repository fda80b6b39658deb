package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the simulator shall get wrong; {@link FaultRule} says how often. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Fault.Refuse.class, name = "Refuse"),
    @JsonSubTypes.Type(value = Fault.ProxyPage.class, name = "ProxyPage"),
    @JsonSubTypes.Type(value = Fault.NoAnswer.class, name = "NoAnswer"),
    @JsonSubTypes.Type(value = Fault.Delay.class, name = "Delay"),
    @JsonSubTypes.Type(value = Fault.FailOperation.class, name = "FailOperation"),
    @JsonSubTypes.Type(value = Fault.CancelOperation.class, name = "CancelOperation"),
    @JsonSubTypes.Type(value = Fault.SucceedWithoutEffect.class, name = "SucceedWithoutEffect"),
    @JsonSubTypes.Type(value = Fault.NeverReachNodes.class, name = "NeverReachNodes"),
    @JsonSubTypes.Type(value = Fault.HideFromLists.class, name = "HideFromLists")
})
public sealed interface Fault {

    /** Calls that it befalls; null for every kind. */
    @Nullable
    CallKind call();

    /** Name of the cluster that it befalls; null for any. */
    @Nullable
    String cluster();

    /**
     * A call is refused before anything happens.
     *
     * @param retryAfter sent as whole seconds, rounded up
     */
    record Refuse(
            @Nullable CallKind call,
            @Nullable String cluster,
            int status,
            String code,
            String message,
            @Nullable Duration retryAfter)
            implements Fault {

        public Refuse {
            requireRefusal(status);
            requireText(code, "code");
            message = message == null ? "" : message;
        }
    }

    /** A call is answered by something in between that is not Azure, with a page in HTML, before anything happens. */
    record ProxyPage(@Nullable CallKind call, @Nullable String cluster, int status) implements Fault {

        public ProxyPage {
            requireRefusal(status);
        }

        String page() {
            return "<html><head><title>" + status + "</title></head><body><h1>" + status
                    + "</h1><p>The page cannot be displayed.</p></body></html>";
        }
    }

    /**
     * The connection ends without an answer.
     *
     * @param processed whether the request took effect all the same
     */
    record NoAnswer(@Nullable CallKind call, @Nullable String cluster, boolean processed) implements Fault {}

    /** A call is answered later than usual. */
    record Delay(@Nullable CallKind call, @Nullable String cluster, Duration by) implements Fault {}

    /**
     * What was accepted ends Failed; the cluster keeps what was written as its goal, and its nodes never get it.
     *
     * @param call that begins the operation; null for PUT of a cluster
     */
    record FailOperation(@Nullable CallKind call, @Nullable String cluster, String code, String message)
            implements Fault {

        public FailOperation {
            call = call == null ? CallKind.PUT_CLUSTER : call;
            requireText(code, "code");
        }

        public FailOperation(@Nullable String cluster, String code, String message) {
            this(null, cluster, code, message);
        }
    }

    /**
     * What was accepted ends Canceled, as one that another operation preempts does.
     *
     * @param call that begins the operation; null for PUT of a cluster
     */
    record CancelOperation(
            @Nullable CallKind call, @Nullable String cluster, String code, String message) implements Fault {

        public CancelOperation {
            call = call == null ? CallKind.PUT_CLUSTER : call;
            requireText(code, "code");
        }

        public CancelOperation(@Nullable String cluster, String code, String message) {
            this(null, cluster, code, message);
        }
    }

    /** An accepted PUT ends Succeeded, and the cluster reads back as it was before. */
    record SucceedWithoutEffect(@Nullable String cluster) implements OfWrites {}

    /** An accepted PUT ends Succeeded and reads back as written, and no node ever gets it. */
    record NeverReachNodes(@Nullable String cluster) implements OfWrites {}

    /** No LIST shows the operation of an accepted PUT; a GET does. */
    record HideFromLists(@Nullable String cluster) implements OfWrites {}

    /** Faults of accepted PUTs. */
    sealed interface OfWrites extends Fault {
        @Override
        default CallKind call() {
            return CallKind.PUT_CLUSTER;
        }
    }

    /** Whether this fault is for that call. */
    default boolean concerns(CallKind called, @Nullable String name) {
        CallKind wanted = call();
        String named = cluster();
        return (wanted == null || wanted == called) && (named == null || named.equalsIgnoreCase(name));
    }

    private static void requireRefusal(int status) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status must be from 400 to 599, not " + status);
        }
    }

    private static void requireText(@Nullable String text, String member) {
        if (text == null || text.isEmpty()) {
            throw new IllegalArgumentException(member + " is missing");
        }
    }
}
