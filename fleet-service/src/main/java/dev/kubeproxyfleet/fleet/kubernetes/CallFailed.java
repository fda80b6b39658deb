package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.schemas.limit.Limits;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A call for one object of a cluster did not succeed. */
final class CallFailed extends Exception {

    private static final long serialVersionUID = 1;

    static final int CONFLICT = 409;

    /** What Kubernetes' own authorizers say, and no policy does: {@code User "…" cannot patch resource "daemonsets" …}. */
    private static final Pattern UNAUTHORIZED = Pattern.compile("cannot (\\w+) resource");

    /**
     * What the API server says where an object that is applied is not there, and may not be created. Policies give a reason after the
     * colon.
     */
    private static final Pattern MAY_NOT_CREATE = Pattern.compile("is forbidden:\\s*(User does not have access.*)?$");

    private static final String OF_FIELD = "FieldManagerConflict";
    private static final String OF_NAMESPACE = "NamespaceTerminating";

    private final String verb;
    private final String what;
    private final transient @Nullable Status status;
    private final int code;

    /**
     * @param verb that the call needs
     * @param what that is needed for, such as {@code daemonsets.apps in kubeproxy-fleet}
     */
    CallFailed(String verb, String what, RuntimeException cause) {
        super(cause);
        this.verb = verb;
        this.what = what;
        this.status = Failures.refusal(cause)
                .map(KubernetesClientException::getStatus)
                .orElse(null);
        this.code = Failures.code(cause);
    }

    /** HTTP status; 0 if there was no answer, or none that can be read. */
    int code() {
        return code;
    }

    /** What is in the way, as far as it is nothing about the object. */
    Trouble trouble() {
        return Failures.of(Objects.requireNonNull(getCause()), right());
    }

    /** The verb that the API misses, and what for. */
    private String right() {
        Matcher missed = UNAUTHORIZED.matcher(words());
        if (missed.find()) {
            return missed.group(1) + " " + what;
        }
        return (MAY_NOT_CREATE.matcher(words()).find() ? "create " : verb + " ") + what;
    }

    /** Whether the service lacks a right; a policy may forbid a write with the same code. */
    boolean isUnauthorized() {
        return code == 403
                && (verb.equals("get")
                        || UNAUTHORIZED.matcher(words()).find()
                        || MAY_NOT_CREATE.matcher(words()).find());
    }

    /** Whether somebody else owns a field that was to be written. */
    boolean isFieldConflict() {
        return code == CONFLICT && has(OF_FIELD);
    }

    /** Whether the namespace is being deleted. */
    boolean isOfDyingNamespace() {
        return has(OF_NAMESPACE);
    }

    private boolean has(String reason) {
        return status != null
                && status.getDetails() != null
                && Objects.requireNonNullElse(status.getDetails().getCauses(), List.<StatusCause>of()).stream()
                        .anyMatch(cause -> reason.equals(cause.getReason()));
    }

    /** What the API says of it; empty if it says nothing. */
    String words() {
        return status == null || status.getMessage() == null
                ? ""
                : Limits.cut(status.getMessage(), Limits.MAX_MESSAGE_LENGTH);
    }
}
