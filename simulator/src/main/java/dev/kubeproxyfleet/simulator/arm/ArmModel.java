package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.NodeSoftware;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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
import org.jboss.logging.Logger;

/**
 * Azure Resource Manager without a network: requests in, answers out, time and seed from outside. {@link ArmSimulator} puts it
 * behind HTTPS; tests and benchmarks in virtual time call it directly.
 *
 * <p>Thread-safe: one lock for everything, since an answer takes microseconds.
 */
public final class ArmModel {

    /** A bearer token that is always good, for clients without a sign-in. */
    public static final String SANDBOX_TOKEN = "sandbox";

    private static final Logger LOG = Logger.getLogger(ArmModel.class);

    /** Headers of every answer of Azure Resource Manager. */
    private static final Map<String, String> ALWAYS = Map.of(
            "Cache-Control", "no-cache",
            "Pragma", "no-cache",
            "Expires", "-1",
            "Strict-Transport-Security", "max-age=31536000; includeSubDomains",
            "X-Content-Type-Options", "nosniff");

    private static final String ROUTED_THROUGH = "WESTEUROPE:";
    private static final DateTimeFormatter ROUTING_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private final ArmState state;
    private final SignIn signIn;
    private final ArmChecks checks;
    private final Dispatcher dispatcher;
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
        checks = new ArmChecks(state, signIn, new Throttles(fleet.spec().speed()));
        dispatcher = new Dispatcher(state);
        requestIds = new Random(fleet.spec().seed() ^ 0xB10C5L);
        latencies = new Durations(
                fleet.spec().seed() ^ 0x1A7E4C1L,
                options.latency(),
                fleet.spec().speed());
    }

    // ---- what a test may see and do behind ARM's back

    /** Where clients reach this; links in answers begin with it. */
    public synchronized void setEndpoint(String endpoint) {
        state.setEndpoint(endpoint);
        settleIssuers();
    }

    /** Where the clusters' Kubernetes APIs are; until this is called, nobody reaches any. */
    public synchronized void setKubernetes(KubernetesServers servers) {
        state.setKubernetes(servers);
    }

    /** Who a token of the sign-in stands for, if it is good now and was asked for this audience. */
    public synchronized Optional<String> principal(String token, String audience) {
        return signIn.principal(token, audience, clock.instant());
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

    /** Has writes of clusters evaluated by a policy, from now on. */
    public synchronized void assign(ExternalPolicy policy) {
        state.policies.assign(policy);
    }

    /** Policies that have writes evaluated. */
    public synchronized List<ExternalPolicy> policies() {
        return state.policies.all();
    }

    /** No policy has writes evaluated any more. */
    public synchronized void clearPolicies() {
        state.policies.clear();
    }

    /** What the nodes of a cluster shall run; empty if there is no such cluster (any more). */
    public synchronized Optional<AppliedConfiguration> applied(String clusterId) {
        return state.find(clusterId, clock.instant()).map(ManagedCluster::applied);
    }

    /** What runs on the nodes of a cluster, of an unknown one as well. */
    public synchronized NodeSoftware software(String clusterId) {
        return state.find(clusterId, clock.instant())
                .map(cluster -> cluster.software(clusterId))
                .orElse(NodeSoftware.USUAL);
    }

    /** The region of a cluster; empty if there is no such cluster (any more). */
    public synchronized Optional<String> region(String clusterId) {
        return state.find(clusterId, clock.instant()).map(ManagedCluster::location);
    }

    /** Ids, in lower case, of the clusters that there are now, those that are being created or deleted too. */
    public synchronized List<String> clusterIds() {
        Instant now = clock.instant();
        return List.copyOf(state.clusters.keySet()).stream()
                .filter(id -> state.find(id, now).isPresent())
                .toList();
    }

    /** Linux nodes that a cluster has now; empty if there is no such cluster (any more). */
    public synchronized Optional<LinuxNodes> linuxNodes(String clusterId) {
        return state.find(clusterId, clock.instant()).map(ManagedCluster::linuxNodes);
    }

    /** Says how many nodes autoprovisioning adds to a cluster, where it is on; {@code nodes} are 0 or more. */
    public synchronized void setAutoprovisioned(String clusterId, int nodes) {
        if (nodes < 0 || nodes > FleetSpec.MAX_NODES_PER_CLUSTER) {
            throw new IllegalArgumentException(
                    "autoprovisioned nodes must be 0 to " + FleetSpec.MAX_NODES_PER_CLUSTER + ", not " + nodes);
        }
        existing(clusterId).setAutoprovisioned(nodes);
    }

    private ManagedCluster existing(String clusterId) {
        return state.find(clusterId, clock.instant())
                .orElseThrow(() -> new IllegalArgumentException("no such cluster: " + clusterId));
    }

    /** The cluster as Azure keeps it, kubeProxyConfig as it was sent. */
    public synchronized Optional<ObjectNode> document(String clusterId) {
        return state.find(clusterId, clock.instant())
                .map(cluster -> cluster.document().deepCopy());
    }

    /** Another one after each change of the document; empty if there is no such cluster (any more). */
    public synchronized Optional<String> eTag(String clusterId) {
        return state.find(clusterId, clock.instant()).map(ManagedCluster::eTag);
    }

    /** Changes a cluster behind everybody's back; its eTag changes and its nodes follow. */
    public synchronized void edit(String clusterId, Consumer<ObjectNode> change) {
        existing(clusterId).edit(change, clock.instant());
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
        return SavedState.of(state, clock.instant());
    }

    synchronized void restore(JsonNode saved) {
        SavedState.restore(state, saved, clock.instant());
        settleIssuers();
    }

    private void settleIssuers() {
        state.clusters.values().forEach(cluster -> ClusterIssuers.settle(cluster.document(), state.endpoint()));
    }

    /** URL of a cluster's OIDC issuer; empty if it has none, or there is no such cluster (any more). */
    synchronized Optional<String> oidcIssuer(String clusterId) {
        ManagedCluster cluster = state.clusters.get(clusterId);
        return cluster == null
                ? Optional.empty()
                : Optional.of(cluster.document().at("/properties/oidcIssuerProfile"))
                        .filter(profile -> profile.path("enabled").asBoolean() && profile.hasNonNull("issuerURL"))
                        .map(profile -> profile.path("issuerURL").asText());
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
        return answer(new ReceivedRequest(
                method, uri.getRawPath(), query == null ? Map.of() : Forms.decode(query), lower, body));
    }

    private synchronized ArmAnswer answer(ReceivedRequest request) {
        Instant now = clock.instant();
        ApiCall.Lookup lookup = ApiCall.of(request.method(), request.path());
        Call call = lookup instanceof ApiCall.Lookup.Found(ApiCall.Match(ApiCall kind, Map<String, String> names))
                ? new Call(now, request, kind, names)
                : new Call(now, request, ApiCall.UNKNOWN, Map.of());
        ArmResponse response;
        try {
            response = checks.refuseAnybody(call).orElseGet(() -> switch (lookup) {
                case ApiCall.Lookup.Found _ -> found(call);
                case ApiCall.Lookup.WrongMethod(Set<String> allowed) -> Nowhere.wrongMethod(call, allowed);
                case ApiCall.Lookup.Nothing _ -> Nowhere.nothing(call);
            });
        } catch (RuntimeException e) {
            // A bug of the simulator must not look like a broken line.
            LOG.errorf(e, "%s %s cannot be answered", request.method(), request.path());
            response = ArmResponse.of(new ArmError(500, "InternalServerError", "The simulator failed: " + e));
        }
        return deliver(call, response);
    }

    private ArmResponse found(Call call) {
        if (call.kind == ApiCall.TOKEN) {
            return signIn.token(call);
        }
        if (call.kind == ApiCall.GET_OPENID_CONFIGURATION) {
            return signIn.openIdConfiguration(call, state.endpoint());
        }
        if (call.kind == ApiCall.GET_ENDPOINTS) {
            return dispatcher.endpoints();
        }
        if (call.kind.ofTenant()) {
            return checks.passTenant(call, () -> dispatcher.serveTenant(call));
        }
        return checks.pass(call, dispatcher::serve);
    }

    private ArmAnswer deliver(Call call, ArmResponse response) {
        Map<String, String> headers = new HashMap<>(ALWAYS);
        headers.putAll(response.headers());
        String requestId = new UUID(requestIds.nextLong(), requestIds.nextLong()).toString();
        headers.put("x-ms-request-id", requestId);
        headers.put(
                "x-ms-correlation-request-id",
                call.request.header("x-ms-correlation-request-id").orElse(requestId));
        headers.put("x-ms-routing-request-id", ROUTED_THROUGH + ROUTING_TIME.format(call.now) + ":" + requestId);
        if (call.request.header("x-ms-return-client-request-id").orElse("").equalsIgnoreCase("true")) {
            call.request.header("x-ms-client-request-id").ifPresent(id -> headers.put("x-ms-client-request-id", id));
        }
        ArmError error = response.error();
        if (error != null) {
            headers.put("x-ms-failure-cause", error.source().name().toLowerCase(Locale.ROOT));
        }
        Duration after = latencies.next();
        Optional<Fault.Delay> delay = state.faults.take(call, Fault.Delay.class);
        if (delay.isPresent()) {
            after = after.plus(state.scaled(delay.get().by()));
        }
        boolean dropped = response.status() == ArmResponse.NO_STATUS
                || state.faults
                        .take(call, Fault.NoAnswer.class, Fault.NoAnswer::processed)
                        .isPresent();
        journal.add(new JournalEntry(
                ++requests,
                call.now,
                call.kind,
                call.request.method(),
                call.request.path(),
                call.request.query(),
                call.request.headers(),
                call.clusterId().orElse(null),
                dropped ? 0 : response.status(),
                call.body,
                call.lost,
                call.changed,
                call.operationEndsAt));
        return new ArmAnswer(response.status(), headers, bytes(response), after, dropped);
    }

    private byte[] bytes(ArmResponse response) {
        ArmError error = response.error();
        if (error == null) {
            return bytes(response.body());
        }
        boolean bare =
                error.source() == ArmError.Source.SERVICE && state.options.errorForm() == ArmOptions.ErrorForm.BARE;
        return bytes(bare ? error.bareBody() : error.body());
    }

    private static byte[] bytes(JsonNode body) {
        try {
            return switch (body) {
                case MissingNode _ -> new byte[0];
                case TextNode page -> page.textValue().getBytes(StandardCharsets.UTF_8);
                default -> Json.MAPPER.writeValueAsBytes(body);
            };
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written", e);
        }
    }
}
