package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What Azure Resource Manager checks before a resource provider sees a call, in its order. Guarded by the lock of {@link ArmModel}. */
final class ArmChecks {

    /** ARM's own limit of a request's body. */
    static final int MAX_BODY_BYTES = 4 * 1024 * 1024;

    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final ArmState state;
    private final SignIn signIn;
    private final Throttles throttles;

    ArmChecks(ArmState state, SignIn signIn, Throttles throttles) {
        this.state = state;
        this.signIn = signIn;
        this.throttles = throttles;
    }

    /** Why a call of any kind goes no further, whether or not there is something at its address. */
    Optional<ArmResponse> refuseAnybody(Call call) {
        if (call.request.body().length > MAX_BODY_BYTES) {
            return Optional.of(ArmResponse.of(new ArmError(
                    413, "RequestContentTooLarge", "The request content size exceeds the maximum size of 4 MB.")));
        }
        if (call.kind.isOpen()) {
            return faulty(call);
        }
        return signIn.refusal(call, state.endpoint()).or(() -> missingVersion(call));
    }

    /** The answer of what is behind them, or why a call does not get there. */
    ArmResponse pass(Call call, BiFunction<Call, Subscription, ArmResponse> provider) {
        Optional<ArmResponse> badVersion = badVersion(call);
        if (badVersion.isPresent()) {
            return badVersion.get();
        }
        Subscription subscription = state.subscriptions.get(call.subscription());
        if (subscription == null) {
            return unknownSubscription(call);
        }
        return charged(
                call,
                () -> faulty(call)
                        .or(() -> forbidden(call, subscription))
                        .or(() -> unregistered(call, subscription))
                        .or(() -> locked(call))
                        .or(() -> state.policies.refusal(call))
                        .orElseGet(() -> provider.apply(call, subscription)));
    }

    /** As {@link #pass}, for what belongs to the tenant. */
    ArmResponse passTenant(Call call, Supplier<ArmResponse> answer) {
        return badVersion(call).orElseGet(() -> charged(call, () -> faulty(call).orElseGet(answer)));
    }

    private ArmResponse charged(Call call, Supplier<ArmResponse> answer) {
        Throttles.Charge charge = throttles.charge(call, region(call));
        return charge.refusal().orElseGet(answer).with(charge.headers());
    }

    private static ArmResponse unknownSubscription(Call call) {
        if (!GUID.matcher(call.subscription()).matches()) {
            return ArmResponse.of(new ArmError(
                    400,
                    "InvalidSubscriptionId",
                    "The provided subscription identifier '" + call.name("subscription")
                            + "' is malformed or invalid."));
        }
        return ArmResponse.of(new ArmError(
                404,
                "SubscriptionNotFound",
                "The subscription '" + call.name("subscription") + "' could not be found."));
    }

    private String region(Call call) {
        return call.clusterId()
                .flatMap(id -> state.find(id, call.now))
                .map(ManagedCluster::location)
                .orElseGet(() -> call.name("location"))
                .toLowerCase(Locale.ROOT);
    }

    // ---- api-versions

    private static Optional<ArmResponse> missingVersion(Call call) {
        return call.apiVersion().isEmpty()
                ? Optional.of(ArmResponse.of(new ArmError(
                        400,
                        "MissingApiVersionParameter",
                        "The api-version query parameter (?api-version=) is required for all requests.")))
                : Optional.empty();
    }

    private Optional<ArmResponse> badVersion(Call call) {
        List<String> known = call.kind.api.versions(state.options.apiVersions());
        return known.contains(call.apiVersion())
                ? Optional.empty()
                : Optional.of(ArmResponse.of(unknownVersion(call, known)));
    }

