package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.ArmKubeProxy;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Creates managed clusters that have their kube-proxy configuration from the first PUT on, as {@code az aks create
 * --kube-proxy-config} does. It never touches a cluster that exists.
 */
public final class ClusterCreation {

    private static final Pattern ID = Pattern.compile(
            "/subscriptions/[0-9a-f-]{36}/resourceGroups/[-\\w.()]{1,90}/providers/Microsoft\\.ContainerService"
                    + "/managedClusters/[a-zA-Z0-9]([-\\w]{0,61}[a-zA-Z0-9])?",
            Pattern.CASE_INSENSITIVE);
    private static final List<String> OF_THE_ID = List.of("id", "name", "type", "systemData", "eTag");
    private static final int PRECONDITION_FAILED = 412;

    /** What came of it. */
    public sealed interface Result {

        /** ARM builds the cluster; the inventory shows how far it is. */
        record Begun(String provisioningState) implements Result {}

        record Exists() implements Result {}

        /** @param path JSON pointer of what is wrong with the request */
        record Invalid(String path, String message) implements Result {}

        record Refused(ArmResult.ArmError error) implements Result {}

        /** There was no answer, so it may have begun. */
        record Unknown(ArmResult.ArmError error) implements Result {}
    }

    private final Function<ArmRequest, ArmResult> arm;

    ClusterCreation(Function<ArmRequest, ArmResult> arm) {
        this.arm = arm;
    }

    /**
     * @param id ARM resource id, in the casing that the names shall have
     * @param cluster body of the PUT, without kubeProxyConfig or with the same
     */
    public Result create(String id, JsonNode cluster, KubeProxyConfig kubeProxy) {
        if (!ID.matcher(id).matches()) {
            return new Result.Invalid(
                    "/id",
                    "'" + id + "' is no id of a managed cluster; write /subscriptions/<id>/resourceGroups/<group>"
                            + "/providers/Microsoft.ContainerService/managedClusters/<name>");
        }
        if (!(cluster instanceof ObjectNode given)) {
            return new Result.Invalid("/cluster", "the cluster must be a JSON object, as ARM takes it");
        }
        ObjectNode body = given.deepCopy();
        body.remove(OF_THE_ID);
        if (!body.path("properties").isMissingNode() && !body.path("properties").isObject()) {
            return new Result.Invalid("/cluster/properties", "properties must be an object");
        }
        JsonNode profile = body.path("properties").path("networkProfile");
        if (!profile.isMissingNode() && !profile.isNull() && !profile.isObject()) {
            return new Result.Invalid("/cluster/properties/networkProfile", "networkProfile must be an object");
        }
        JsonNode named = profile.path("kubeProxyConfig");
        boolean same = named.isMissingNode()
                || named.isNull()
                || ArmKubeProxy.read(named)
                        .filter(config -> config.effective().equals(kubeProxy.effective()))
                        .isPresent();
        if (!same) {
            return new Result.Invalid(
                    "/cluster/properties/networkProfile/kubeProxyConfig",
                    "the file has another kube-proxy configuration than the one asked for; take it out of the file");
        }
        body.withObject("/properties/networkProfile").set("kubeProxyConfig", ArmKubeProxy.write(kubeProxy));
        return switch (arm.apply(new ArmRequest.CreateCluster(id, body))) {
            case ArmResult.Ok ok ->
                new Result.Begun(
                        ok.body().path("properties").path("provisioningState").asText("Creating"));
            case ArmResult.ArmError error when error.status() == PRECONDITION_FAILED -> new Result.Exists();
            case ArmResult.ArmError error
            when error.status() == 0 || error.status() >= 500 -> new Result.Unknown(error);
            case ArmResult.ArmError error -> new Result.Refused(error);
        };
    }
}
