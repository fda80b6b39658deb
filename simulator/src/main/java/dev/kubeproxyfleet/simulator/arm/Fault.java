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
    ApiCall call();

    /** Name of the cluster that it befalls; null for any. */
    @Nullable
    String cluster();

    /**
     * A call is refused before anything happens.
     *
     * @param retryAfter sent as whole seconds, rounded up
     */
    record Refuse(
            @Nullable ApiCall call,
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
    record ProxyPage(@Nullable ApiCall call, @Nullable String cluster, int status) implements Fault {

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
    record NoAnswer(@Nullable ApiCall call, @Nullable String cluster, boolean processed) implements Fault {}

    /** A call is answered later than usual. */
    record Delay(@Nullable ApiCall call, @Nullable String cluster, Duration by) implements Fault {}

    /**
     * What was accepted ends Failed; the cluster keeps what was written as its goal, and its nodes never get it.
     *
     * @param call that begins the operation; null for PUT of a cluster
     */
    record FailOperation(@Nullable ApiCall call, @Nullable String cluster, String code, String message)
            implements Fault {

        public FailOperation {
            call = requireOperation(call);
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
    record CancelOperation(@Nullable ApiCall call, @Nullable String cluster, String code, String message)
            implements Fault {

        public CancelOperation {
            call = requireOperation(call);
            requireText(code, "code");
        }

        public CancelOperation(@Nullable String cluster, String code, String message) {
            this(null, cluster, code, message);
        }
    }

    /**
     * What was accepted ends Succeeded, and the cluster reads back as it was before.
     *
     * @param call that begins the operation; null for PUT of a cluster
     */
    record SucceedWithoutEffect(
            @Nullable ApiCall call, @Nullable String cluster) implements Fault {

        public SucceedWithoutEffect {
            call = requireOperation(call);
        }

        public SucceedWithoutEffect(@Nullable String cluster) {
            this(null, cluster);
        }
    }

    /**
     * What was accepted ends Succeeded and reads back as written, and no node ever gets it.
     *
     * @param call that begins the operation; null for PUT of a cluster
     */
    record NeverReachNodes(@Nullable ApiCall call, @Nullable String cluster) implements Fault {

        public NeverReachNodes {
            call = requireOperation(call);
        }

        public NeverReachNodes(@Nullable String cluster) {
            this(null, cluster);
        }
    }

    /**
     * No LIST shows the operation of what was accepted; a GET does.
     *
     * @param call that begins the operation; null for PUT of a cluster
     */
    record HideFromLists(@Nullable ApiCall call, @Nullable String cluster) implements Fault {

        public HideFromLists {
            call = requireOperation(call);
        }

        public HideFromLists(@Nullable String cluster) {
            this(null, cluster);
        }
    }

    /** Whether this fault is for that call. */
    default boolean concerns(ApiCall called, @Nullable String name) {
        ApiCall wanted = call();
        String named = cluster();
        return (wanted == null || wanted == called) && (named == null || named.equalsIgnoreCase(name));
    }

    private static void requireRefusal(int status) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status must be from 400 to 599, not " + status);
        }
    }

    /** A fault of what no call begins would never befall anything. */
    private static ApiCall requireOperation(@Nullable ApiCall call) {
        ApiCall operation = call == null ? ApiCall.PUT_CLUSTER : call;
        if (!operation.beginsOperation()) {
            throw new IllegalArgumentException(operation + " begins no operation that could end otherwise");
        }
        return operation;
    }

    private static void requireText(@Nullable String text, String member) {
        if (text == null || text.isEmpty()) {
            throw new IllegalArgumentException(member + " is missing");
        }
    }
}
