package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.ArmKubeProxy;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
    private static final int NOT_FOUND = 404;
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(5);

    /** How long budgets may hold a call back where no patience is left: others are served as they came. */
    static final Duration SHORT_HOLD = Duration.ofSeconds(10);

    /** What came of it. */
    public sealed interface Result {

        /** ARM builds the cluster; the inventory shows how far it is. */
        record Begun(String provisioningState) implements Result {}

        /** It was left alone. */
        record Exists() implements Result {}

        /** @param path JSON pointer of what is wrong with the request */
        record Invalid(String path, String message) implements Result {}

        /** By ARM, or before anything was sent: its subscription is not the fleet's, or budgets hold such calls back. */
        record Refused(ArmResult.ArmError error) implements Result {}

        /** What was asked last got no answer, so it may have begun. */
        record Unknown(ArmResult.ArmError error) implements Result {}
    }

    private final BudgetedArm arm;
    private final FleetSubscriptions subscriptions;
    private final Pause pause;
    private final InstantSource clock;

    ClusterCreation(BudgetedArm arm, FleetSubscriptions subscriptions, Pause pause, InstantSource clock) {
        this.arm = arm;
        this.subscriptions = subscriptions;
        this.pause = pause;
        this.clock = clock;
    }

    /**
     * @param id ARM resource id, in the casing that the names shall have
     * @param cluster body of the PUT, without kubeProxyConfig or with the same
     * @param patience how long ARM is asked again after a refusal that may pass, and budgets may hold the calls back; zero for
     *     once
     */
    public Result create(String id, JsonNode cluster, KubeProxyConfig kubeProxy, Duration patience) {
        if (!ID.matcher(id).matches()) {
            return new Result.Invalid(
                    "/id",
                    "'" + id + "' is no id of a managed cluster; write /subscriptions/<id>/resourceGroups/<group>"
                            + "/providers/Microsoft.ContainerService/managedClusters/<name>");
        }
        if (!subscriptions.mayChange(id)) {
            return new Result.Refused(new ArmResult.ArmError(
                    0, ClusterReason.SubscriptionNotInFleet, Subscriptions.NOT_IN_FLEET_MESSAGE, null));
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
        return ask(new ArmRequest.CreateCluster(id, body), kubeProxy, patience);
    }

    private Result ask(ArmRequest.CreateCluster request, KubeProxyConfig kubeProxy, Duration patience) {
        Instant deadline = clock.instant().plus(patience);
        boolean mayBeTaken = false;
        ArmResult.@Nullable ArmError before = null;
        while (true) {
            Duration left = Duration.between(clock.instant(), deadline);
            switch (once(request, left.compareTo(SHORT_HOLD) > 0 ? left : SHORT_HOLD)) {
                case ArmResult.Ok ok -> {
                    return new Result.Begun(ok.body()
                            .path("properties")
                            .path("provisioningState")
                            .asText(CREATING));
                }
                case ArmResult.ArmError error
                when error.code() == WorkerReason.LocalBudget -> {
                    return ended(request.cluster(), kubeProxy, before == null ? error : before, mayBeTaken);
                }
                case ArmResult.ArmError error -> {
                    before = error;
                    mayBeTaken |= isUndecided(error);
                    if (!(NextStep.after(error) instanceof NextStep.TryAgain(var _, var _, Duration retryAfter))) {
                        return ended(request.cluster(), kubeProxy, error, mayBeTaken);
                    }
                    Duration wait = retryAfter == null ? RETRY_PAUSE : retryAfter;
                    if (!clock.instant().plus(wait).isBefore(deadline)) {
                        return ended(request.cluster(), kubeProxy, error, mayBeTaken);
                    }
                    pause.sleep(wait);
                }
            }
        }
    }

    /** One try, with a policy token where Azure Policy asks for one. */
    private ArmResult once(ArmRequest.CreateCluster request, Duration heldAtMost) {
        PolicyTokens policyTokens = new PolicyTokens();
        while (true) {
            ArmResult result = arm.once(policyTokens.shown(request), heldAtMost);
            if (!(result instanceof ArmResult.ArmError error)) {
                return result;
            }
            ArmRequest.AcquirePolicyToken question = new ArmRequest.AcquirePolicyToken(request);
            Optional<ArmResult.ArmError> inTheWay =
                    policyTokens.judge(error).or(() -> policyTokens.learn(question, arm.once(question, heldAtMost)));
            if (inTheWay.isPresent()) {
                return inTheWay.get();
            }
        }
    }

    /**
     * What it came to.
     *
     * @param last what ARM answered last
     * @param mayBeTaken whether an earlier request, or this one, may have been taken although it got no answer
     */
    private Result ended(String id, KubeProxyConfig kubeProxy, ArmResult.ArmError last, boolean mayBeTaken) {
        if (isUndecided(last)) {
            return mayBeTaken ? new Result.Unknown(last) : new Result.Refused(last);
        }
        if (mayBeTaken) {
            switch (arm.once(new ArmRequest.GetCluster(id), SHORT_HOLD)) {
                case ArmResult.Ok ok -> {
                    if (isBeingCreated(ok.body(), kubeProxy)) {
                        return new Result.Begun(CREATING);
                    }
                }
                case ArmResult.ArmError unread -> {
                    if (unread.status() != NOT_FOUND) {
                        return new Result.Unknown(unread);
                    }
                }
            }
        }
        return last.status() == PRECONDITION_FAILED ? new Result.Exists() : new Result.Refused(last);
    }

    private static boolean isUndecided(ArmResult.ArmError error) {
        return error.status() == 0 || error.status() >= 500;
    }

    private static boolean isBeingCreated(JsonNode cluster, KubeProxyConfig kubeProxy) {
        return ClusterDocument.of(cluster)
                .filter(found -> found.provisioningState().equalsIgnoreCase(CREATING))
                .flatMap(ClusterDocument::kubeProxy)
                .filter(found -> found.effective().equals(kubeProxy.effective()))
                .isPresent();
    }
}
