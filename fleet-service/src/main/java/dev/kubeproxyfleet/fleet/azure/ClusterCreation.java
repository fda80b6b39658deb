package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.ArmKubeProxy;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
    private static final String CREATING = "Creating";
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(5);

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
    private final Pause pause;
    private final InstantSource clock;

    /** @param arm blocks while budgets are spent */
    ClusterCreation(Function<ArmRequest, ArmResult> arm, Pause pause, InstantSource clock) {
        this.arm = arm;
        this.pause = pause;
        this.clock = clock;
    }

    /**
     * @param id ARM resource id, in the casing that the names shall have
     * @param cluster body of the PUT, without kubeProxyConfig or with the same
     * @param patience how long ARM is asked again after a refusal that may pass, without the time for which budgets hold the
     *     calls back; zero for once
     */
    public Result create(String id, JsonNode cluster, KubeProxyConfig kubeProxy, Duration patience) {
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
        return ask(new ArmRequest.CreateCluster(id, body), patience);
    }

    private Result ask(ArmRequest.CreateCluster request, Duration patience) {
        Instant deadline = clock.instant().plus(patience);
        boolean mayBeTaken = false;
        while (true) {
            switch (arm.apply(request)) {
                case ArmResult.Ok ok -> {
                    return new Result.Begun(ok.body()
                            .path("properties")
                            .path("provisioningState")
                            .asText(CREATING));
                }
                case ArmResult.ArmError error
                when error.status() == PRECONDITION_FAILED -> {
                    return mayBeTaken ? new Result.Begun(CREATING) : new Result.Exists();
                }
                case ArmResult.ArmError error -> {
                    mayBeTaken |= error.status() == 0 || error.status() >= 500;
                    Duration wait = error.retryAfter() == null ? RETRY_PAUSE : error.retryAfter();
                    boolean again = NextStep.after(error) instanceof NextStep.TryAgain
                            && clock.instant().plus(wait).isBefore(deadline);
                    if (!again) {
                        return mayBeTaken ? new Result.Unknown(error) : new Result.Refused(error);
                    }
                    pause.sleep(wait);
                }
            }
        }
    }
}