    /** Azure Resource Manager has an error of its own for each: no version at all, its own types, collections, resources. */
    private ArmError unknownVersion(Call call, List<String> known) {
        String version = call.apiVersion();
        boolean ofProvider = call.kind.api.namespace.equals("Microsoft.ContainerService");
        if (!ofProvider || !ApiVersions.FORM.matcher(version).matches()) {
            return new ArmError(
                    400,
                    "InvalidApiVersionParameter",
                    "The api-version '" + version + "' is invalid. The supported versions are '"
                            + String.join(",", ofProvider ? ApiVersions.RESOURCES : known) + "'.");
        }
        if (call.kind.lists() && call.clusterId().isEmpty() || call.kind.api.ofOperations()) {
            return new ArmError(
                    404,
                    "InvalidResourceType",
                    "The resource type '" + call.kind.api.type + "' could not be found in the namespace '"
                            + call.kind.api.namespace + "' for api version '" + version
                            + "'. The supported api-versions are '" + String.join(",", known) + "'.");
        }
        return new ArmError(
                400,
                "NoRegisteredProviderFound",
                "No registered resource provider found for location '" + region(call) + "' and API version '" + version
                        + "' for type '" + call.kind.api.type + "'. The supported api-versions are '"
                        + String.join(", ", known) + "'. The supported locations are '"
                        + String.join(", ", Regions.names()) + "'.");
    }

    // ---- what tests ask to go wrong

    private Optional<ArmResponse> faulty(Call call) {
        return state.faults
                .take(call, Fault.Refuse.class)
                .map(fault -> refused(call, fault))
                .or(() -> state.faults
                        .take(call, Fault.ProxyPage.class)
                        .map(fault -> new ArmResponse(
                                fault.status(), Map.of("Content-Type", "text/html"), TextNode.valueOf(fault.page()))))
                .or(() -> state.faults
                        .take(call, Fault.NoAnswer.class, fault -> !fault.processed())
                        .map(fault -> ArmResponse.never()));
    }

    private static ArmResponse refused(Call call, Fault.Refuse fault) {
        ArmResponse refusal = ArmResponse.of(
                call.kind.api.namespace.equals("Microsoft.ContainerService")
                        ? ArmError.ofService(fault.status(), fault.code(), fault.message())
                        : new ArmError(fault.status(), fault.code(), fault.message()));
        Duration wait = fault.retryAfter();
        return wait == null
                ? refusal
                : refusal.with("Retry-After", Long.toString(wait.plusMillis(999).toSeconds()));
    }

    // ---- rights, registration, locks

    private static Optional<ArmResponse> forbidden(Call call, Subscription subscription) {
        return subscription.allows(call.kind.action)
                ? Optional.empty()
                : Optional.of(ArmResponse.of(new ArmError(
                        403,
                        "AuthorizationFailed",
                        "The client '" + call.principal + "' with object id '" + call.principal
                                + "' does not have authorization to perform action '" + call.kind.action
                                + "' over scope '" + call.scope()
                                + "' or the scope is invalid. If access was recently granted, please refresh your"
                                + " credentials.")));
    }

    private static Optional<ArmResponse> unregistered(Call call, Subscription subscription) {
        return call.kind == ApiCall.PUT_CLUSTER && !subscription.providerUsable()
                ? Optional.of(ArmResponse.of(new ArmError(
                        409,
                        "MissingSubscriptionRegistration",
                        "The subscription is not registered to use namespace 'Microsoft.ContainerService'. See"
                                + " https://aka.ms/rps-not-found for how to register subscriptions.")))
                : Optional.empty();
    }

    private Optional<ArmResponse> locked(Call call) {
        if (!call.kind.writes() || call.group().isEmpty() || call.kind.api == Api.LOCKS) {
            return Optional.empty();
        }
        boolean whole = call.kind == ApiCall.DELETE_GROUP;
        List<String> scopes = state.locks.values().stream()
                .filter(lock -> lock.covers(call.scope()) || (whole && lock.isWithin(call.scope())))
                .filter(lock -> lock.forbids(call.kind))
                .map(Lock::scope)
                .distinct()
                .toList();
        return scopes.isEmpty()
                ? Optional.empty()
                : Optional.of(ArmResponse.of(new ArmError(
                        409,
                        "ScopeLocked",
                        "The scope '" + call.scope() + "' cannot perform "
                                + (call.request.method().equals("DELETE") ? "delete" : "write")
                                + " operation because following scope(s) are locked: '" + String.join("', '", scopes)
                                + "'. Please remove the lock and try again.")));
    }
}
