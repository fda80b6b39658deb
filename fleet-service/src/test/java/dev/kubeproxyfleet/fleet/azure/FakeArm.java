package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One managed cluster in memory, that answers as ARM does unless the test says otherwise. */
final class FakeArm implements ArmGateway, LongRunning {

    static final String CLUSTER = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourcegroups/rg"
            + "/providers/microsoft.containerservice/managedclusters/prod-1";
    static final String OPERATION_URL =
            "https://management.azure.com/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590"
                    + "/providers/Microsoft.ContainerService/locations/westeurope/operations/1?api-version=x";

    final ObjectNode cluster;
    final List<ArmRequest> requests = new ArrayList<>();
    private final Map<CallKind, Deque<Supplier<ArmResult>>> scripts = new EnumMap<>(CallKind.class);
    private int version = 1;
    int awaits;
    /** State in which ARM's work ends. */
    String endsIn = "Succeeded";
    /** Whether what is read carries an eTag. */
    boolean tellsETag = true;
    /** What a write does besides being accepted. */
    boolean appliesWrites = true;
    /** Where writes that were sent while something ran are counted. */
    int writesWhileBusy;

    Runnable whileWaiting = () -> {};

    FakeArm(@Nullable String kubeProxy) {
        cluster = (ObjectNode) json("""
                {"id": "%s", "name": "prod-1", "location": "westeurope", "tags": {"env": "prod"},
                 "properties": {"provisioningState": "Succeeded", "powerState": {"code": "Running"},
                   "currentKubernetesVersion": "1.33.2", "networkProfile": {"networkPlugin": "azure"},
                   "agentPoolProfiles": [{"name": "pool", "count": 3, "provisioningState": "Succeeded"}]}}
                """.formatted(CLUSTER));
        if (kubeProxy != null) {
            network().set("kubeProxyConfig", json(kubeProxy));
        }
    }

    /** The next call of that kind is answered so; several follow each other. */
    FakeArm answers(CallKind kind, ArmResult... results) {
        for (ArmResult result : results) {
            scripts.computeIfAbsent(kind, key -> new ArrayDeque<>()).add(() -> result);
        }
        return this;
    }

    FakeArm does(CallKind kind, Supplier<ArmResult> answer) {
        scripts.computeIfAbsent(kind, key -> new ArrayDeque<>()).add(answer);
        return this;
    }

    static ArmResult.ArmError error(int status, String code) {
        return new ArmResult.ArmError(status, ReasonCode.of(code), "message of " + code, null);
    }

    static JsonNode json(String text) {
        try {
            return Json.EXACT.readTree(text);
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    @Override
    public ArmResult send(ArmRequest request) {
        requests.add(request);
        Deque<Supplier<ArmResult>> script = scripts.get(request.kind());
        if (script != null && !script.isEmpty()) {
            return script.poll().get();
        }
        return switch (request) {
            case ArmRequest.GetCluster get -> read();
            case ArmRequest.PutCluster put -> put(put);
            case ArmRequest.ReadOperation read ->
                new ArmResult.Ok(200, json("{\"status\": \"" + state() + "\"}"), null, null);
            case ArmRequest.CreateCluster other -> throw new AssertionError("not expected: " + other);
            case ArmRequest.AcquirePolicyToken other -> throw new AssertionError("not expected: " + other);
            case ArmRequest.ListMaintenance other -> throw new AssertionError("not expected: " + other);
            case ArmRequest.ListUserCredential other -> throw new AssertionError("not expected: " + other);
            case ArmRequest.ListClusters other -> throw new AssertionError("not expected: " + other);
            case ArmRequest.ListSubscriptions other -> throw new AssertionError("not expected: " + other);
            case ArmRequest.ReadProvider other -> throw new AssertionError("not expected: " + other);
            case ArmRequest.RegisterProvider other -> throw new AssertionError("not expected: " + other);
            case ArmRequest.ReadFeature other -> throw new AssertionError("not expected: " + other);
            case ArmRequest.RegisterFeature other -> throw new AssertionError("not expected: " + other);
            case ArmRequest.ListLocks other -> throw new AssertionError("not expected: " + other);
            case ArmRequest.ReadPermissions other -> throw new AssertionError("not expected: " + other);
        };
    }

    ArmResult read() {
        return new ArmResult.Ok(200, cluster.deepCopy(), tellsETag ? "v" + version : null, null);
    }

    ArmResult put(ArmRequest.PutCluster put) {
        if (put.eTag() != null && !put.eTag().equals("v" + version)) {
            return error(412, "PreconditionFailed");
        }
        if (!Set.of("Succeeded", "Failed", "Canceled").contains(state())) {
            writesWhileBusy++;
        }
        version++;
        if (appliesWrites) {
            network().set("kubeProxyConfig", put.body().at("/properties/networkProfile/kubeProxyConfig"));
        }
        properties().put("provisioningState", "Updating");
        return new ArmResult.Ok(200, cluster.deepCopy(), "v" + version, OPERATION_URL);
    }

    @Override
    public void await(String id, @Nullable String operationUrl, CompletionStage<?> over, java.time.Instant deadline) {
        awaits++;
        whileWaiting.run();
        properties().put("provisioningState", endsIn);
    }

    String state() {
        return properties().path("provisioningState").asText();
    }

    ObjectNode properties() {
        return (ObjectNode) cluster.get("properties");
    }

    ObjectNode network() {
        return (ObjectNode) properties().get("networkProfile");
    }

    /** Somebody else changes the cluster. */
    void touch() {
        version++;
    }

    List<ArmRequest.PutCluster> writes() {
        return requests.stream()
                .filter(ArmRequest.PutCluster.class::isInstance)
                .map(ArmRequest.PutCluster.class::cast)
                .toList();
    }
}
