package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Managed clusters: listing, reading, writing, power. */
final class ClusterCalls {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ArmState state;
    private final OperationCalls operations;

    ClusterCalls(ArmState state, OperationCalls operations) {
        this.state = state;
        this.operations = operations;
    }

    // ---- reading

    ArmResponse list(Call call) {
        if (!call.group().isEmpty()
                && state.group(call.subscription(), call.group(), call.now).isEmpty()) {
            return ArmResponse.of(Nowhere.noGroup(call));
        }
        String prefix = ("/subscriptions/" + call.subscription() + "/resourcegroups/"
                        + (call.group().isEmpty() ? "" : call.group() + "/"))
                .toLowerCase(Locale.ROOT);
        String after = prefix;
        String skipToken = call.request.query().get("$skiptoken");
        if (skipToken != null) {
            Optional<String> decoded = decodeSkipToken(skipToken).filter(id -> id.startsWith(prefix));
            if (decoded.isEmpty()) {
                return ArmResponse.of(ArmError.ofService(
                        400, "InvalidSkipToken", "The $skipToken is not one that this service made."));
            }
            after = decoded.get();
        }
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        String last = after;
        boolean more = false;
        // A slash is followed by a zero: everything below the prefix.
        String end = prefix.substring(0, prefix.length() - 1) + '0';
        for (String id :
                List.copyOf(state.clusters.subMap(after, false, end, false).keySet())) {
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
                    state.endpoint() + call.request.path() + "?api-version=" + call.apiVersion() + "&%24skipToken="
                            + encodeSkipToken(last));
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

    ArmResponse get(Call call, ManagedCluster cluster) {
        return new ArmResponse(200, Documents.shown(cluster.document(), call.apiVersion()));
    }

    // ---- writing

    ArmResponse put(Call call, Subscription subscription) {
        ManagedCluster cluster = state.find(call.scope(), call.now).orElse(null);
        Optional<ResourceGroup> group = state.group(call.subscription(), call.group(), call.now);
        if (group.isEmpty()) {
            return ArmResponse.of(Nowhere.noGroup(call));
        }
        if (cluster == null && group.get().goneAt() != null) {
            return ArmResponse.of(new ArmError(
                    409,
                    "ResourceGroupBeingDeleted",
                    "The resource group '" + call.group()
                            + "' is in deprovisioning state and cannot perform this operation."));
        }
        return call.readBody().map(sent -> put(call, subscription, cluster, Documents.withoutBlanks(sent)));
    }

    private ArmResponse put(Call call, Subscription subscription, @Nullable ManagedCluster cluster, ObjectNode sent) {
        Optional<ArmError> refused = WriteRules.misaddressed(call, sent)
                .or(() -> ClusterRules.check(sent, cluster == null))
                .or(() -> WriteRules.preconditionFailed(call.request, cluster == null ? null : cluster.eTag()))
                .or(() -> cluster == null ? Optional.empty() : WriteRules.busy(cluster))
                .or(() -> cluster == null ? Optional.empty() : WriteRules.immutable(cluster.document(), sent));
        if (refused.isPresent()) {
            return ArmResponse.of(refused.get());
        }
        ObjectNode current = cluster == null ? AddedByAzure.skeleton(call, sent, state) : cluster.document();
        ObjectNode next = Documents.replace(current, sent);
        next.put("location", Regions.normalized(next.path("location").asText()));
        if (cluster == null) {
            AddedByAzure.complete(next);
        }
        AddedByAzure.derive(next, subscription.identity.tenantId(), state::newId);
        ClusterIssuers.settle(next, state.endpoint());
        Optional<ArmError> unsuitable = takeOverKubeProxy(call, subscription, current, sent, next);
        if (unsuitable.isPresent()) {
            return ArmResponse.of(unsuitable.get());
        }
        if (cluster != null) {
            ObjectNode before = Documents.shown(current, call.apiVersion());
            // What is sent empty, as AKS shows the size of mixed machines, is sent.
            call.lost = call.body instanceof ObjectNode whole ? Documents.lost(before, whole) : List.of();
            call.changed = Documents.changed(before, sent);
        }
        ManagedCluster changed =
                cluster == null ? state.newCluster(subscription, call.group(), next, call.now) : cluster;
        LongRunningOperation operation = operations.begin(call, changed, new LongRunningOperation.Ending.Succeeds());
        changed.begin(operation, next, cluster == null ? "Creating" : "Updating");
        return operations.announce(
                cluster == null ? 201 : 200, operation, Documents.shown(changed.document(), call.apiVersion()));
    }

    /** PATCH knows tags and nothing else; without them it changes nothing. */
    ArmResponse patch(Call call, ManagedCluster cluster) {
        return call.readBody().map(sent -> {
            Optional<ArmError> refused = ClusterRules.checkTags(sent.path("tags"))
                    .or(() -> WriteRules.preconditionFailed(call.request, cluster.eTag()))
                    .or(() -> WriteRules.busy(cluster));
            if (refused.isPresent()) {
                return ArmResponse.of(refused.get());
            }
            ObjectNode next = cluster.document().deepCopy();
            if (sent.path("tags") instanceof ObjectNode tags) {
                next.set("tags", tags.deepCopy());
            }
            LongRunningOperation operation =
                    operations.begin(call, cluster, new LongRunningOperation.Ending.Succeeds());
            cluster.begin(operation, next, "Updating");
            return operations.announce(200, operation, Documents.shown(cluster.document(), call.apiVersion()));
        });
    }

    ArmResponse delete(Call call) {
        if (state.group(call.subscription(), call.group(), call.now).isEmpty()) {
            return ArmResponse.of(Nowhere.noGroup(call));
        }
        ManagedCluster cluster = state.find(call.scope(), call.now).orElse(null);
        if (cluster == null) {
            return ArmResponse.empty(204);
        }
        Optional<ArmError> refused = WriteRules.preconditionFailed(call.request, cluster.eTag())
                .or(() -> cluster.running().isPresent() ? WriteRules.busy(cluster) : Optional.empty());
        return refused.map(ArmResponse::of)
                .orElseGet(() -> begin(call, cluster, new LongRunningOperation.Ending.Deletes(), "Deleting"));
    }

    ArmResponse power(Call call, ManagedCluster cluster, boolean on) {
        Optional<ArmError> refused = cluster.running().isPresent()
                ? WriteRules.busy(cluster)
                : on ? Optional.empty() : WriteRules.alreadyStopped(cluster);
        return refused.map(ArmResponse::of)
                .orElseGet(() -> begin(
                        call,
                        cluster,
                        new LongRunningOperation.Ending.Powers(on ? "Running" : "Stopped"),
                        on ? "Starting" : "Stopping"));
    }

    /** New certificates; nothing that a client can see here changes by it. */
    ArmResponse rotateCertificates(Call call, ManagedCluster cluster) {
        return WriteRules.busy(cluster)
                .map(ArmResponse::of)
                .orElseGet(() -> begin(
                        call, cluster, new LongRunningOperation.Ending.Succeeds(), "RotatingClusterCertificates"));
    }

    /** Ends what runs; the cluster keeps what was written as its goal. */
    ArmResponse abort(Call call, ManagedCluster cluster) {
        Optional<LongRunningOperation> running = cluster.running();
        if (running.isEmpty()) {
            return ArmResponse.of(ArmError.ofService(
                    400,
                    "OperationNotAllowed",
                    "There is no operation in progress on managed cluster '" + cluster.name() + "' to abort."));
        }
        state.cancel(running.get(), call.now, "OperationCanceled", "The operation was aborted.");
        return begin(call, cluster, new LongRunningOperation.Ending.Aborts(), "Canceling");
    }

    private ArmResponse begin(
            Call call, ManagedCluster cluster, LongRunningOperation.Ending ending, String provisioningState) {
        LongRunningOperation operation = operations.begin(call, cluster, ending);
        cluster.begin(operation, cluster.document().deepCopy(), provisioningState);
        return operations.announce(202, operation, JSON.missingNode());
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
