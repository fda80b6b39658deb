package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What ARM and AKS refuse of a PUT, kubeProxyConfig aside, with their codes. */
final class WriteRules {

    private WriteRules() {}

    /** The body must be for the resource that the URL names. */
    static Optional<ArmError> misaddressed(Call call, ObjectNode sent) {
        if (sent.hasNonNull("name") && !sent.path("name").asText().equalsIgnoreCase(call.name("cluster"))) {
            return Optional.of(new ArmError(
                    400,
                    "MismatchingResourceName",
                    "The provided resource name '" + sent.path("name").asText()
                            + "' did not match the name in the Url '" + call.name("cluster") + "'."));
        }
        if (!sent.path("location").isTextual() || sent.path("location").asText().isEmpty()) {
            return Optional.of(locationRequired());
        }
        return Regions.unavailable(sent.path("location").asText(), "Microsoft.ContainerService/managedClusters");
    }

    static ArmError locationRequired() {
        return new ArmError(
                400, "LocationRequired", "The location property is required for this definition.", "location");
    }

    /**
     * If-Match and If-None-Match.
     *
     * @param eTag of what the request would change; null where there is nothing yet
     */
    static Optional<ArmError> preconditionFailed(ReceivedRequest request, @Nullable String eTag) {
        Optional<String> ifMatch = request.header("If-Match").map(WriteRules::unquoted);
        Optional<String> ifNoneMatch = request.header("If-None-Match").map(WriteRules::unquoted);
        boolean mismatch = ifMatch.isPresent() && !matches(ifMatch.get(), eTag);
        boolean unwanted = ifNoneMatch.isPresent() && matches(ifNoneMatch.get(), eTag);
        return mismatch || unwanted
                ? Optional.of(ArmError.ofService(
                        412,
                        "PreconditionFailed",
                        "The current eTag '" + (eTag == null ? "" : eTag)
                                + "' does not meet the condition of the request."))
                : Optional.empty();
    }

    private static boolean matches(String condition, @Nullable String eTag) {
        return eTag != null && (condition.equals("*") || condition.equals(eTag));
    }

    private static String unquoted(String value) {
        String trimmed = value.trim();
        return trimmed.length() >= 2 && trimmed.startsWith("\"") && trimmed.endsWith("\"")
                ? trimmed.substring(1, trimmed.length() - 1)
                : trimmed;
    }

    /** One operation at a time, and none on a stopped cluster. */
    static Optional<ArmError> busy(ManagedCluster cluster) {
        String provisioningState =
                cluster.document().at("/properties/provisioningState").asText();
        boolean settled = switch (provisioningState) {
            case "Succeeded", "Failed", "Canceled" -> true;
            default -> false;
        };
        if (cluster.running().isPresent() || !settled) {
            return Optional.of(ArmError.ofService(
                    409,
                    "OperationNotAllowed",
                    "Operation is not allowed: Another "
                            + cluster.running()
                                    .filter(operation -> !operation.pool().isEmpty())
                                    .map(operation -> "agentpool operation (" + operation.pool() + " - "
                                            + cluster.pool(operation.pool())
                                                    .map(pool -> pool.path("provisioningState")
                                                            .asText())
                                                    .orElse("")
                                            + ")")
                                    .orElse("operation (" + provisioningState + ")")
                            + " is in progress, please wait for it to finish before starting a new operation. See"
                            + " https://aka.ms/aks-pending-operation for more details"));
        }
        if (cluster.stopped()) {
            return Optional.of(ArmError.ofService(
                    409,
                    "OperationNotAllowed",
                    "Operation is not allowed: managed cluster '" + cluster.name()
                            + "' is stopped; start it before it is updated."));
        }
        return Optional.empty();
    }

    /** Stopping needs something to stop; starting what runs is taken. */
    static Optional<ArmError> alreadyStopped(ManagedCluster cluster) {
        return cluster.stopped()
                ? Optional.of(ArmError.ofService(
                        409,
                        "OperationNotAllowed",
                        "managed cluster is in Provisioning State("
                                + cluster.document()
                                        .at("/properties/provisioningState")
                                        .asText()
                                + ") and Power State(Stopped), stopping cannot be performed"))
                : Optional.empty();
    }

