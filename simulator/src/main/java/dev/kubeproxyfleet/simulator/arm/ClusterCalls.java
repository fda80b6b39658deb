package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Managed clusters: listing, reading, writing, power, and the operations that these begin. */
final class ClusterCalls {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ArmState state;

    ClusterCalls(ArmState state) {
        this.state = state;
    }

    // ---- reading

    ArmResponse list(Call call) {
        if (!call.group().isEmpty()
                && state.group(call.subscription(), call.group()).isEmpty()) {
            return ArmResponse.of(groupNotFound(call.group()));
        }
        String prefix = ("/subscriptions/" + call.subscription() + "/resourcegroups/"
                        + (call.group().isEmpty() ? "" : call.group() + "/"))
                .toLowerCase(Locale.ROOT);
        String after = prefix;
        String skipToken = call.request.query().get("$skiptoken");
        if (skipToken != null) {
            Optional<String> decoded = decodeSkipToken(skipToken).filter(id -> id.startsWith(prefix));
            if (decoded.isEmpty()) {
                return ArmResponse.of(
                        new ArmError(400, "InvalidSkipToken", "The $skipToken is not one that this service made."));
            }
            after = decoded.get();
        }
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        String last = after;
        boolean more = false;
        for (String id : List.copyOf(state.clusters
                .subMap(after, false, prefix + Character.MAX_VALUE, false)
                .keySet())) {
            if (value.size() == state.options.pageSize()) {
                more = true;
                break;
            }
            Optional<ManagedCluster> cluster = state.find(id, call.now);
            if (cluster.isPresent()) {
                value.add(Documents.shown(cluster.get().listed(), call.apiVersion()));
                last = id;
            }
        }
        if (more) {
            body.put(
                    "nextLink",
                    state.endpoint() + Forms.encodePath(call.request.path()) + "?api-version=" + call.apiVersion()
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

    static ArmError groupNotFound(String group) {
        return new ArmError(404, "ResourceGroupNotFound", "Resource group '" + group + "' could not be found.");
    }

    static ArmError notFound(Call call) {
        return new ArmError(
                404,
                "ResourceNotFound",
                "The Resource 'Microsoft.ContainerService/managedClusters/" + call.name("cluster")
                        + "' under resource group '" + call.group() + "' was not found. For more details please go to"
                        + " https://aka.ms/ARMResourceNotFoundFix");
    }

    ArmResponse get(Call call, ManagedCluster cluster) {
        return new ArmResponse(200, Documents.shown(cluster.document(), call.apiVersion()));
    }

    ArmResponse pools(ManagedCluster cluster) {
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        for (JsonNode profile : cluster.document().at("/properties/agentPoolProfiles")) {
            value.add(pool(cluster, profile));
        }
        return new ArmResponse(200, body);
    }

    ArmResponse pool(Call call, ManagedCluster cluster) {
        for (JsonNode profile : cluster.document().at("/properties/agentPoolProfiles")) {
            if (profile.path("name").asText().equals(call.name("name"))) {
                return new ArmResponse(200, pool(cluster, profile));
            }
        }
        return ArmResponse.of(new ArmError(
                404,
                "AgentPoolNotFound",
                "Could not find agent pool '" + call.name("name") + "' of managed cluster '" + cluster.name() + "'."));
    }

    private static ObjectNode pool(ManagedCluster cluster, JsonNode profile) {
        ObjectNode pool = JSON.objectNode();
        ObjectNode properties = profile.deepCopy();
        String name = properties.path("name").asText();
        properties.remove("name");
        pool.put("id", cluster.document().path("id").asText() + "/agentPools/" + name);
        pool.put("name", name);
        pool.put("type", "Microsoft.ContainerService/managedClusters/agentPools");
        pool.set("properties", properties);
        return pool;
    }

    // ---- operations

    ArmResponse operation(Call call) {
        Operation operation = operationOf(call);
        if (operation == null) {
            return ArmResponse.of(new ArmError(
                    404, "OperationNotFound", "The operation '" + call.name("name") + "' could not be found."));
        }
        ObjectNode body = JSON.objectNode();
        body.put("name", operation.documentName());
        body.put("startTime", operation.startedAt().toString());
        if (call.now.isBefore(operation.endsAt())) {
            body.put("status", "InProgress");
            return new ArmResponse(200, body);
        }
        body.put("endTime", operation.endsAt().toString());
        switch (operation.ending()) {
            case Operation.Ending.Fails(String code, String message) -> {
                body.put("status", "Failed");
                body.putObject("error").put("code", code).put("message", message);
            }
            case Operation.Ending.IsCanceled(String code, String message) -> {
                body.put("status", "Canceled");
                body.putObject("error").put("code", code).put("message", message);
            }
            case Operation.Ending.Succeeds _,
                    Operation.Ending.HasNoEffect _,
                    Operation.Ending.NeverReachesNodes _,
                    Operation.Ending.Powers _,
                    Operation.Ending.Deletes _ -> body.put("status", "Succeeded");
        }
        return new ArmResponse(200, body);
    }

    /** What {@code Location} leads to: 202 while it runs, then what the request itself would have answered. */
    ArmResponse operationResult(Call call) {
        Operation operation = operationOf(call);
        if (operation == null) {
            return ArmResponse.of(new ArmError(
                    404, "OperationNotFound", "The operation '" + call.name("name") + "' could not be found."));
        }
        if (call.now.isBefore(operation.endsAt())) {
            return new ArmResponse(
                    202, Map.of("Location", operationUrl(operation, "operationresults")), JSON.missingNode());
        }
        return switch (operation.ending()) {
            case Operation.Ending.Fails(String code, String message) ->
                ArmResponse.of(new ArmError(500, code, message));
            case Operation.Ending.IsCanceled(String code, String message) ->
                ArmResponse.of(new ArmError(409, code, message));
            case Operation.Ending.Deletes _ -> new ArmResponse(204, JSON.missingNode());
            case Operation.Ending.Succeeds _,
                    Operation.Ending.HasNoEffect _,
                    Operation.Ending.NeverReachesNodes _,
                    Operation.Ending.Powers _ ->
                state.find(operation.cluster(), call.now)
                        .map(cluster -> new ArmResponse(200, Documents.shown(cluster.document(), previewOf(call))))
                        .orElseGet(() -> new ArmResponse(204, JSON.missingNode()));
        };
    }

    /** Operations are asked for with a version that knows no clusters. */
    private String previewOf(Call call) {
        return state.options.apiVersions().contains(call.apiVersion())
                ? call.apiVersion()
                : state.options.apiVersions().getFirst();
    }

    private @Nullable Operation operationOf(Call call) {
        return state.operation(call.name("name"))
                .filter(operation -> operation.subscription().equalsIgnoreCase(call.subscription()))
                .orElse(null);
    }

    private String operationUrl(Operation operation, String kind) {
        return state.endpoint() + "/subscriptions/" + operation.subscription()
                + "/providers/Microsoft.ContainerService/locations/" + operation.location() + "/" + kind + "/"
                + operation.id() + "?api-version=" + ApiVersions.OPERATIONS;
    }

    /** The answer that announces an operation, with the headers that the options ask for. */
    private ArmResponse announce(int status, Operation operation, JsonNode body) {
        Map<String, String> headers = new HashMap<>();
        ArmOptions.OperationHeaders wanted = state.options.operationHeaders();
        if (wanted != ArmOptions.OperationHeaders.LOCATION) {
            headers.put("Azure-AsyncOperation", operationUrl(operation, "operations"));
        }
        if (wanted != ArmOptions.OperationHeaders.ASYNC) {
            headers.put("Location", operationUrl(operation, "operationresults"));
        }
        return new ArmResponse(wanted == ArmOptions.OperationHeaders.LOCATION ? 202 : status, headers, body);
    }

    // ---- writing

    ArmResponse put(Call call, Subscription subscription) {
        ManagedCluster cluster = state.find(call.scope(), call.now).orElse(null);
        if (cluster == null && state.group(call.subscription(), call.group()).isEmpty()) {
            return ArmResponse.of(groupNotFound(call.group()));
        }
        return call.readBody().map(sent -> put(call, subscription, cluster, sent));
    }

    private ArmResponse put(Call call, Subscription subscription, @Nullable ManagedCluster cluster, ObjectNode sent) {
        Optional<ArmError> refused = WriteRules.misaddressed(call, sent)
                .or(() -> ClusterRules.check(sent, cluster == null))
                .or(() -> WriteRules.preconditionFailed(call.request, cluster))
                .or(() -> cluster == null ? Optional.empty() : WriteRules.busy(cluster))
                .or(() -> cluster == null ? Optional.empty() : WriteRules.immutable(cluster.document(), sent));
        if (refused.isPresent()) {
            return ArmResponse.of(refused.get());
        }
        ObjectNode current = cluster == null ? NewCluster.skeleton(call, sent, state) : cluster.document();
        ObjectNode next = Documents.replace(current, sent);
        if (cluster == null) {
            NewCluster.complete(next);
        }
        Optional<ArmError> unsuitable = takeOverKubeProxy(call, subscription, current, sent, next);
        if (unsuitable.isPresent()) {
            return ArmResponse.of(unsuitable.get());
        }
        if (cluster != null) {
            ObjectNode before = Documents.shown(current, call.apiVersion());
            call.lost = Documents.lost(before, sent);
            call.changed = Documents.changed(before, sent);
        }
        ManagedCluster changed =
                cluster == null ? state.newCluster(subscription, call.group(), next, call.now) : cluster;
        Operation operation = state.begin(
                call,
                changed,
                changed.document(),
                ending(call),
                state.faults.take(call, Fault.HideFromLists.class).isPresent());
        changed.begin(operation, next, cluster == null ? "Creating" : "Updating");
        return announce(cluster == null ? 201 : 200, operation, Documents.shown(changed.document(), call.apiVersion()));
    }

    private Operation.Ending ending(Call call) {
        Optional<Fault.FailOperation> failure = state.faults.take(call, Fault.FailOperation.class);
        if (failure.isPresent()) {
            return new Operation.Ending.Fails(
                    failure.get().code(), failure.get().message());
        }
        Optional<Fault.CancelOperation> cancel = state.faults.take(call, Fault.CancelOperation.class);
        if (cancel.isPresent()) {
            return new Operation.Ending.IsCanceled(
                    cancel.get().code(), cancel.get().message());
        }
        if (state.faults.take(call, Fault.SucceedWithoutEffect.class).isPresent()) {
            return new Operation.Ending.HasNoEffect();
        }
        if (state.faults.take(call, Fault.NeverReachNodes.class).isPresent()) {
            return new Operation.Ending.NeverReachesNodes();
        }
        return new Operation.Ending.Succeeds();
    }

    /** PATCH knows tags and nothing else. */
    ArmResponse patch(Call call, ManagedCluster cluster) {
        return call.readBody().map(sent -> {
            Optional<ArmError> refused = ClusterRules.checkTags(sent.path("tags"))
                    .or(() -> WriteRules.preconditionFailed(call.request, cluster))
                    .or(() -> WriteRules.busy(cluster));
            if (refused.isPresent()) {
                return ArmResponse.of(refused.get());
            }
            ObjectNode next = cluster.document().deepCopy();
            next.set("tags", sent.path("tags").isObject() ? sent.path("tags").deepCopy() : JSON.objectNode());
            Operation operation =
                    state.begin(call, cluster, cluster.document(), new Operation.Ending.Succeeds(), false);
            cluster.begin(operation, next, "Updating");
            return announce(200, operation, Documents.shown(cluster.document(), call.apiVersion()));
        });
    }

    ArmResponse delete(Call call) {
        ManagedCluster cluster = state.find(call.scope(), call.now).orElse(null);
        if (cluster == null) {
            return new ArmResponse(204, JSON.missingNode());
        }
        Optional<ArmError> refused = WriteRules.preconditionFailed(call.request, cluster)
                .or(() -> cluster.running().isPresent() ? WriteRules.busy(cluster) : Optional.empty());
        if (refused.isPresent()) {
            return ArmResponse.of(refused.get());
        }
        return begin(call, cluster, new Operation.Ending.Deletes(), "Deleting");
    }

    ArmResponse power(Call call, ManagedCluster cluster, boolean on) {
        if (cluster.running().isPresent()) {
            return ArmResponse.of(WriteRules.busy(cluster).orElseThrow());
        }
        return begin(
                call, cluster, new Operation.Ending.Powers(on ? "Running" : "Stopped"), on ? "Starting" : "Stopping");
    }

    private ArmResponse begin(Call call, ManagedCluster cluster, Operation.Ending ending, String provisioningState) {
        ObjectNode before = cluster.document();
        Operation operation = state.begin(call, cluster, before, ending, false);
        cluster.begin(operation, before.deepCopy(), provisioningState);
        return announce(202, operation, JSON.missingNode());
    }

    /**
     * Decides what kubeProxyConfig {@code next} gets: a version that does not know it, or a body without it, leaves it as it
     * was; an object with nothing set takes it away.
     */
    private static Optional<ArmError> takeOverKubeProxy(
            Call call, Subscription subscription, ObjectNode current, ObjectNode sent, ObjectNode next) {
        JsonNode wanted = sent.at(Documents.KUBE_PROXY);
        JsonNode stored = current.at(Documents.KUBE_PROXY);
        boolean named = !wanted.isMissingNode() && !wanted.isNull();
        if (named && ApiVersions.knowsKubeProxy(call.apiVersion())) {
            boolean echoed =
                    wanted.equals(Documents.shown(current, call.apiVersion()).at(Documents.KUBE_PROXY));
            return echoed
                    ? keep(next, stored)
                    : KubeProxyRules.check(wanted, next, subscription.featureInForce(call.now), call.apiVersion());
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
