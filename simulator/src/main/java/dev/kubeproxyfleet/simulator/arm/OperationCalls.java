package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Long-running operations: how they are announced, how they end, and what their links lead to. */
final class OperationCalls {

    private final ArmState state;

    OperationCalls(ArmState state) {
        this.state = state;
    }

    /** Begins an operation that ends as a fault wants it, else {@code well}. */
    LongRunningOperation begin(Call call, ManagedCluster cluster, LongRunningOperation.Ending well) {
        return state.begin(
                call,
                cluster,
                ending(call, well),
                state.faults.take(call, Fault.HideFromLists.class).isPresent());
    }

    private LongRunningOperation.Ending ending(Call call, LongRunningOperation.Ending well) {
        Optional<Fault.FailOperation> failure = state.faults.take(call, Fault.FailOperation.class);
        if (failure.isPresent()) {
            return new LongRunningOperation.Ending.Fails(
                    failure.get().code(), failure.get().message());
        }
        Optional<Fault.CancelOperation> cancel = state.faults.take(call, Fault.CancelOperation.class);
        if (cancel.isPresent()) {
            return new LongRunningOperation.Ending.IsCanceled(
                    cancel.get().code(), cancel.get().message());
        }
        if (state.faults.take(call, Fault.SucceedWithoutEffect.class).isPresent()) {
            return new LongRunningOperation.Ending.HasNoEffect();
        }
        if (state.faults.take(call, Fault.NeverReachNodes.class).isPresent()) {
            return new LongRunningOperation.Ending.NeverReachesNodes();
        }
        return well;
    }

    /**
     * The answer that announces an operation. A PUT or PATCH has the link that the options ask for, as AKS does; all else has
     * both.
     */
    ArmResponse announce(int status, LongRunningOperation operation, JsonNode body) {
        Map<String, String> headers = new HashMap<>();
        ArmOptions.OperationHeaders wanted = state.options.operationHeaders();
        if (wanted != ArmOptions.OperationHeaders.LOCATION) {
            headers.put("Azure-AsyncOperation", url(operation, "operations"));
        }
        if (wanted != ArmOptions.OperationHeaders.ASYNC || status == 202) {
            headers.put("Location", url(operation, "operationresults"));
        }
        return new ArmResponse(wanted == ArmOptions.OperationHeaders.LOCATION ? 202 : status, headers, body);
    }

    private String url(LongRunningOperation operation, String kind) {
        return state.endpoint() + "/subscriptions/" + operation.subscription()
                + "/providers/Microsoft.ContainerService/locations/" + operation.location() + "/" + kind + "/"
                + operation.id() + "?api-version=" + ApiVersions.OPERATIONS;
    }

    private Optional<LongRunningOperation> named(Call call) {
        return state.operation(call.name("name"))
                .filter(operation -> operation.subscription().equalsIgnoreCase(call.subscription()));
    }

    private static ArmResponse unknown(Call call) {
        return ArmResponse.of(ArmError.ofService(
                404, "OperationNotFound", "The operation '" + call.name("name") + "' could not be found."));
    }

    ArmResponse status(Call call) {
        return named(call)
                .map(operation -> new ArmResponse(200, status(call, operation)))
                .orElseGet(() -> unknown(call));
    }

    private static ObjectNode status(Call call, LongRunningOperation operation) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", operation.documentName());
        body.put("startTime", operation.startedAt().toString());
        if (call.now.isBefore(operation.endsAt())) {
            body.put("status", "InProgress");
            return body;
        }
        body.put("endTime", operation.endsAt().toString());
        switch (operation.ending()) {
            case LongRunningOperation.Ending.Fails(String code, String message) -> {
                body.put("status", "Failed");
                body.putObject("error").put("code", code).put("message", message);
            }
            case LongRunningOperation.Ending.IsCanceled(String code, String message) -> {
                body.put("status", "Canceled");
                body.putObject("error").put("code", code).put("message", message);
            }
            case LongRunningOperation.Ending.Succeeds _,
                    LongRunningOperation.Ending.HasNoEffect _,
                    LongRunningOperation.Ending.NeverReachesNodes _,
                    LongRunningOperation.Ending.Powers _,
                    LongRunningOperation.Ending.Deletes _,
                    LongRunningOperation.Ending.DeletesPool _,
                    LongRunningOperation.Ending.Aborts _ -> body.put("status", "Succeeded");
        }
        return body;
    }

    /** What {@code Location} leads to: 202 while it runs, then what the request itself would have answered. */
    ArmResponse result(Call call) {
        return named(call).map(operation -> result(call, operation)).orElseGet(() -> unknown(call));
    }

    private ArmResponse result(Call call, LongRunningOperation operation) {
        if (call.now.isBefore(operation.endsAt())) {
            return ArmResponse.empty(202).with("Location", url(operation, "operationresults"));
        }
        return switch (operation.ending()) {
            case LongRunningOperation.Ending.Fails(String code, String message) ->
                ArmResponse.of(ArmError.ofService(500, code, message));
            case LongRunningOperation.Ending.IsCanceled(String code, String message) ->
                ArmResponse.of(ArmError.ofService(409, code, message));
            case LongRunningOperation.Ending.Deletes _,
                    LongRunningOperation.Ending.DeletesPool _,
                    LongRunningOperation.Ending.Powers _,
                    LongRunningOperation.Ending.Aborts _ -> ArmResponse.empty(204);
            case LongRunningOperation.Ending.Succeeds _,
                    LongRunningOperation.Ending.HasNoEffect _,
                    LongRunningOperation.Ending.NeverReachesNodes _ ->
                state.find(operation.cluster(), call.now)
                        .flatMap(cluster -> shown(cluster, operation))
                        .map(body -> new ArmResponse(200, body))
                        .orElseGet(() -> ArmResponse.empty(204));
        };
    }

    /** Operations are asked for with a version that knows no clusters: the newest one shows them. */
    private Optional<ObjectNode> shown(ManagedCluster cluster, LongRunningOperation operation) {
        return operation.pool().isEmpty()
                ? Optional.of(Documents.shown(
                        cluster.document(), state.options.apiVersions().getFirst()))
                : cluster.pool(operation.pool()).map(pool -> PoolCalls.shown(cluster, pool));
    }
}
