package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import dev.kubeproxyfleet.simulator.world.SimulatedSubscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the simulated Azure knows, and how it answers. Time and randomness come from outside; nothing here waits: an operation
 * ends when somebody looks after its time has come.
 *
 * <p>Thread-safe: one lock for everything, since an answer takes microseconds.
 */
final class ArmState {

    /** Operations that can still be asked for; older ones answer 404. */
    static final int MAX_OPERATIONS = 10_000;

    /** Tokens that are good at one time; the oldest is forgotten for a new one. */
    static final int MAX_TOKENS = 1_000;

    static final int MAX_FAULTS = 10_000;

    private static final Duration TOKEN_LIFE = Duration.ofSeconds(3_599);
    private static final String FEATURE = "KubeProxyConfigurationPreview";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** ARM's own limits: reads and writes of a subscription, bucket and refill a second. */
    private static final int READS = 250;

    private static final double READS_PER_SECOND = 25;
    private static final int WRITES = 200;
    private static final double WRITES_PER_SECOND = 10;

    private final InstantSource clock;
    private final ArmOptions options;
    private final String fixedToken;
    private final double speed;
    private final Random ids;
    private final Durations durations;
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private final NavigableMap<String, ManagedCluster> clusters = new TreeMap<>();
    private final Map<UUID, Operation> operations = newestOf(MAX_OPERATIONS);
    private final Map<String, Instant> tokens = newestOf(MAX_TOKENS);
    private final List<Fault> faults = new ArrayList<>();
    private final Journal journal = new Journal();
    private String endpoint = "";
    private long requests;

    private static final class Subscription {
        final SimulatedSubscription subscription;
        final TokenBucket reads;
        final TokenBucket writes;
        boolean registered = true;

        @Nullable
        Instant registeredAt;

        Subscription(SimulatedSubscription subscription, Instant now) {
            this.subscription = subscription;
            this.reads = new TokenBucket(READS, READS_PER_SECOND, now);
            this.writes = new TokenBucket(WRITES, WRITES_PER_SECOND, now);
        }
    }

    /** What a call is about, and what became of it, for the journal. */
    private static final class Call {
        final Instant now;
        final ArmRequest request;
        CallKind kind = CallKind.UNKNOWN;

        @Nullable
        String cluster;

        @Nullable
        JsonNode body;

        List<String> lost = List.of();
        List<String> changed = List.of();

        @Nullable
        Instant operationEndsAt;

        Call(Instant now, ArmRequest request) {
            this.now = now;
            this.request = request;
        }
    }

    ArmState(Fleet fleet, ArmOptions options, InstantSource clock, String fixedToken) {
        this.clock = clock;
        this.options = options;
        this.fixedToken = fixedToken;
        this.speed = fleet.spec().speed();
        this.ids = new Random(fleet.spec().seed() ^ 0x5DEECE66DL);
        this.durations =
                new Durations(fleet.spec().seed(), options.medianOperation(), options.operationSpread(), speed);
        Instant now = clock.instant();
        for (SimulatedSubscription subscription : fleet.subscriptions()) {
            subscriptions.put(subscription.id(), new Subscription(subscription, now));
        }
        for (SimulatedCluster cluster : fleet.clusters()) {
            clusters.put(
                    cluster.id(),
                    new ManagedCluster(
                            cluster.subscription(), cluster.resourceGroup(), cluster.document(), now, this::eTag));
        }
    }