    /** What cannot change once a cluster is there; a member that is left out, or sent as it is, is no change. */
    static Optional<ArmError> immutable(ObjectNode current, ObjectNode sent) {
        if (!Regions.normalized(sent.path("location").asText())
                .equals(current.path("location").asText())) {
            return Optional.of(new ArmError(
                    409,
                    "InvalidResourceLocation",
                    "The resource '" + current.path("name").asText() + "' already exists in location '"
                            + current.path("location").asText() + "'.",
                    "location"));
        }
        for (String pointer : List.of(
                "fqdn",
                "azurePortalFQDN",
                "privateFQDN",
                "maxAgentPools",
                "resourceUID",
                "dnsPrefix",
                "nodeResourceGroup",
                "networkProfile/networkPlugin",
                "networkProfile/serviceCidr",
                "networkProfile/dnsServiceIP")) {
            JsonNode before = current.at("/properties/" + pointer);
            JsonNode after = sent.at("/properties/" + pointer);
            if (!after.isMissingNode() && !after.isNull() && !after.equals(before)) {
                return unchangeable(pointer.replace('/', '.'));
            }
        }
        JsonNode before = current.at("/properties/agentPoolProfiles");
        JsonNode after = sent.at("/properties/agentPoolProfiles");
        return changedPools(before, after).or(() -> stoppedSystemPools(before, after));
    }

    private static Optional<ArmError> stoppedSystemPools(JsonNode before, JsonNode after) {
        for (JsonNode pool : before) {
            for (JsonNode sent : after) {
                if (sent.path("name").equals(pool.path("name"))) {
                    Optional<ArmError> stopped = stoppedSystemPool(pool, sent);
                    if (stopped.isPresent()) {
                        return stopped;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<ArmError> stoppedSystemPool(JsonNode current, JsonNode sent) {
        return current.path("mode").asText().equalsIgnoreCase("System") && !isStopped(current) && isStopped(sent)
                ? Optional.of(ArmError.ofService(
                        400,
                        "OperationNotAllowed",
                        "Agent pool '" + current.path("name").asText()
                                + "' of mode System cannot be stopped without its cluster.",
                        "agentPoolProfile.powerState"))
                : Optional.empty();
    }

    private static boolean isStopped(JsonNode pool) {
        return pool.path("powerState").path("code").asText().equalsIgnoreCase("Stopped");
    }

    private static Optional<ArmError> unchangeable(String property) {
        return Optional.of(ArmError.ofService(
                400, "PropertyChangeNotAllowed", "Changing property '" + property + "' is not allowed.", property));
    }

    /** Pools come and go by calls of their own. */
    private static Optional<ArmError> changedPools(JsonNode before, JsonNode after) {
        if (!after.isArray()) {
            return Optional.empty();
        }
        Set<String> there = names(before);
        Set<String> wanted = names(after);
        if (!there.containsAll(wanted)) {
            return Optional.of(ArmError.ofService(
                    400,
                    "BadRequest",
                    "A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through"
                            + " managed cluster operations. For agent pool specific change, please use per agent pool"
                            + " operations: https://aka.ms/agent-pool-rest-api",
                    "agentPoolProfiles"));
        }
        return wanted.containsAll(there)
                ? Optional.empty()
                : Optional.of(ArmError.ofService(
                        400,
                        "BadRequest",
                        "An agent pool is missing. Removing agent pools from an existing cluster is not allowed through"
                                + " managed cluster operations. For agent pool specific change, please use per agent"
                                + " pool operations: https://aka.ms/agent-pool-rest-api",
                        "agentPoolProfiles"));
    }

    private static Set<String> names(JsonNode pools) {
        Set<String> names = new HashSet<>();
        pools.forEach(pool -> names.add(pool.path("name").asText()));
        return names;
    }

    static Optional<ArmError> immutablePool(JsonNode current, JsonNode sent) {
        for (String member : List.of("vmSize", "osType", "type", "maxPods")) {
            if (sent.hasNonNull(member) && !sent.path(member).equals(current.path(member))) {
                return unchangeable("properties." + member);
            }
        }
        return stoppedSystemPool(current, sent);
    }

    static Optional<ArmError> lastSystemPool(JsonNode document, String name) {
        for (JsonNode pool : document.at("/properties/agentPoolProfiles")) {
            if (!pool.path("name").asText().equals(name)
                    && pool.path("mode").asText().equalsIgnoreCase("System")) {
                return Optional.empty();
            }
        }
        return Optional.of(ArmError.ofService(
                400, "OperationNotAllowed", "There has to be at least one system agent pool.", "agentPoolProfiles"));
    }
}
