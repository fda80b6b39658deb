package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.Fleet;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Azure Resource Manager without a network: requests in, answers out, time and seed from outside. {@link ArmSimulator} puts it
 * behind HTTPS; tests and benchmarks in virtual time call it directly.
 *
 * <p>Thread-safe: one lock for everything, since an answer takes microseconds.
 */
public final class ArmModel {

    /** A bearer token that is always good, for clients without a sign-in. */
    public static final String SANDBOX_TOKEN = "sandbox";

    /** Of a response that the caller never sees. */
    private static final int NO_STATUS = 0;

    private final InstantSource clock;
    private final ArmState state;
    private final SignIn signIn;
    private final Throttles throttles;
    private final SubscriptionCalls subscriptionCalls;
    private final ClusterCalls clusterCalls;
    private final Random requestIds;
    private final Durations latencies;
    private final Journal journal = new Journal();
    private long requests;

    public ArmModel(Fleet fleet, ArmOptions options, InstantSource clock) {
        this.clock = clock;
        state = new ArmState(fleet, options, clock.instant());
        Set<String> tenants = new HashSet<>();
        fleet.subscriptions().forEach(subscription -> tenants.add(subscription.tenantId()));
        signIn = new SignIn(SANDBOX_TOKEN, tenants, state::newId);
        throttles = new Throttles(fleet.spec().speed());
        subscriptionCalls = new SubscriptionCalls(state);
        clusterCalls = new ClusterCalls(state);
        requestIds = new Random(fleet.spec().seed() ^ 0xB10C5L);
        latencies = new Durations(
                fleet.spec().seed() ^ 0x1A7E4C1L,
                options.medianLatency(),
                options.latencySpread(),
                fleet.spec().speed());
    }

    // ---- what a test may see and do behind ARM's back

    /** Where clients reach this; links in answers begin with it. */
    public synchronized void setEndpoint(String endpoint) {
        state.setEndpoint(endpoint);
    }

    /** Every request answered so far. */
    public Journal journal() {
        return journal;
    }

    /** Makes something go wrong as often as the rule says. */
    public synchronized void inject(FaultRule rule) {
        state.faults.add(rule);
    }

    /** Rules that are not used up. */
    public synchronized List<FaultRule> faults() {
        return state.faults.rules();
    }

    /** Nothing more goes wrong. */
    public synchronized void clearFaults() {
        state.faults.clear();
    }

    /** What the nodes of a cluster shall run; empty if there is no such cluster (any more). */
    public synchronized Optional<AppliedConfiguration> applied(String clusterId) {
        return state.find(clusterId, clock.instant()).map(ManagedCluster::applied);
    }

    /** The cluster as Azure keeps it, kubeProxyConfig as it was sent. */
    public synchronized Optional<ObjectNode> document(String clusterId) {
        return state.find(clusterId, clock.instant())
                .map(cluster -> cluster.document().deepCopy());
    }

    /** Changes a cluster behind everybody's back; its eTag changes and its nodes follow. */
    public synchronized void edit(String clusterId, Consumer<ObjectNode> change) {
        state.find(clusterId, clock.instant())
                .orElseThrow(() -> new IllegalArgumentException("no such cluster: " + clusterId))
                .edit(change, clock.instant());
    }

    /** Deletes a cluster at once. */
    public synchronized void remove(String clusterId) {
        state.clusters.remove(clusterId.toLowerCase(Locale.ROOT));
    }

    /** Registers or unregisters KubeProxyConfigurationPreview in a subscription at once. */
    public synchronized void setFeature(String subscriptionId, boolean registered) {
        subscription(subscriptionId).setFeature(registered);
    }

    /** As in a subscription that has never used Microsoft.ContainerService. */
    public synchronized void unregisterProvider(String subscriptionId) {
        subscription(subscriptionId).unregisterProvider();
    }

    /** Takes every right in a subscription but these, given as in a role definition, such as {@code Microsoft.Features/*}. */
    public synchronized void setRights(String subscriptionId, List<String> actions) {
        subscription(subscriptionId).setRights(actions);
    }

