package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
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
        if (sent.path("location").asText("").isEmpty()) {
            return Optional.of(new ArmError(
                    400, "LocationRequired", "The location property is required for this definition.", "location"));
        }
        return Optional.empty();
    }

    /** If-Match and If-None-Match; {@code cluster} is null where there is none yet. */
    static Optional<ArmError> preconditionFailed(ArmRequest request, @Nullable ManagedCluster cluster) {
        Optional<String> ifMatch = request.header("If-Match").map(WriteRules::unquoted);
        boolean mismatch = ifMatch.isPresent()
                && (cluster == null
                        || !(ifMatch.get().equals("*") || ifMatch.get().equals(cluster.eTag())));
        boolean exists = cluster != null
                && request.header("If-None-Match").map(WriteRules::unquoted).equals(Optional.of("*"));
        return mismatch || exists
                ? Optional.of(new ArmError(
                        412,
                        "PreconditionFailed",
                        "The managed cluster's current eTag '" + (cluster == null ? "" : cluster.eTag())
                                + "' does not meet the condition of the request."))
                : Optional.empty();
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
            return Optional.of(new ArmError(
                    409,
                    "OperationNotAllowed",
                    "Operation is not allowed: Another operation (" + provisioningState
                            + ") is in progress on managed cluster '" + cluster.name()
                            + "', please wait for it to finish before starting a new operation."));
        }
        if (cluster.stopped()) {
            return Optional.of(new ArmError(
                    409,
                    "OperationNotAllowed",
                    "Operation is not allowed: Managed cluster '" + cluster.name()
                            + "' is stopped; start it before it is updated."));
        }
        return Optional.empty();
    }

    /** What cannot change once a cluster is there; a member that is left out, or sent as it is, is no change. */
    static Optional<ArmError> immutable(ObjectNode current, ObjectNode sent) {
        if (!sent.path("location")
                .asText()
                .equalsIgnoreCase(current.path("location").asText())) {
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
                return Optional.of(new ArmError(
                        400,
                        "PropertyChangeNotAllowed",
                        "Changing property '" + pointer.replace('/', '.') + "' is not allowed.",
                        pointer.replace('/', '.')));
            }
        }
        return Optional.empty();
    }
}