    private static <K, V> Map<K, V> newestOf(int limit) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > limit;
            }
        };
    }

    /** Where clients reach this; links in answers begin with it. */
    synchronized void setEndpoint(String endpoint) {
        this.endpoint = endpoint;
    }

    Journal journal() {
        return journal;
    }

    synchronized void inject(Fault fault) {
        if (faults.size() == MAX_FAULTS) {
            throw new IllegalStateException("more than " + MAX_FAULTS + " faults are waiting to happen");
        }
        faults.add(fault);
    }

    synchronized Optional<AppliedConfiguration> applied(String clusterId) {
        return find(clusterId).map(ManagedCluster::applied);
    }

    synchronized Optional<ObjectNode> document(String clusterId) {
        return find(clusterId).map(cluster -> cluster.document().deepCopy());
    }

    synchronized void edit(String clusterId, Consumer<ObjectNode> change) {
        find(clusterId)
                .orElseThrow(() -> new IllegalArgumentException("no such cluster: " + clusterId))
                .edit(change, clock.instant());
    }

    synchronized void remove(String clusterId) {
        clusters.remove(clusterId.toLowerCase(Locale.ROOT));
    }

    synchronized void setFeature(String subscriptionId, boolean registered) {
        Subscription subscription = subscriptions.get(subscriptionId);
        if (subscription == null) {
            throw new IllegalArgumentException("no such subscription: " + subscriptionId);
        }
        subscription.registered = registered;
        subscription.registeredAt = null;
    }

    /** Documents by cluster id, as {@link #restore} takes them; operations that run appear as ended. */
    synchronized ObjectNode save() {
        ObjectNode saved = JSON.objectNode();
        clusters.forEach((id, cluster) -> saved.set(id, cluster.whenDone()));
        return saved;
    }

    /** Puts clusters of this fleet back as {@link #save} left them; unknown ones are skipped. */
    synchronized void restore(JsonNode saved) {
        Instant now = clock.instant();
        clusters.replaceAll((id, cluster) -> saved.get(id) instanceof ObjectNode document
                ? new ManagedCluster(cluster.subscription(), cluster.group(), document, now, this::eTag)
                : cluster);
    }

    private Optional<ManagedCluster> find(String clusterId) {
        ManagedCluster cluster = clusters.get(clusterId.toLowerCase(Locale.ROOT));
        if (cluster != null) {
            cluster.settle(clock.instant());
        }
        return Optional.ofNullable(cluster);
    }

    private String eTag() {
        return new UUID(ids.nextLong(), ids.nextLong()).toString();
    }

    synchronized ArmResponse handle(ArmRequest request) {
        Call call = new Call(clock.instant(), request);
        ArmResponse response = answer(call);
        Map<String, String> headers = new HashMap<>(response.headers());
        String requestId = eTag();
        headers.put("x-ms-request-id", requestId);
        headers.put(
                "x-ms-correlation-request-id",
                request.header("x-ms-correlation-request-id").orElse(requestId));
        headers.put("x-ms-routing-request-id", "SIMULATED:" + call.now + ":" + requestId);
        request.header("x-ms-client-request-id").ifPresent(id -> headers.put("x-ms-client-request-id", id));
        headers.put("Cache-Control", "no-cache");
        journal.add(new JournalEntry(
                ++requests,
                call.now,
                call.kind,
                request.method(),
                request.path(),
                call.cluster,
                response.status(),
                call.body,
                call.lost,
                call.changed,
                call.operationEndsAt));
        return new ArmResponse(response.status(), headers, response.body());
    }

    private ArmResponse answer(Call call) {
        ArmRequest request = call.request;
        Route route = Route.of(request.path()).orElse(null);
        if (route == null) {
            return fail(404, "InvalidResourceType", "There is nothing at '" + request.path() + "'.");
        }
        call.kind = kind(request.method(), route);
        if (route instanceof Route.Cluster cluster) {
            call.cluster = clusterId(cluster.subscription(), cluster.group(), cluster.name());
        } else if (route instanceof Route.Maintenance cluster) {
            call.cluster = clusterId(cluster.subscription(), cluster.group(), cluster.name());
        }
        if (call.kind == CallKind.UNKNOWN) {
            return fail(
                    405,
                    "MethodNotAllowed",
                    "The method " + request.method() + " is not allowed on '" + request.path() + "'.");
        }
        if (route instanceof Route.Token token) {
            return refusal(call).orElseGet(() -> token(call, token.tenant()));
        }
        Optional<ArmResponse> refused = unauthorized(call).or(() -> badVersion(call, route));
        if (refused.isPresent()) {
            return refused.get();
        }
        String subscriptionId = subscriptionOf(route);
        if (subscriptionId == null) {
            return refusal(call).orElseGet(this::listSubscriptions);
        }
        Subscription subscription = subscriptions.get(subscriptionId.toLowerCase(Locale.ROOT));
        if (subscription == null) {
            return fail(404, "SubscriptionNotFound", "The subscription '" + subscriptionId + "' could not be found.");
        }
        ArmResponse response = refusal(call).orElseGet(() -> serve(call, route, subscription));
        boolean read = request.method().equals("GET");
        Map<String, String> headers = new HashMap<>(response.headers());
        headers.put(
                "x-ms-ratelimit-remaining-subscription-" + (read ? "reads" : "writes"),
                Long.toString((read ? subscription.reads : subscription.writes).spend(call.now)));
        return new ArmResponse(response.status(), headers, response.body());
    }

    private static CallKind kind(String method, Route route) {
        CallKind reading = CallKind.UNKNOWN;
        CallKind posting = CallKind.UNKNOWN;
        CallKind putting = CallKind.UNKNOWN;
        switch (route) {
            case Route.Token _ -> posting = CallKind.TOKEN;
            case Route.Subscriptions _ -> reading = CallKind.LIST_SUBSCRIPTIONS;
            case Route.Subscription _ -> reading = CallKind.GET_SUBSCRIPTION;
            case Route.Provider _ -> reading = CallKind.GET_PROVIDER;
            case Route.RegisterProvider _ -> posting = CallKind.REGISTER_PROVIDER;
            case Route.ClustersOfSubscription _, Route.ClustersOfGroup _ -> reading = CallKind.LIST_CLUSTERS;
            case Route.Cluster _ -> {
                reading = CallKind.GET_CLUSTER;
                putting = CallKind.PUT_CLUSTER;
            }
            case Route.Maintenance _ -> reading = CallKind.LIST_MAINTENANCE;
            case Route.Operation _ -> reading = CallKind.GET_OPERATION;
            case Route.Feature _ -> reading = CallKind.GET_FEATURE;
            case Route.RegisterFeature _ -> posting = CallKind.REGISTER_FEATURE;
        }
        return switch (method) {
            case "GET" -> reading;
            case "POST" -> posting;
            case "PUT" -> putting;
            default -> CallKind.UNKNOWN;
        };
    }

    private static @Nullable String subscriptionOf(Route route) {
        return switch (route) {
            case Route.Token _ -> null;
            case Route.Subscriptions _ -> null;
            case Route.Subscription r -> r.subscription();
            case Route.Provider r -> r.subscription();
            case Route.RegisterProvider r -> r.subscription();
            case Route.ClustersOfSubscription r -> r.subscription();
            case Route.ClustersOfGroup r -> r.subscription();
            case Route.Cluster r -> r.subscription();
            case Route.Maintenance r -> r.subscription();
            case Route.Operation r -> r.subscription();
            case Route.Feature r -> r.subscription();
            case Route.RegisterFeature r -> r.subscription();
        };
    }

    private ArmResponse serve(Call call, Route route, Subscription subscription) {
        return switch (route) {
            case Route.Token _ -> throw new IllegalStateException("a token belongs to no subscription");
            case Route.Subscriptions _ -> throw new IllegalStateException("the list belongs to no subscription");
            case Route.Subscription _ -> new ArmResponse(200, shown(subscription));
            case Route.Provider _ -> new ArmResponse(200, provider(subscription));
            case Route.RegisterProvider _ -> new ArmResponse(200, provider(subscription));
            case Route.ClustersOfSubscription _ -> list(call, subscription, null);
            case Route.ClustersOfGroup r -> list(call, subscription, r.group());
            case Route.Cluster r -> call.kind == CallKind.PUT_CLUSTER ? put(call, subscription, r) : get(call, r);
            case Route.Maintenance r -> maintenance(r);
            case Route.Operation r -> operation(call, r);
            case Route.Feature r -> feature(call, subscription, r.feature());
            case Route.RegisterFeature r -> registerFeature(call, subscription, r.feature());
        };
    }

    // ---- who may call, and with which version

    private ArmResponse token(Call call, String tenant) {
        Map<String, String> form = Forms.decode(new String(call.request.body(), StandardCharsets.UTF_8));
        if (!"client_credentials".equals(form.get("grant_type"))) {
            return badToken("unsupported_grant_type", "AADSTS70003: grant_type must be client_credentials.");
        }
        if (subscriptions.values().stream()
                .noneMatch(known -> known.subscription.tenantId().equalsIgnoreCase(tenant))) {
            return badToken("invalid_request", "AADSTS90002: Tenant '" + tenant + "' not found.");
        }
        if (form.getOrDefault("client_id", "").isEmpty()
                || form.getOrDefault("scope", "").isEmpty()) {
            return badToken("invalid_request", "AADSTS900144: The request must name client_id and scope.");
        }
        String token = "simulated." + eTag();
        tokens.put(token, call.now.plus(TOKEN_LIFE));
        ObjectNode body = JSON.objectNode();
        body.put("token_type", "Bearer");
        body.put("expires_in", TOKEN_LIFE.toSeconds());
        body.put("ext_expires_in", TOKEN_LIFE.toSeconds());
        body.put("access_token", token);
        return new ArmResponse(200, body);
    }

    private static ArmResponse badToken(String error, String description) {
        return new ArmResponse(400, JSON.objectNode().put("error", error).put("error_description", description));
    }

    private Optional<ArmResponse> unauthorized(Call call) {
        String authorization = call.request.header("Authorization").orElse("");
        if (authorization.isEmpty()) {
            return Optional.of(unauthorized("AuthenticationFailed", "The 'Authorization' header is missing."));
        }
        if (!authorization.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length())) {
            return Optional.of(unauthorized("AuthenticationFailedInvalidHeader", "The scheme must be Bearer."));
        }
        String token = authorization.substring("Bearer ".length()).trim();
        if (token.equals(fixedToken)) {
            return Optional.empty();
        }
        Instant expiry = tokens.get(token);
        if (expiry == null) {
            return Optional.of(unauthorized("InvalidAuthenticationToken", "The access token is invalid."));
        }
        return call.now.isBefore(expiry)
                ? Optional.empty()
                : Optional.of(
                        unauthorized("ExpiredAuthenticationToken", "The access token expired at " + expiry + "."));
    }

    private ArmResponse unauthorized(String code, String message) {
        String tenant = subscriptions.values().stream()
                .findFirst()
                .map(known -> known.subscription.tenantId())
                .orElse("common");
        String challenge = "Bearer authorization_uri=\"" + endpoint + "/" + tenant
                + "\", error=\"invalid_token\", error_description=\"" + message + "\"";
        return new ArmResponse(
                401,
                Map.of("WWW-Authenticate", challenge),
                new ArmError(401, code, "Authentication failed. " + message).body());
    }

    private Optional<ArmResponse> badVersion(Call call, Route route) {
        String version = call.request.query().get("api-version");
        if (version == null || version.isEmpty()) {
            return Optional.of(fail(
                    400,
                    "MissingApiVersionParameter",
                    "The api-version query parameter (?api-version=) is required for all requests."));
        }
        return switch (route) {
            case Route.Token _ -> Optional.empty();
            case Route.Subscriptions _, Route.Subscription _ -> invalidVersion(version, ApiVersions.SUBSCRIPTIONS);
            case Route.Provider _, Route.RegisterProvider _ -> invalidVersion(version, ApiVersions.RESOURCES);
            case Route.Feature _, Route.RegisterFeature _ -> invalidVersion(version, ApiVersions.FEATURES);
            case Route.Operation _ ->
                version.equals(ApiVersions.OPERATIONS) ? Optional.empty() : unregistered(version, "locations/operations");
            case Route.ClustersOfSubscription _, Route.ClustersOfGroup _, Route.Cluster _ ->
                unregistered(version, "managedClusters");
            case Route.Maintenance _ -> unregistered(version, "managedClusters/maintenanceConfigurations");
        };
    }

    private static Optional<ArmResponse> invalidVersion(String version, List<String> known) {
        return known.contains(version)
                ? Optional.empty()
                : Optional.of(fail(
                        400,
                        "InvalidApiVersionParameter",
                        "The api-version '" + version + "' is invalid. The supported versions are '"
                                + String.join(",", known) + "'."));
    }

    private Optional<ArmResponse> unregistered(String version, String type) {
        return options.apiVersions().contains(version)
                ? Optional.empty()
                : Optional.of(fail(
                        400,
                        "NoRegisteredProviderFound",
                        "No registered resource provider found for API version '" + version + "' for type '" + type
                                + "'. The supported api-versions are '" + String.join(", ", options.apiVersions())
                                + "'."));
    }

    private Optional<ArmResponse> refusal(Call call) {
        return takeFault(call, Fault.Refuse.class).map(fault -> {
            ArmResponse response = fail(fault.status(), fault.code(), fault.message());
            return fault.retryAfter() == null
                    ? response
                    : new ArmResponse(
                            response.status(),
                            Map.of(
                                    "Retry-After",
                                    Long.toString(
                                            fault.retryAfter().plusMillis(999).toSeconds())),
                            response.body());
        });
    }

    private <F extends Fault> Optional<F> takeFault(Call call, Class<F> type) {
        String name = call.cluster == null ? null : call.cluster.substring(call.cluster.lastIndexOf('/') + 1);
        for (Iterator<Fault> waiting = faults.iterator(); waiting.hasNext(); ) {
            Fault fault = waiting.next();
            if (type.isInstance(fault) && fault.concerns(call.kind, name)) {
                waiting.remove();
                return Optional.of(type.cast(fault));
            }
        }
        return Optional.empty();
    }

    private static ArmResponse fail(int status, String code, String message) {
        return ArmResponse.of(new ArmError(status, code, message));
    }

    // ---- subscriptions, provider, feature

    private ArmResponse listSubscriptions() {
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        subscriptions.values().forEach(subscription -> value.add(shown(subscription)));
        body.putObject("count").put("type", "Total").put("value", value.size());
        return new ArmResponse(200, body);
    }

    private static ObjectNode shown(Subscription subscription) {
        ObjectNode shown = JSON.objectNode();
        shown.put("id", "/subscriptions/" + subscription.subscription.id());
        shown.put("authorizationSource", "RoleBased");
        shown.putArray("managedByTenants");
        shown.put("subscriptionId", subscription.subscription.id());
        shown.put("tenantId", subscription.subscription.tenantId());
        shown.put("displayName", subscription.subscription.displayName());
        shown.put("state", "Enabled");
        shown.putObject("subscriptionPolicies")
                .put("locationPlacementId", "Public_2014-09-01")
                .put("quotaId", "EnterpriseAgreement_2014-09-01")
                .put("spendingLimit", "Off");
        return shown;
    }

    private ObjectNode provider(Subscription subscription) {
        ObjectNode provider = JSON.objectNode();
        provider.put(
                "id", "/subscriptions/" + subscription.subscription.id() + "/providers/Microsoft.ContainerService");
        provider.put("namespace", "Microsoft.ContainerService");
        ArrayNode types = provider.putArray("resourceTypes");
        ArrayNode locations = JSON.arrayNode();
        clusters.values().stream()
                .map(cluster -> cluster.document().path("location").asText())
                .distinct()
                .sorted()
                .forEach(locations::add);
        addType(types, "managedClusters", locations, options.apiVersions());
        addType(types, "managedClusters/maintenanceConfigurations", locations, options.apiVersions());
        addType(types, "locations/operations", locations, List.of(ApiVersions.OPERATIONS));
        provider.put("registrationState", "Registered");
        provider.put("registrationPolicy", "RegistrationRequired");
        return provider;
    }

    private static void addType(ArrayNode types, String type, ArrayNode locations, List<String> versions) {
        ObjectNode entry = types.addObject();
        entry.put("resourceType", type);
        entry.set("locations", locations.deepCopy());
        ArrayNode known = entry.putArray("apiVersions");
        versions.forEach(known::add);
        versions.stream()
                .filter(version -> !version.endsWith("-preview"))
                .findFirst()
                .ifPresent(stable -> entry.put("defaultApiVersion", stable));
        entry.put("capabilities", "None");
    }

    private ArmResponse feature(Call call, Subscription subscription, String feature) {
        if (!feature.equalsIgnoreCase(FEATURE)) {
            return fail(404, "FeatureNotFound", "The feature '" + feature + "' could not be found.");
        }
        ObjectNode body = JSON.objectNode();
        body.putObject("properties").put("state", featureState(subscription, call.now));
        body.put(
                "id",
                "/subscriptions/" + subscription.subscription.id()
                        + "/providers/Microsoft.Features/providers/Microsoft.ContainerService/features/" + FEATURE);
        body.put("type", "Microsoft.Features/providers/features");
        body.put("name", "Microsoft.ContainerService/" + FEATURE);
        return new ArmResponse(200, body);
    }

    private ArmResponse registerFeature(Call call, Subscription subscription, String feature) {
        if (feature.equalsIgnoreCase(FEATURE) && !subscription.registered && subscription.registeredAt == null) {
            subscription.registeredAt =
                    call.now.plusNanos((long) (options.featureRegistration().toNanos() / speed));
        }
        return feature(call, subscription, feature);
    }

    private static String featureState(Subscription subscription, Instant now) {
        Instant due = subscription.registeredAt;
        if (due != null && !now.isBefore(due)) {
            subscription.registered = true;
            subscription.registeredAt = null;
        }
        if (subscription.registered) {
            return "Registered";
        }
        return subscription.registeredAt == null ? "NotRegistered" : "Registering";
    }

    // ---- managed clusters

    private static String clusterId(String subscription, String group, String name) {
        return ("/subscriptions/" + subscription + "/resourcegroups/" + group
                        + "/providers/microsoft.containerservice/managedclusters/" + name)
                .toLowerCase(Locale.ROOT);
    }

    private static String apiVersion(Call call) {
        return call.request.query().getOrDefault("api-version", "");
    }

    private ArmResponse list(Call call, Subscription subscription, @Nullable String group) {
        if (group != null && !groupExists(subscription, group)) {
            return groupNotFound(group);
        }
        String prefix = ("/subscriptions/" + subscription.subscription.id() + "/resourcegroups/"
                        + (group == null ? "" : group + "/"))
                .toLowerCase(Locale.ROOT);
        String after = prefix;
        String skipToken = call.request.query().get("$skiptoken");
        if (skipToken != null) {
            Optional<String> decoded = decodeSkipToken(skipToken).filter(id -> id.startsWith(prefix));
            if (decoded.isEmpty()) {
                return fail(400, "InvalidSkipToken", "The $skipToken is not one that this service made.");
            }
            after = decoded.get();
        }
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        String last = after;
        boolean more = false;
        for (Map.Entry<String, ManagedCluster> entry :
                clusters.tailMap(after, false).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            if (value.size() == options.pageSize()) {
                more = true;
                break;
            }
            entry.getValue().settle(call.now);
            value.add(Documents.shown(entry.getValue().document(), apiVersion(call)));
            last = entry.getKey();
        }
        if (more) {
            body.put(
                    "nextLink",
                    endpoint + Forms.encodePath(call.request.path()) + "?api-version=" + apiVersion(call)
                            + "&%24skipToken=" + encodeSkipToken(last));
        }
        return new ArmResponse(200, body);
    }

    private static String encodeSkipToken(String lastId) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(("v1:" + lastId).getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> decodeSkipToken(String token) {
        try {
            String decoded = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            return decoded.startsWith("v1:") ? Optional.of(decoded.substring(3)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private boolean groupExists(Subscription subscription, String group) {
        return clusters.values().stream()
                .anyMatch(cluster -> cluster.subscription().equals(subscription.subscription.id())
                        && cluster.group().equalsIgnoreCase(group));
    }

    private static ArmResponse groupNotFound(String group) {
        return fail(404, "ResourceGroupNotFound", "Resource group '" + group + "' could not be found.");
    }

    private static ArmResponse clusterNotFound(String group, String name) {
        return fail(
                404,
                "ResourceNotFound",
                "The Resource 'Microsoft.ContainerService/managedClusters/" + name + "' under resource group '" + group
                        + "' was not found.");
    }

    private ArmResponse get(Call call, Route.Cluster route) {
        return find(clusterId(route.subscription(), route.group(), route.name()))
                .map(cluster -> new ArmResponse(200, Documents.shown(cluster.document(), apiVersion(call))))
                .orElseGet(() -> clusterNotFound(route.group(), route.name()));
    }

    /** Every prod cluster has a window for Azure's own upgrades on Sunday nights; others have none. */
    private ArmResponse maintenance(Route.Maintenance route) {
        Optional<ManagedCluster> cluster = find(clusterId(route.subscription(), route.group(), route.name()));
        if (cluster.isEmpty()) {
            return clusterNotFound(route.group(), route.name());
        }
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        if (cluster.get().document().at("/tags/env").asText().equals("prod")) {
            String schedule = "aksManagedAutoUpgradeSchedule";
            ObjectNode configuration = value.addObject();
            configuration.put(
                    "id", cluster.get().document().path("id").asText() + "/maintenanceConfigurations/" + schedule);
            configuration.put("name", schedule);
            configuration.put("type", "Microsoft.ContainerService/managedClusters/maintenanceConfigurations");
            ObjectNode window = configuration.putObject("properties").putObject("maintenanceWindow");
            window.putObject("schedule")
                    .putObject("weekly")
                    .put("intervalWeeks", 1)
                    .put("dayOfWeek", "Sunday");
            window.put("durationHours", 4);
            window.put("utcOffset", "+00:00");
            window.put("startDate", "2025-01-05");
            window.put("startTime", "01:00");
        }
        return new ArmResponse(200, body);
    }

    private ArmResponse operation(Call call, Route.Operation route) {
        Operation operation = operationOf(route.id()).orElse(null);
        if (operation == null || !operation.subscription().equalsIgnoreCase(route.subscription())) {
            return fail(404, "OperationNotFound", "The operation '" + route.id() + "' could not be found.");
        }
        ObjectNode body = JSON.objectNode();
        body.put("name", operation.documentName());
        body.put("startTime", operation.startedAt().toString());
        if (call.now.isBefore(operation.endsAt())) {
            body.put("status", "InProgress");
            return new ArmResponse(200, body);
        }
        body.put("endTime", operation.endsAt().toString());
        if (operation.ending() instanceof Operation.Ending.Fails fails) {
            body.put("status", "Failed");
            body.putObject("error").put("code", fails.code()).put("message", fails.message());
        } else {
            body.put("status", "Succeeded");
        }
        return new ArmResponse(200, body);
    }

    private Optional<Operation> operationOf(String id) {
        try {
            return Optional.ofNullable(operations.get(UUID.fromString(id)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    // ---- PUT

    private ArmResponse put(Call call, Subscription subscription, Route.Cluster route) {
        ObjectNode sent;
        try {
            if (Json.MAPPER.readTree(call.request.body()) instanceof ObjectNode object) {
                sent = object;
            } else {
                return fail(400, "InvalidRequestContent", "The request content must be a JSON object.");
            }
        } catch (JsonProcessingException e) {
            return fail(
                    400,
                    "InvalidRequestContent",
                    "The request content was invalid and could not be deserialized: " + e.getOriginalMessage());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        call.body = sent;
        ManagedCluster cluster = find(clusterId(route.subscription(), route.group(), route.name()))
                .orElse(null);
        if (cluster == null && !groupExists(subscription, route.group())) {
            return groupNotFound(route.group());
        }
        Optional<ArmError> refused = WriteRules.misaddressed(route, sent)
                .or(() -> WriteRules.preconditionFailed(call.request, cluster))
                .or(() -> cluster == null ? Optional.empty() : WriteRules.busy(cluster))
                .or(() -> cluster == null ? Optional.empty() : WriteRules.immutable(cluster.document(), sent));
        if (refused.isPresent()) {
            return ArmResponse.of(refused.get());
        }
        ObjectNode current = cluster == null ? created(subscription, route) : cluster.document();
        ObjectNode next = Documents.replace(current, sent);
        Optional<ArmError> unsuitable = takeOverKubeProxy(call, subscription, current, sent, next);
        if (unsuitable.isPresent()) {
            return ArmResponse.of(unsuitable.get());
        }
        if (cluster != null) {
            ObjectNode before = Documents.shown(current, apiVersion(call));
            call.lost = Documents.lost(before, sent);
            call.changed = Documents.changed(before, sent);
        }
        return begin(call, subscription, route, cluster, next);
    }

    private ArmResponse begin(
            Call call,
            Subscription subscription,
            Route.Cluster route,
            @Nullable ManagedCluster existing,
            ObjectNode next) {
        String id = clusterId(route.subscription(), route.group(), route.name());
        ManagedCluster cluster = existing;
        if (cluster == null) {
            cluster = new ManagedCluster(subscription.subscription.id(), route.group(), next, call.now, this::eTag);
            clusters.put(id, cluster);
        }
        Instant endsAt = call.now.plus(durations.next());
        Operation operation = new Operation(
                new UUID(ids.nextLong(), ids.nextLong()),
                subscription.subscription.id(),
                call.now,
                endsAt,
                ending(call),
                cluster.document());
        operations.put(operation.id(), operation);
        cluster.begin(operation, next, existing == null ? "Creating" : "Updating");
        call.operationEndsAt = endsAt;
        String operationUrl = endpoint + "/subscriptions/" + subscription.subscription.id()
                + "/providers/Microsoft.ContainerService/locations/"
                + next.path("location").asText() + "/operations/" + operation.id() + "?api-version="
                + ApiVersions.OPERATIONS;
        return new ArmResponse(
                existing == null ? 201 : 200,
                Map.of("Azure-AsyncOperation", operationUrl),
                Documents.shown(cluster.document(), apiVersion(call)));
    }

    private Operation.Ending ending(Call call) {
        Optional<Fault.FailOperation> failure = takeFault(call, Fault.FailOperation.class);
        if (failure.isPresent()) {
            return new Operation.Ending.Fails(
                    failure.get().code(), failure.get().message());
        }
        if (takeFault(call, Fault.SucceedWithoutEffect.class).isPresent()) {
            return new Operation.Ending.HasNoEffect();
        }
        if (takeFault(call, Fault.NeverReachNodes.class).isPresent()) {
            return new Operation.Ending.NeverReachesNodes();
        }
        return new Operation.Ending.Succeeds();
    }

    private static ObjectNode created(Subscription subscription, Route.Cluster route) {
        ObjectNode document = JSON.objectNode();
        document.put(
                "id",
                "/subscriptions/" + subscription.subscription.id() + "/resourcegroups/" + route.group()
                        + "/providers/Microsoft.ContainerService/managedClusters/" + route.name());
        document.put("name", route.name());
        document.put("type", "Microsoft.ContainerService/ManagedClusters");
        document.putObject("properties").putObject("powerState").put("code", "Running");
        return document;
    }

    /**
     * Decides what kubeProxyConfig {@code next} gets: a version that does not know it, or a body without it, leaves it as it
     * was; an object with nothing set takes it away.
     */
    private Optional<ArmError> takeOverKubeProxy(
            Call call, Subscription subscription, ObjectNode current, ObjectNode sent, ObjectNode next) {
        JsonNode wanted = sent.at(Documents.KUBE_PROXY);
        JsonNode stored = current.at(Documents.KUBE_PROXY);
        boolean named = !wanted.isMissingNode() && !wanted.isNull();
        if (named && ApiVersions.knowsKubeProxy(apiVersion(call))) {
            boolean registered = featureState(subscription, call.now).equals("Registered");
            boolean echoed =
                    wanted.equals(Documents.shown(current, apiVersion(call)).at(Documents.KUBE_PROXY));
            return echoed ? keep(next, stored) : KubeProxyRules.check(wanted, next, registered, apiVersion(call));
        }
        return keep(next, stored);
    }

    private static Optional<ArmError> keep(ObjectNode next, JsonNode stored) {
        ObjectNode network = next.withObject("/properties/networkProfile");
        if (stored.isMissingNode() || stored.isNull()) {
            network.remove("kubeProxyConfig");
        } else {
            network.set("kubeProxyConfig", stored.deepCopy());
        }
        return Optional.empty();
    }
}