    private Subscription subscription(String id) {
        Subscription subscription = state.subscriptions.get(id.toLowerCase(Locale.ROOT));
        if (subscription == null) {
            throw new IllegalArgumentException("no such subscription: " + id);
        }
        return subscription;
    }

    synchronized ObjectNode save() {
        return state.save();
    }

    synchronized void restore(JsonNode saved) {
        state.restore(saved, clock.instant());
    }

    // ---- ARM

    /**
     * Answers a request.
     *
     * @param headers names in any casing
     */
    public ArmAnswer answer(String method, URI uri, Map<String, String> headers, byte[] body) {
        Map<String, String> lower = new HashMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        String query = uri.getRawQuery();
        return answer(
                new ArmRequest(method, uri.getPath(), query == null ? Map.of() : Forms.decode(query), lower, body));
    }

    private synchronized ArmAnswer answer(ArmRequest request) {
        Instant now = clock.instant();
        Call call;
        ArmResponse response;
        switch (CallKind.of(request.method(), request.path())) {
            case CallKind.Lookup.Found(CallKind.Match(CallKind kind, Map<String, String> names)) -> {
                call = new Call(now, request, kind, names);
                response = gate(call);
            }
            case CallKind.Lookup.WrongMethod _ -> {
                call = new Call(now, request, CallKind.UNKNOWN, Map.of());
                response = fail(
                        405,
                        "MethodNotAllowed",
                        "The method " + request.method() + " is not allowed on '" + request.path() + "'.");
            }
            case CallKind.Lookup.Nothing _ -> {
                call = new Call(now, request, CallKind.UNKNOWN, Map.of());
                response = fail(404, "InvalidResourceType", "There is nothing at '" + request.path() + "'.");
            }
        }
        return deliver(call, response);
    }

    private ArmAnswer deliver(Call call, ArmResponse response) {
        Map<String, String> headers = new HashMap<>(response.headers());
        String requestId = new UUID(requestIds.nextLong(), requestIds.nextLong()).toString();
        headers.put("x-ms-request-id", requestId);
        headers.put(
                "x-ms-correlation-request-id",
                call.request.header("x-ms-correlation-request-id").orElse(requestId));
        headers.put("x-ms-routing-request-id", "SIMULATED:" + call.now + ":" + requestId);
        call.request.header("x-ms-client-request-id").ifPresent(id -> headers.put("x-ms-client-request-id", id));
        headers.put("Cache-Control", "no-cache");
        Duration after = latencies.next();
        Optional<Fault.Delay> delay = state.faults.take(call, Fault.Delay.class);
        if (delay.isPresent()) {
            after = after.plus(state.scaled(delay.get().by()));
        }
        boolean dropped = response.status() == NO_STATUS
                || state.faults
                        .take(call, Fault.NoAnswer.class, Fault.NoAnswer::processed)
                        .isPresent();
        journal.add(new JournalEntry(
                ++requests,
                call.now,
                call.kind,
                call.request.method(),
                call.request.path(),
                call.clusterId().orElse(null),
                dropped ? 0 : response.status(),
                call.body,
                call.lost,
                call.changed,
                call.operationEndsAt));
        return new ArmAnswer(response.status(), headers, bytes(response.body()), after, dropped);
    }

    private static byte[] bytes(JsonNode body) {
        try {
            return body.isMissingNode() ? new byte[0] : Json.MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written", e);
        }
    }

    /** Everything that stands before a resource provider, in ARM's order. */
    private ArmResponse gate(Call call) {
        if (call.kind == CallKind.TOKEN) {
            return refusal(call).orElseGet(() -> signIn.token(call));
        }
        Optional<ArmResponse> refused = signIn.refusal(call, state.endpoint()).or(() -> badVersion(call));
        if (refused.isPresent()) {
            return refused.get();
        }
        if (call.kind == CallKind.LIST_SUBSCRIPTIONS) {
            return refusal(call).orElseGet(subscriptionCalls::list);
        }
        Subscription subscription = state.subscriptions.get(call.subscription());
        if (subscription == null) {
            return unknownSubscription(call);
        }
        Throttles.Charge charge = throttles.charge(call, region(call));
        ArmResponse response = charge.refusal()
                .or(() -> refusal(call))
                .or(() -> forbidden(call, subscription))
                .or(() -> unregistered(call, subscription))
                .or(() -> locked(call))
                .orElseGet(() -> serve(call, subscription));
        Map<String, String> headers = new HashMap<>(response.headers());
        headers.putAll(charge.headers());
        return new ArmResponse(response.status(), headers, response.body());
    }

    private static ArmResponse unknownSubscription(Call call) {
        try {
            UUID.fromString(call.subscription());
        } catch (IllegalArgumentException e) {
            return fail(
                    400,
                    "InvalidSubscriptionId",
                    "The provided subscription identifier '" + call.name("subscription")
                            + "' is malformed or invalid.");
        }
        return fail(
                404,
                "SubscriptionNotFound",
                "The subscription '" + call.name("subscription") + "' could not be found.");
    }

    private String region(Call call) {
        return call.clusterId()
                .flatMap(id -> state.find(id, call.now))
                .map(ManagedCluster::location)
                .orElseGet(() -> call.name("location"))
                .toLowerCase(Locale.ROOT);
    }

    private Optional<ArmResponse> badVersion(Call call) {
        String version = call.apiVersion();
        if (version.isEmpty()) {
            return Optional.of(fail(
                    400,
                    "MissingApiVersionParameter",
                    "The api-version query parameter (?api-version=) is required for all requests."));
        }
        List<String> known = call.kind.api.versions(state.options.apiVersions());
        if (known.contains(version)) {
            return Optional.empty();
        }
        String supported = String.join(", ", known);
        return Optional.of(
                call.kind.api.namespace.equals("Microsoft.ContainerService")
                        ? fail(
                                400,
                                "NoRegisteredProviderFound",
                                "No registered resource provider found for location '" + region(call)
                                        + "' and API version '" + version + "' for type '" + call.kind.api.type
                                        + "'. The supported api-versions are '" + supported + "'.")
                        : fail(
                                400,
                                "InvalidApiVersionParameter",
                                "The api-version '" + version + "' is invalid. The supported versions are '" + supported
                                        + "'."));
    }

    private Optional<ArmResponse> refusal(Call call) {
        Optional<ArmResponse> refused = state.faults
                .take(call, Fault.Refuse.class)
                .map(fault -> {
                    Duration wait = fault.retryAfter();
                    return new ArmResponse(
                            fault.status(),
                            wait == null
                                    ? Map.of()
                                    : Map.of(
                                            "Retry-After",
                                            Long.toString(wait.plusMillis(999).toSeconds())),
                            new ArmError(fault.status(), fault.code(), fault.message()).body());
                });
        return refused.or(() -> state.faults
                .take(call, Fault.NoAnswer.class, fault -> !fault.processed())
                .map(fault -> new ArmResponse(NO_STATUS, MissingNode.getInstance())));
    }

    private static Optional<ArmResponse> forbidden(Call call, Subscription subscription) {
        return subscription.allows(call.kind.action)
                ? Optional.empty()
                : Optional.of(fail(
                        403,
                        "AuthorizationFailed",
                        "The client '" + call.principal + "' with object id '" + call.principal
                                + "' does not have authorization to perform action '" + call.kind.action
                                + "' over scope '" + call.scope()
                                + "' or the scope is invalid. If access was recently granted, please refresh your"
                                + " credentials."));
    }

    private static Optional<ArmResponse> unregistered(Call call, Subscription subscription) {
        return call.kind == CallKind.PUT_CLUSTER && !subscription.providerUsable()
                ? Optional.of(fail(
                        409,
                        "MissingSubscriptionRegistration",
                        "The subscription is not registered to use namespace 'Microsoft.ContainerService'. See"
                                + " https://aka.ms/rps-not-found for how to register subscriptions."))
                : Optional.empty();
    }

    private Optional<ArmResponse> locked(Call call) {
        if (!call.kind.writes() || call.clusterId().isEmpty() || call.kind.api == Api.LOCKS) {
            return Optional.empty();
        }
        List<String> scopes = state.locks.values().stream()
                .filter(lock -> lock.covers(call.scope()) && lock.forbids(call.kind))
                .map(Lock::scope)
                .toList();
        return scopes.isEmpty()
                ? Optional.empty()
                : Optional.of(fail(
                        409,
                        "ScopeLocked",
                        "The scope '" + call.scope() + "' cannot perform "
                                + (call.request.method().equals("DELETE") ? "delete" : "write")
                                + " operation because following scope(s) are locked: '" + String.join(", ", scopes)
                                + "'. Please remove the lock and try again."));
    }

    private ArmResponse serve(Call call, Subscription subscription) {
        return switch (call.kind) {
            case TOKEN, LIST_SUBSCRIPTIONS, UNKNOWN ->
                throw new IllegalStateException(call.kind + " belongs to no subscription");
            case GET_SUBSCRIPTION -> new ArmResponse(200, subscription.shown());
            case LIST_GROUPS -> subscriptionCalls.groups(subscription);
            case GET_GROUP -> subscriptionCalls.group(call);
            case PUT_GROUP -> subscriptionCalls.putGroup(call);
            case GET_PROVIDER -> subscriptionCalls.provider(call, subscription);
            case REGISTER_PROVIDER -> subscriptionCalls.registerProvider(call, subscription);
            case LIST_FEATURES -> subscriptionCalls.features(call, subscription);
            case GET_FEATURE -> subscriptionCalls.feature(call, subscription);
            case REGISTER_FEATURE -> subscriptionCalls.registerFeature(call, subscription);
            case UNREGISTER_FEATURE -> subscriptionCalls.unregisterFeature(call, subscription);
            case LIST_PERMISSIONS -> subscriptionCalls.permissions(subscription);
            case LIST_LOCKS -> subscriptionCalls.locks(call);
            case GET_LOCK -> subscriptionCalls.lock(call);
            case PUT_LOCK -> subscriptionCalls.putLock(call);
            case DELETE_LOCK -> subscriptionCalls.deleteLock(call);
            case LIST_CLUSTERS -> clusterCalls.list(call);
            case GET_CLUSTER -> ofCluster(call, cluster -> clusterCalls.get(call, cluster));
            case PUT_CLUSTER -> clusterCalls.put(call, subscription);
            case PATCH_CLUSTER -> ofCluster(call, cluster -> clusterCalls.patch(call, cluster));
            case DELETE_CLUSTER -> clusterCalls.delete(call);
            case START_CLUSTER -> ofCluster(call, cluster -> clusterCalls.power(call, cluster, true));
            case STOP_CLUSTER -> ofCluster(call, cluster -> clusterCalls.power(call, cluster, false));
            case LIST_POOLS -> ofCluster(call, clusterCalls::pools);
            case GET_POOL -> ofCluster(call, cluster -> clusterCalls.pool(call, cluster));
            case LIST_MAINTENANCE -> ofCluster(call, subscriptionCalls::maintenance);
            case GET_MAINTENANCE -> ofCluster(call, cluster -> subscriptionCalls.oneMaintenance(call, cluster));
            case PUT_MAINTENANCE -> ofCluster(call, cluster -> subscriptionCalls.putMaintenance(call, cluster));
            case DELETE_MAINTENANCE -> ofCluster(call, cluster -> subscriptionCalls.deleteMaintenance(call, cluster));
            case GET_OPERATION -> clusterCalls.operation(call);
            case GET_OPERATION_RESULT -> clusterCalls.operationResult(call);
        };
    }

    private ArmResponse ofCluster(Call call, Function<ManagedCluster, ArmResponse> answer) {
        return state.find(call.scope(), call.now)
                .map(answer)
                .orElseGet(() -> ArmResponse.of(ClusterCalls.notFound(call)));
    }

    private static ArmResponse fail(int status, String code, String message) {
        return ArmResponse.of(new ArmError(status, code, message));
    }
}
